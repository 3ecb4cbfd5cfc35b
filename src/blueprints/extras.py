"""Packages that come only with an extra of ours, and what to say where one of them is missing."""

EXTRAS = {"psycopg": "postgres", "psycopg2": "postgres", "redis": "redis", "boto3": "aws", "botocore": "aws"}
"""Top-level package -> the extra that brings it. Django names psycopg2 when it finds neither."""


def missing(error: BaseException) -> str:
    """What to install, when such a package is the cause of the error, at whatever depth; else empty."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ModuleNotFoundError) and (cause.name or "").partition(".")[0] in EXTRAS:
            return line(str(cause.name))
        cause = cause.__cause__ or cause.__context__
    return ""


def line(module: str) -> str:
    """The message for a module of a package in EXTRAS."""
    package = module.partition(".")[0].removesuffix("2")
    return f"{package} is not installed: pip install 'blueprints[{EXTRAS[package]}]'"
