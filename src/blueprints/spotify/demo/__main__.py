"""`python -m blueprints.spotify.demo`: the fake alone, with the settings that point the program at it."""

import argparse
import signal
import sys

from blueprints import output
from blueprints.spotify.demo.accounts import CLIENT_ID, CLIENT_SECRET
from blueprints.spotify.demo.server import Server
from blueprints.spotify.demo.world import World


def settings(server: Server) -> dict[str, str]:
    """Environment for a program that is to talk to this server."""
    return {
        "BLUEPRINTS_SPOTIFY__CLIENT_ID": CLIENT_ID,
        "BLUEPRINTS_SPOTIFY__CLIENT_SECRET": CLIENT_SECRET,
        "BLUEPRINTS_SPOTIFY__API__BASE_URL": server.api_url,
        "BLUEPRINTS_SPOTIFY__ACCOUNTS__BASE_URL": server.url,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m blueprints.spotify.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 = any free port")
    parser.add_argument(
        "--consent", choices=("ask", "agree", "decline"), default="ask", help="what the login page does"
    )
    parser.add_argument("--silent", action="store_true", help="start with nothing playing and no active device")
    arguments = parser.parse_args()
    world = World()
    world.accounts.consent = arguments.consent
    if arguments.silent:
        for one in world.player.devices:
            one["is_active"] = False
    else:
        world.play_something()
    # Blocked before the first thread starts, which all inherit: a signal is kept until it is waited for.
    told = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, told)
    with Server(world, arguments.port) as server:
        for name, value in settings(server).items():
            output.line(f"export {name}={value}")
        output.line()
        sys.stdout.flush()
        signal.sigwait(told)


if __name__ == "__main__":
    main()
