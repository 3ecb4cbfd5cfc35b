"""`blueprints vote`: run a vote; look at results and audits; log in and out."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blueprints import command, config, output
from blueprints.completion import completed
from blueprints.config.flags import Amount, Duration
from blueprints.vote.config import VoteConfig

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

VOTE = "TAG…"
"""Name of the command that runs a vote, as the help lists it; nobody types it."""
SOURCES = ("stream", "search", "counts", "replay:demo")
"""What a shell offers for `--source`."""


def _decisions() -> tuple[str, ...]:
    from blueprints.vote.core.decisions import DECISIONS

    return tuple(DECISIONS)


class VoteGroup(command.Group):
    """`vote debian arch` runs a vote; a first word that is a command is that command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and ctx.resilient_parsing:  # a shell completes the first word
            return super().parse_args(ctx, args)
        if not args or (args[0] not in self.commands and args[0] not in {"-h", "--help"}):
            args = [VOTE, *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list["CompletionItem"]:
        return [item for item in super().shell_complete(ctx, incomplete) if item.value != VOTE]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "TAG… [OPTIONS]")
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]…")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of a vote, then the other commands."""
        vote = self.commands[VOTE]
        with formatter.section("Options"):
            options = [one for one in vote.get_params(ctx) if isinstance(one, click.Option)]
            formatter.write_dl([found for one in options if (found := one.get_help_record(ctx))])
        self.format_commands(ctx, formatter)


class VoteCommand(click.Command):
    """Shows itself as `blueprints vote`, without the name that only the group knows."""

    def make_context(self, info_name: str | None, *args: Any, **kwargs: Any) -> click.Context:
        return super().make_context("", *args, **kwargs)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path.rstrip(), " ".join(self.collect_usage_pieces(ctx)))


@click.group(
    cls=VoteGroup,
    epilog="Example: blueprints vote debian ubuntu arch --source replay:demo --speed 10",
)
def cli() -> None:
    """Count hashtag votes on X live, with an audit trail.

    Name the candidates as hashtags: debian, '#debian' (quoted), or LABEL=tag1,tag2. Without credentials a recording can
    be counted: --source replay:FILE, or replay:demo.
    """


session_argument = click.argument("session")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@cli.command(
    VOTE,
    cls=VoteCommand,
    short_help="Run a vote over these hashtags.",
    epilog="Example: blueprints vote debian ubuntu arch --source replay:demo --speed 10",
)
@click.argument("tags", nargs=-1, metavar="TAG…")
@click.option(
    "--duration",
    type=Duration(),
    help="How long the vote lasts, as in 90s, 3m, 2h; 0 = until stopped.  [default: 3m; replay: whole file]",
)
@click.option("--until", metavar="TIME", help="When it ends: RFC 3339, or HH:MM local time.")
@click.option("--from", "from_", metavar="TIME", help="When it starts, at most 7 days back.  [default: now]")
@click.option(
    "--source",
    metavar="NAME",
    shell_complete=completed(lambda: SOURCES),
    help="stream, search, counts, or replay:FILE (replay:demo).  [default: stream]",
)
@click.option("--every", type=Duration(), help="Pace of polls, at least 5s.  [default: 15s search, 60s counts]")
@click.option(
    "--one-vote-per",
    type=click.Choice(["account", "account-and-tag", "post"]),
    help="What a ballot is.  [default: account]",
)
@click.option(
    "--which", type=click.Choice(["first", "last"]), help="Which ballot of an account stands.  [default: first]"
)
@click.option("--reposts/--no-reposts", default=None, help="Whether reposts count.  [default: no]")
@click.option("--quotes/--no-quotes", default=None, help="Whether quotes count, by their own words.  [default: yes]")
@click.option(
    "--multi", type=click.Choice(["count-all", "reject"]), help="Posts that name several candidates.  [default: reject]"
)
@click.option("--require", metavar="TAG", help="Hashtag that every ballot must carry too.")
@click.option("--min-account-age", type=Duration(), help="Age of the account when it posted, as in 30d.")
@click.option(
    "--accents", type=click.Choice(["strict", "fold"]), help="fold: #café and #cafe are one.  [default: strict]"
)
@click.option(
    "--hide-until-end", is_flag=True, default=None, help="Show names and the number of ballots only, until the end."
)
@click.option(
    "--record", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Keep the raw lines for replay."
)
@click.option(
    "--budget", type=Amount(), metavar="USD", help="Most that the vote may cost; 0 = no limit.  [default: 5.00]"
)
@click.option("--name", metavar="TEXT", help="A name for the session.")
@click.option("--resume", metavar="SESSION", help="Go on with an interrupted session, by its own rules.")
@click.option("--speed", metavar="max|N", help="Of a replay: 1 = real time.  [default: max]")
@click.option("--json", "as_json", is_flag=True, help="Stream one JSON object a line.")
@click.option("--plain", is_flag=True, help="Stream one line of text a second.")
def vote(tags: tuple[str, ...], **typed: Any) -> int:
    """Run a vote over these hashtags."""
    from blueprints.vote import run

    settings = config.load("vote", VoteConfig)
    return run.run(settings, tags, typed)


