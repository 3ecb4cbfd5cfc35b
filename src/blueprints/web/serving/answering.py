"""Whether a service on this machine answers."""

import urllib.error
import urllib.request

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""A proxy that the environment names is for other machines."""


def answers(address: str) -> bool:
    """Whether somebody answers at `http://host:port`, whatever the answer is; waits at most 5 s."""
    try:
        _direct.open(f"{address}/healthz", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
