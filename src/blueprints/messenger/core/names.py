"""Display names: 1 to 40 visible characters."""

from unicodedata import category, normalize

from blueprints.messenger.core.refusals import Invalid

MAX_LENGTH = 40


def display_name(text: str) -> str:
    """The name as it is shown: NFC, inner white space single; raises Invalid."""
    name = " ".join(normalize("NFC", text).split())
    if not 1 <= len(name) <= MAX_LENGTH:
        raise Invalid(f"A display name has 1 to {MAX_LENGTH} characters.", field="display_name", rule="length")
    if not all(map(_is_allowed, name)) or not any(category(character)[0] in "LNSP" for character in name):
        why = "A display name holds letters, digits, signs and spaces, nothing invisible."
        raise Invalid(why, field="display_name", rule="characters")
    return name


def _is_allowed(character: str) -> bool:
    return category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
