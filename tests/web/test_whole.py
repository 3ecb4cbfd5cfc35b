"""Answers that are handed to the server in one piece."""

import io
from typing import Any

from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from blueprints.web.whole import whole


def answered(response: Any) -> Any:
    return whole(lambda *_: response)({}, lambda *_: None)


def test_an_answer_is_one_piece_and_closed() -> None:
    response = HttpResponse(b"a page")
    assert answered(response) == [b"a page"]
    assert response.closed


def test_a_file_is_handed_over_piece_by_piece() -> None:
    opened = io.BytesIO(b"a film")
    for response in (FileResponse(opened), StreamingHttpResponse([b"a ", b"film"]), opened):
        opened.seek(0)
        pieces = answered(response)
        assert pieces is response
        assert not opened.closed
        assert b"".join(pieces) == b"a film"
