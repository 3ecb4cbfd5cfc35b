"""The app's keys: the defaults, what the user changed, and that no key means two things."""

from collections.abc import Iterable, Mapping

ACTIONS: dict[str, tuple[str, list[str]]] = {
    "down": ("Down", ["down", "j"]),
    "up": ("Up", ["up", "k"]),
    "page_down": ("Page down", ["pagedown"]),
    "page_up": ("Page up", ["pageup"]),
    "first": ("First row", ["home"]),
    "last": ("Last row", ["end"]),
    "open": ("Open or play", ["enter"]),
    "next_kind": ("Next kind of hits", ["right"]),
    "previous_kind": ("Previous kind of hits", ["left"]),
    "search": ("Search", ["slash", "f2"]),
    "back": ("Back", ["backspace", "escape"]),
    "toggle": ("Play or pause", ["space"]),
    "next": ("Next track", ["n"]),
    "previous": ("Previous track", ["p"]),
    "seek_back": ("Back 5 s", ["less_than_sign"]),
    "seek_forward": ("Forward 5 s", ["greater_than_sign"]),
    "quieter": ("Quieter", ["minus"]),
    "louder": ("Louder", ["plus"]),
    "shuffle": ("Shuffle", ["s"]),
    "repeat": ("Repeat", ["r"]),
    "queue_add": ("Add to queue", ["z"]),
    "like": ("Like or unlike", ["l"]),
    "devices": ("Devices", ["d"]),
    "queue": ("Queue", ["u"]),
    "library": ("Library", ["w"]),
    "filter": ("Filter this list", ["f"]),
    "play_all": ("Play the whole list", ["P"]),
    "help": ("Help", ["question_mark"]),
    "refresh": ("Refresh", ["ctrl+l"]),
    "quit": ("Quit", ["q"]),
}
"""Action -> (what it does, its default keys by Textual's names)."""

CHARACTERS = {
    "/": "slash",
    "<": "less_than_sign",
    ">": "greater_than_sign",
    "-": "minus",
    "+": "plus",
    "?": "question_mark",
    " ": "space",
    ",": "comma",
    ".": "full_stop",
    "=": "equals_sign",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    ":": "colon",
    ";": "semicolon",
    "#": "number_sign",
    "*": "asterisk",
    "!": "exclamation_mark",
    "_": "underscore",
    "'": "apostrophe",
}
RESERVED = {"ctrl+c": "leaving the app", "ctrl+p": "the command palette"}


def name_of(key: str) -> str:
    """Textual's name of a key that a user may write as its character."""
    return CHARACTERS.get(key, key if len(key) == 1 else key.lower())


def shown(key: str) -> str:
    """The key as a person knows it."""
    characters = {name: character for character, name in CHARACTERS.items()}
    return {"space": "Space", "ctrl+l": "Ctrl-L"}.get(key) or characters.get(key) or _capitalised(key)


def _capitalised(key: str) -> str:
    words = {"pageup": "PageUp", "pagedown": "PageDown", "escape": "Esc"}
    return words.get(key) or (key if len(key) == 1 else key.title())


def merged(changes: Mapping[str, str | Iterable[str]]) -> dict[str, list[str]]:
    """Action -> keys, with the user's changes over the defaults; raises ValueError naming what is wrong."""
    keys = {action: list(defaults) for action, (_, defaults) in ACTIONS.items()}
    for action, wanted in changes.items():
        if action not in ACTIONS:
            raise ValueError(f"keys.{action}: no such action; there are {', '.join(ACTIONS)}")
        names = [wanted] if isinstance(wanted, str) else list(wanted)
        keys[action] = [name_of(name) for name in names]
    _refuse_clashes(keys)
    return keys


def _refuse_clashes(keys: Mapping[str, list[str]]) -> None:
    holders: dict[str, str] = {}
    for action, names in keys.items():
        for name in names:
            if name in RESERVED:
                raise ValueError(f"keys.{action}: {name} is kept for {RESERVED[name]}")
            holder = holders.setdefault(name, action)
            if holder != action:
                raise ValueError(f"keys.{holder} and keys.{action} both use the key {shown(name)}")