@cli.command(epilog="Example: blueprints vote results last --plot")
@session_argument
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print a row for each candidate.")
@click.option("--plot", is_flag=True, help="Draw bars.")
@click.option("--reveal", is_flag=True, help="Show what the vote hides until its end.")
def results(session: str, as_json: bool, as_csv: bool, plot: bool, reveal: bool) -> None:
    """Show the result of a session: its number, its name, or `last`."""
    from blueprints.vote import report

    if as_json + as_csv + plot > 1:
        raise click.UsageError("--json, --csv and --plot: one of them")
    form = "json" if as_json else "csv" if as_csv else "plot" if plot else "text"
    report.results(config.load("vote", VoteConfig), session, form, reveal=reveal)


@cli.command(epilog="Example: blueprints vote audit last --decision already_voted")
@session_argument
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--post", type=click.IntRange(0, 2**63 - 1), metavar="ID", help="Only this post.")
@click.option("--decision", metavar="D", shell_complete=completed(_decisions), help="Only posts with this decision.")
@click.option("--verify", is_flag=True, help="Check only; print no rows.")
@click.option("--head", metavar="HASH", help="The head that was printed at the end of the vote.")
def audit(
    session: str, as_json: bool, as_csv: bool, post: int | None, decision: str | None, verify: bool, head: str | None
) -> None:
    """Show why each post counted or did not; the chain is always checked first."""
    from blueprints.vote import report
    from blueprints.vote.core.decisions import DECISIONS

    if as_json and as_csv:
        raise click.UsageError("--json and --csv: one of them")
    if decision is not None and decision not in DECISIONS:
        raise click.UsageError(f"--decision {decision}: there are {', '.join(DECISIONS)}")
    form = "json" if as_json else "csv" if as_csv else "text"
    settings = config.load("vote", VoteConfig)
    report.audit(settings, session, form, post_id=post, decision=decision, verify_only=verify, head=head)


@cli.command(epilog="Example: blueprints vote sessions")
@json_option
def sessions(as_json: bool) -> None:
    """List the sessions."""
    from blueprints.vote import report

    report.sessions(config.load("vote", VoteConfig), as_json=as_json)


@cli.command(epilog="Example: blueprints vote login --app")
@click.option(
    "--app", "kind", flag_value="app", help="For the app alone, which the stream needs: by its key and secret."
)
@click.option("--user", "kind", flag_value="user", help="For you, in the browser.")
@click.option("--no-browser", is_flag=True, help="Print the address, and take the pasted answer.")
def login(kind: str | None, no_browser: bool) -> None:
    """Log in to X, as an app or as a user; without either, as what the settings have keys for."""
    from blueprints.vote import account

    account.login(config.load("vote", VoteConfig), kind, browser=not no_browser)


@cli.command(epilog="Example: blueprints vote logout")
def logout() -> None:
    """Forget the login."""
    from blueprints.vote import account

    output.notice("Logged out." if account.logout() else "Nobody was logged in.")
