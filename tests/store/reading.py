"""Pages as tests read them."""

import re
from typing import Any

TOKEN = re.compile(r'value="[\w:.-]{32,}"')


def read(answer: Any) -> str:
    """The page without the random tokens of its forms, in which any short word turns up at some time."""
    return TOKEN.sub('value=""', answer.content.decode())
