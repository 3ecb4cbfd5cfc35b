"""The scripts by which fish and zsh complete, with two habits of click's own mended.

`_BLUEPRINTS_COMPLETE=fish_source blueprints` prints that for fish; likewise `zsh_source`, and click's `bash_source`.
"""

from click.shell_completion import FishComplete, ZshComplete, add_completion_class


class Fish(FishComplete):
    """Shows descriptions whole: click's script cuts them at their first comma."""

    source_template = FishComplete.source_template.replace('string split ","', 'string split -m 1 ","')


class Zsh(ZshComplete):
    """Starts zsh's completion where the user's own files have not."""

    source_template = ZshComplete.source_template.replace(
        "    compdef ", "    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }\n    compdef "
    )


def install() -> None:
    """Answer fish and zsh with these scripts."""
    add_completion_class(Fish)
    add_completion_class(Zsh)
