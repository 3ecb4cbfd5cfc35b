"""The count itself: each post that goes in gets its decision, its row of the audit and its effect on the totals."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from blueprints.vote.core import moments
from blueprints.vote.core.ballots import Ballot, Voter, ballots, outcome
from blueprints.vote.core.chain import Row, link
from blueprints.vote.core.decisions import ALREADY_VOTED, COUNTED, Matcher
from blueprints.vote.core.posts import Post


class Books(Protocol):
    """What has been written down before: answers must include entries that are not committed yet."""

    def has_seen(self, post_id: int) -> bool: ...

    def held(self, voter: Voter) -> Ballot | None: ...

    def has_voted(self, account: int) -> bool: ...


class Entry(NamedTuple):
    """Everything one post changes, for the books."""

    row: Row
    hash: str
    placed: list[tuple[Voter, Ballot]]


@dataclass
class Tally:
    matcher: Matcher
    books: Books
    head: str
    """Hash of the last row, or of the rules."""
    seq: int = 0
    votes: list[int] = field(default_factory=list)
    """By candidate."""
    ballots: int = 0
    accounts: int = 0
    counted: int = 0
    replaced: int = 0
    duplicate: int = 0
    malformed: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    first_ms: int | None = None
    """When the oldest post seen was made."""
    last_ms: int | None = None

    def __post_init__(self) -> None:
        self.votes = self.votes or [0] * len(self.matcher.candidates)

    def enter(self, post: Post, received_at: str, source: str, by_rule: Sequence[int] = ()) -> Entry | None:
        """Decide about a post and count it; None for one that was seen before. `received_at` is shown as it is."""
        if self.books.has_seen(post.id):
            self.duplicate += 1
            return None
        named = self.matcher.named(post, by_rule)
        decision = self.matcher.rejection(post, named)
        placed: list[tuple[Voter, Ballot]] = []
        replaces: str | None = None
        if decision is None:
            decision, placed, replaces = self._vote(post, named)
        self._note(post, decision)
        row = Row(
            self.seq,  # the first is 1
            post.id,
            post.author_id,
            moments.exact(post.created_ms),
            received_at,
            source,
            post.hashtags,
            tuple(self.matcher.candidates[index].label for index in named),
            decision,
            replaces,
        )
        self.head = link(self.head, row)
        return Entry(row, self.head, placed)

    def _vote(self, post: Post, named: Sequence[int]) -> tuple[str, list[tuple[Voter, Ballot]], str | None]:
        rules = self.matcher.rules
        placed: list[tuple[Voter, Ballot]] = []
        taken_over: list[int] = []
        reason = ALREADY_VOTED
        for voter, ballot in ballots(rules.one_vote_per, post, named):
            held = self.books.held(voter)
            decision = outcome(rules.which, held, post)
            if decision != COUNTED:
                reason = decision
                continue
            self._place(voter, ballot, held, fresh_account=held is None and not placed)
            placed.append((voter, ballot))
            if held is not None and held.post_id not in taken_over:
                taken_over.append(held.post_id)
        if not placed:
            return reason, placed, None
        return COUNTED, placed, " ".join(map(str, taken_over)) or None

    def _place(self, voter: Voter, ballot: Ballot, held: Ballot | None, *, fresh_account: bool) -> None:
        for index in ballot.candidates:
            self.votes[index] += 1
        if held is not None:
            self.replaced += 1
            for index in held.candidates:
                self.votes[index] -= 1
            return
        self.ballots += 1
        if fresh_account and (voter[1] == 0 or not self.books.has_voted(voter[0])):
            self.accounts += 1

    def _note(self, post: Post, decision: str) -> None:
        self.seq += 1
        if decision == COUNTED:
            self.counted += 1
        else:
            self.rejected[decision] = self.rejected.get(decision, 0) + 1
        created = post.created_ms
        if self.first_ms is None or created < self.first_ms:
            self.first_ms = created
        if self.last_ms is None or created > self.last_ms:
            self.last_ms = created
