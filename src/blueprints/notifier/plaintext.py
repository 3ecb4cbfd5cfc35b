"""The text of an HTML mail, for templates that have no text part of their own."""

import re
from html.parser import HTMLParser

_BREAKS = frozenset(
    {"p", "div", "tr", "table", "h1", "h2", "h3", "h4", "ul", "ol", "br", "hr", "section", "blockquote"}
)
_SILENT = frozenset({"style", "script", "head", "title"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0
        self._link: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BREAKS:
            self.parts.append("\n\n" if tag == "p" else "\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag == "a":
            self._link = dict(attrs).get("href")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))
        if tag in _BREAKS:
            self.parts.append("\n")
        elif tag == "a" and self._link:
            self.parts.append(f" <{self._link}>")
            self._link = None

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(re.sub(r"\s+", " ", data))


def of_html(html: str) -> str:
    """Readable text: a line for each block, addresses of links in angle brackets."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in "".join(reader.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
