"""Short ways to make what the rules need."""

from collections.abc import Sequence
from typing import Any

from blueprints.vote.core import chain
from blueprints.vote.core.ballots import Ballot, Voter
from blueprints.vote.core.candidates import slate
from blueprints.vote.core.decisions import Matcher
from blueprints.vote.core.posts import Post
from blueprints.vote.core.rules import Rules, Window
from blueprints.vote.core.tally import Entry, Tally
from tests.vote.ids import first_id

NOW_MS = 1_795_370_400_000
"""2026-11-22T18:00:00Z."""


class Pages:
    """Books in memory."""

    def __init__(self) -> None:
        self.entries: dict[int, Entry] = {}
        self.ballots: dict[Voter, Ballot] = {}

    def has_seen(self, post_id: int) -> bool:
        return post_id in self.entries

    def held(self, voter: Voter) -> Ballot | None:
        return self.ballots.get(voter)

    def has_voted(self, account: int) -> bool:
        return any(voter[0] == account for voter in self.ballots)

    def add(self, entry: Entry) -> None:
        self.entries[entry.row.post_id] = entry
        self.ballots.update(entry.placed)


def matcher(*words: str, window: Any = None, **rules: Any) -> Matcher:
    made = Rules(**rules)
    return Matcher(made, slate(words or ("debian", "arch"), made.accents, 25).candidates, window or Window())


def post(number: int, author: int | None, *hashtags: str, versions: Sequence[int] = (), **more: Any) -> Post:
    """A post `number` ms after the start; its versions are numbers too."""
    ids = tuple(first_id(NOW_MS + version) for version in versions)
    return Post(first_id(NOW_MS + number), author, NOW_MS + number, hashtags, ids, **more)


def counted(rules: Matcher, posts: Sequence[Post]) -> Tally:
    """The tally after these posts in this order."""
    pages = Pages()
    tally = Tally(rules, pages, chain.origin("{}"))
    for one in posts:
        entry = tally.enter(one, "2026-11-22T18:00:00.000Z", "test")
        if entry is not None:
            pages.add(entry)
    tally.pages = pages  # type: ignore[attr-defined]  # tests look into the books
    return tally


def decisions(tally: Tally) -> list[str]:
    entries = tally.pages.entries.values()  # type: ignore[attr-defined]  # as above
    return [entry.row.decision for entry in entries]
