"""The app with a playlist of 10,000 rows, all of them loaded."""

from spotify.terminal import PROGRAM, Fake, Terminal

ROWS = 10_000


def opened(running: Fake, rows: int = ROWS) -> Terminal:
    """The app, paused, in the long playlist of the fake, after End was pressed until so many rows were there."""
    running.sign_in()
    terminal = Terminal([PROGRAM, "spotify", "--screen", "library"], running.environment())
    terminal.wait_for(b"Livid")
    terminal.press(b" ")
    terminal.wait_for("‖".encode())
    terminal.press(b"\r")
    terminal.wait_for(b"Everything")
    terminal.press(b"j\r")
    loaded = 50
    terminal.wait_for(f"{loaded} of {ROWS}".encode())
    while loaded < rows:
        loaded += 50
        terminal.press(b"\x1b[F")
        terminal.wait_for(f"{loaded} of {ROWS}".encode())
        terminal.written = b""
    terminal.drain(1.0)
    return terminal
