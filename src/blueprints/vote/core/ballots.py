"""Which ballot of a voter stands. First and last go by post id, so that the order of delivery does not matter."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from blueprints.vote.core.decisions import ALREADY_VOTED, COUNTED, EARLIER_VERSION
from blueprints.vote.core.posts import Post
from blueprints.vote.core.rules import PerVote, Which


class Ballot(NamedTuple):
    """One vote of one voter for each candidate named."""

    post_id: int
    candidates: tuple[int, ...]


Voter = tuple[int, int]
"""(account id, slot): slot 0 for the account, candidate + 1 for a pair, the first version's id for a post."""


def ballots(per: PerVote, post: Post, named: Sequence[int]) -> Iterator[tuple[Voter, Ballot]]:
    """The ballots that a post casts: one, or one for each candidate where account-and-tag pairs vote."""
    account = post.author_id or 0
    if per == "account":
        yield (account, 0), Ballot(post.id, tuple(named))
    elif per == "post":
        yield (account, post.root_id), Ballot(post.id, tuple(named))
    else:
        for index in named:
            yield (account, index + 1), Ballot(post.id, (index,))


def outcome(which: Which, held: Ballot | None, post: Post) -> str:
    """`counted` when the post's ballot stands, taking over one that is held; else why it does not."""
    if held is None or (post.id < held.post_id if which == "first" else post.id > held.post_id):
        return COUNTED
    return EARLIER_VERSION if held.post_id in post.versions else ALREADY_VOTED
