"""The program as a whole: its front door, its errors and its exit codes."""

from tests.conftest import Run


def test_no_arguments_show_the_front_door(run: Run) -> None:
    result = run(expect=0)
    assert "Usage: blueprints" in result.stdout
    assert "config" in result.stdout


def test_an_unknown_command_names_the_nearest(run: Run) -> None:
    result = run("confg", expect=2)
    assert result.stdout == ""
    assert "Error: no command confg: did you mean config?" in result.stderr
