"""`blueprints notifier test-mail`."""

import click

from blueprints import config, output
from blueprints.notifier.config import NotifierConfig


@click.command("test-mail", epilog="Example: blueprints notifier test-mail ada@example.org")
@click.argument("to", metavar="TO")
@click.option("--template", default="test", show_default=True, help="Template, filled with a sample.")
@config.options(NotifierConfig, "channel")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def test_mail(to: str, template: str, channel: str | None, as_json: bool) -> None:
    """Send one mail straight through the configured channel and show the provider's answer.

    Exit 3 when the provider refuses the mail, 4 when it refuses the credentials.
    """
    from blueprints.notifier import trial

    answer = trial.sent(config.load("notifier", NotifierConfig, {"channel": channel}), to, template)
    if as_json:
        output.json({"id": answer.mail_id, "message_id": answer.message_id, "answer": answer.text})
        return
    output.line(f"message id: {answer.message_id}")
    output.line(f"answer: {answer.text}")
