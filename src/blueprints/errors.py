"""What can go wrong, as one tree. A kind of error carries the exit code of the command that meets it.

    BlueprintsError            1  anything that the user can act on
    ├── UsageError             2  the call is wrong
    │   └── ConfigError        2  a setting is wrong
    ├── UpstreamError          3  the network, or a service we talk to
    └── AuthError              4  a login or a key is missing or refused

A message is one line: what is wrong, where, and what to do about it. It never holds a secret.
"""


class BlueprintsError(Exception):
    exit_code = 1


class UsageError(BlueprintsError):
    exit_code = 2


class ConfigError(UsageError):
    """A setting is wrong; the message names it and the place its value came from."""


class UpstreamError(BlueprintsError):
    exit_code = 3


class AuthError(BlueprintsError):
    exit_code = 4
