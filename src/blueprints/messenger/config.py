"""Settings of the messenger."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from blueprints.clock import duration_text
from blueprints.config import bounds
from blueprints.web import checks

LONGEST = timedelta(days=3650)


@dataclass(frozen=True)
class MailConfig:
    url: Annotated[
        str, "Where mail goes: `file` writes it into the data folder, smtp://user:password@host:port sends it."
    ] = field(default="file", repr=False)
    sender: Annotated[str, "Sender of our mail."] = "messenger@localhost"


@dataclass(frozen=True)
class AccountsConfig:
    email_verification: Annotated[
        Literal["none", "optional", "mandatory"] | None,
        "Whether addresses are confirmed by mail; unset: mandatory where mail is sent, else none.",
    ] = None


@dataclass(frozen=True)
class ClientConfig:
    base_url: Annotated[str, "Address of the messenger that the commands talk to."] = "http://127.0.0.1:8003"
    api_key: Annotated[str, "Key that `post` needs, made under API keys on the messenger's own pages."] = field(
        default="", repr=False
    )


@dataclass(frozen=True)
class MessengerConfig:
    store: Annotated[str, "Where messages live: memory (one process) or redis (many)."] = "memory"
    database: Annotated[str, "Address of the database of accounts and rooms; empty: SQLite in the data folder."] = ""
    lifetime: Annotated[timedelta, "Lifetime of a message whose sender and room choose none."] = timedelta(seconds=10)
    lifetime_min: Annotated[timedelta, "Shortest lifetime that may be chosen."] = timedelta(seconds=1)
    lifetime_max: Annotated[timedelta, "Longest lifetime that may be chosen."] = timedelta(days=7)
    max_length: Annotated[int, "Longest message, in characters."] = 2000
    replay_events: Annotated[int, "How many past events one who reconnects can catch up with."] = 10_000
    capacity: Annotated[int, "How many messages may be alive at once."] = 100_000
    post_burst: Annotated[int, "How many messages a member may post at once."] = 10
    post_per_second: Annotated[float, "How many messages a second a member may post for long."] = 1.0
    bot_burst: Annotated[int, "How many messages a bot may post at once."] = 60
    bot_per_second: Annotated[float, "How many messages a second a bot may post for long."] = 20.0
    max_streams: Annotated[int, "Open streams of a worker."] = 5000
    streams_per_address: Annotated[int, "Open streams from one address; 0: any number."] = 50
    trusted_proxies: Annotated[list[str], "Addresses and networks whose X-Forwarded-For is believed."] = field(
        default_factory=list
    )
    rooms_by: Annotated[Literal["members", "staff"], "Who may create rooms."] = "members"
    rooms_per_member: Annotated[int, "Rooms that a member may create."] = 5
    show_email: Annotated[bool, "Show the sender's e-mail address with a message."] = False
    cors_origins: Annotated[
        list[str], "Origins whose pages may read messages, such as https://example.com; * for all."
    ] = field(default_factory=list)
    public_url: Annotated[str, "Address under which people reach the messenger, where a proxy stands before it."] = ""
    session_cache: Annotated[timedelta, "How long a worker trusts what it knows of a session."] = timedelta(seconds=5)
    mail: MailConfig = field(default_factory=MailConfig)
    accounts: AccountsConfig = field(default_factory=AccountsConfig)
    client: ClientConfig = field(default_factory=ClientConfig)

    PLUGINS: ClassVar = ("stores",)

    def __post_init__(self) -> None:
        """Raises ValueError, which the loader turns into an error that names the section."""
        bounds.at_least(1, max_length=self.max_length, replay_events=self.replay_events, capacity=self.capacity)
        bounds.at_least(1, post_burst=self.post_burst, bot_burst=self.bot_burst, max_streams=self.max_streams)
        bounds.at_least(0, streams_per_address=self.streams_per_address, rooms_per_member=self.rooms_per_member)
        bounds.rate(post_per_second=self.post_per_second, bot_per_second=self.bot_per_second)
        checks.networks("trusted_proxies", self.trusted_proxies)
        checks.origins("cors_origins", self.cors_origins)
        if self.public_url:
            checks.web_address("public_url", self.public_url)
        if not timedelta() < self.lifetime_min <= self.lifetime <= self.lifetime_max <= LONGEST:
            given = [duration_text(each) for each in (self.lifetime_min, self.lifetime, self.lifetime_max)]
            raise ValueError(
                f"lifetime: lifetime_min, lifetime and lifetime_max ({', '.join(given)}) must rise, "
                f"from more than 0 to at most {duration_text(LONGEST)}"
            )


SECTION = MessengerConfig
