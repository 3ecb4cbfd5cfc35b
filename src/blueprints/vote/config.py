"""Settings of the votes: `vote.…`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from blueprints import paths
from blueprints.config.bounds import at_least
from blueprints.vote.core.costs import Kind


@dataclass(frozen=True)
class XConfig:
    base_url: Annotated[str, "Address of the X API."] = "https://api.x.com"
    authorize_url: Annotated[str, "Page on which a user agrees to a login."] = "https://x.com/i/oauth2/authorize"
    bearer_token: Annotated[str, "App-only bearer token."] = field(default="", repr=False)
    api_key: Annotated[str, "Key of the app, for `vote login --app`."] = field(default="", repr=False)
    api_secret: Annotated[str, "Secret of the app, for `vote login --app`."] = field(default="", repr=False)
    client_id: Annotated[str, "OAuth 2.0 client id, for `vote login --user`."] = ""
    client_secret: Annotated[str, "OAuth 2.0 client secret, of confidential clients."] = field(default="", repr=False)
    redirect_uri: Annotated[str, "Callback registered for the client; must match to the letter."] = (
        "http://127.0.0.1:8899/callback"
    )
    fields: Annotated[Literal["auto", "tweet", "post"], "Spelling of the field names; auto tries tweet, then post."] = (
        "auto"
    )
    rule_length: Annotated[int, "Longest rule of the stream, in characters."] = 1024
    query_length: Annotated[int, "Longest query of search and counts, in characters."] = 512
    backfill_delay: Annotated[timedelta, "Wait after a reconnect before search fills the gap."] = timedelta(seconds=15)
    drain: Annotated[timedelta, "How long to listen for late posts after the end."] = timedelta(seconds=10)

    def __post_init__(self) -> None:
        """Raises ValueError, which the loader turns into an error that names the section."""
        at_least(1, rule_length=self.rule_length, query_length=self.query_length)
        if not all("!" <= letter <= "~" for letter in self.bearer_token):
            raise ValueError("bearer_token: it holds a blank, a line end or a letter that no token has")


@dataclass(frozen=True)
class PricesConfig:
    post_read: Annotated[Decimal, "USD for each post read, once a UTC day."] = Decimal("0.005")
    user_read: Annotated[Decimal, "USD for each user read, once a UTC day."] = Decimal("0.010")
    counts_request: Annotated[Decimal, "USD for each request of counts."] = Decimal("0.005")

    def __post_init__(self) -> None:
        """Raises ValueError, which the loader turns into an error that names the section."""
        at_least(0, post_read=self.post_read, user_read=self.user_read, counts_request=self.counts_request)

    def by_kind(self) -> Mapping[Kind, Decimal]:
        return {
            "posts_read": self.post_read,
            "users_read": self.user_read,
            "count_requests": self.counts_request,
        }


@dataclass(frozen=True)
class VoteConfig:
    PLUGINS: ClassVar = ("sources",)

    x: XConfig = field(default_factory=XConfig)
    prices: PricesConfig = field(default_factory=PricesConfig)
    budget_usd: Annotated[Decimal, "Most that one vote may cost, in USD; 0 is no limit."] = Decimal("5.00")
    max_candidates: Annotated[int, "Most candidates of one vote."] = 25
    database: Annotated[Path | None, "SQLite file of the votes; by default in the data folder."] = None

    def __post_init__(self) -> None:
        """Raises ValueError, which the loader turns into an error that names the section."""
        at_least(0, budget_usd=self.budget_usd)
        at_least(1, max_candidates=self.max_candidates)

    @property
    def database_path(self) -> Path:
        if self.database in (None, Path()):  # an empty setting reads as Path()
            return paths.data_dir() / "vote" / "votes.sqlite3"
        return Path(self.database).expanduser().absolute()


SECTION = VoteConfig
