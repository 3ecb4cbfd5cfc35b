"""What strangers wrote does not steer a terminal, whichever way it is printed."""

import json

import pytest
from rich.text import Text

from blueprints import command, output, terminal
from blueprints.errors import UpstreamError

NASTY = "a\x1b[31m\u202eb\x9bc"
WRITTEN = "a\\x1b[31m\\u202eb\\x9bc"


def test_control_and_direction_characters_are_written_out() -> None:
    text = terminal.escaped("a\nb\t\x1b[31m\u202ec\x9b\ud800")
    assert text == "a\\nb\\t\\x1b[31m\\u202ec\\x9b\\ud800"
    assert text.encode()
    assert terminal.escaped("a\nb\x07", "\n") == "a\nb\\x07"


def test_letters_of_any_script_stay() -> None:
    for text in ("Zürich", "בעברית", "العربية", "日本語", "👩\u200d👧", "e\u0301", "a\u00a0b\u00adc"):
        assert terminal.escaped(text) == text


def test_all_texts_of_a_json_value() -> None:
    given = {"a": [NASTY, 1, None, {"b": NASTY}], "c": True}
    assert terminal.harmless(given) == {"a": [WRITTEN, 1, None, {"b": WRITTEN}], "c": True}


def test_lines_and_notices_keep_their_line_ends(capsys: pytest.CaptureFixture[str]) -> None:
    output.line(f"{NASTY}\n\tsecond")
    output.notice(NASTY)
    output.warning(NASTY)
    assert capsys.readouterr() == (f"{WRITTEN}\n\tsecond\n", f"{WRITTEN}\n{WRITTEN}\n")


def test_tables_and_other_renderables(capsys: pytest.CaptureFixture[str]) -> None:
    output.table([(NASTY, "two\nlines\t"), (Text(NASTY), "x")], ("name", "more"))
    output.show(Text(NASTY))
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == f"{WRITTEN}  two"
    assert lines[2].strip() == "lines\\t"
    assert [line.split()[0] for line in lines[3:]] == [WRITTEN, WRITTEN]


def test_json_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    given = {"name": f"{NASTY}\n\ud800 Zürich"}
    output.json(given)
    output.json_line(given)
    whole = capsys.readouterr().out
    assert not terminal.UNSAFE.search(whole.replace("\n", ""))
    assert "Zürich" in whole
    first, _, last = whole.rpartition("}\n{")
    assert json.loads(first + "}") == json.loads("{" + last) == given


def test_csv_is_left_to_programs_as_it_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    output.csv([{"name": NASTY, "more": None}], ("name", "more"))
    assert capsys.readouterr().out == f"name,more\n{NASTY},\n"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    output.csv([{"name": NASTY, "more": None}], ("name", "more"))
    assert capsys.readouterr().out == f"name,more\n{WRITTEN},\n"


def test_what_an_upstream_says_in_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    import click

    @click.command()
    def fails() -> None:
        raise UpstreamError(NASTY)

    assert command.run(fails, []) == 3
    assert capsys.readouterr().err == f"Error: {WRITTEN}\n"
