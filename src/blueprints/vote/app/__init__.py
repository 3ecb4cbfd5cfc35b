"""The full-screen view of a running vote."""

from typing import Any

__all__ = ["VoteApp"]


def __getattr__(name: str) -> Any:
    """Textual is imported when the view is first asked for."""
    if name == "VoteApp":
        from blueprints.vote.app.view import VoteApp

        return VoteApp
    raise AttributeError(name)
