"""Answers that are handed to the server in one piece."""

import io
from typing import Any

from django.http import FileResponse, StreamingHttpResponse

from blueprints.web.whole import whole


def answered(response: Any) -> Any:
    return whole(lambda *_: response)({}, lambda *_: None)


class Page:
    """As much of Django's answer as is asked for here; closing a real one tells everybody who listens."""

    streaming = False
    content = b"a page"
    closed = False

    def close(self) -> None:
        self.closed = True


def test_an_answer_is_one_piece_and_closed() -> None:
    page = Page()
    assert answered(page) == [b"a page"]
    assert page.closed


def test_a_file_is_handed_over_piece_by_piece() -> None:
    opened = io.BytesIO(b"a film")
    for response in (FileResponse(opened), StreamingHttpResponse([b"a ", b"film"]), opened):
        opened.seek(0)
        pieces = answered(response)
        assert pieces is response
        assert not opened.closed
        assert b"".join(pieces) == b"a film"
