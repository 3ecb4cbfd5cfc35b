"""Whether a post may vote at all: the part of a decision that needs nothing but the post and the rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from blueprints.vote.core import snowflakes
from blueprints.vote.core.candidates import Candidate
from blueprints.vote.core.hashtags import key
from blueprints.vote.core.posts import Post
from blueprints.vote.core.rules import Rules, Window

OUTSIDE_WINDOW = "outside_window"
REPOST = "repost"
QUOTE = "quote"
NO_REQUIRED_TAG = "no_required_tag"
NO_CANDIDATE = "no_candidate"
SEVERAL_CANDIDATES = "several_candidates"
NO_AUTHOR = "no_author"
ACCOUNT_TOO_YOUNG = "account_too_young"
EARLIER_VERSION = "earlier_version"
ALREADY_VOTED = "already_voted"
COUNTED = "counted"

REJECTIONS = (
    OUTSIDE_WINDOW,
    REPOST,
    QUOTE,
    NO_REQUIRED_TAG,
    NO_CANDIDATE,
    SEVERAL_CANDIDATES,
    NO_AUTHOR,
    ACCOUNT_TOO_YOUNG,
    EARLIER_VERSION,
    ALREADY_VOTED,
)
"""In the order in which they are asked; the first that applies is given."""
DECISIONS = (*REJECTIONS, COUNTED)


@dataclass(frozen=True)
class Matcher:
    """The rules, the window and the candidates of one vote, ready to judge posts."""

    rules: Rules
    candidates: tuple[Candidate, ...]
    window: Window = field(default_factory=Window)
    keys: dict[str, int] = field(init=False, repr=False)
    """Comparison key -> index of the candidate."""

    def __post_init__(self) -> None:
        accents = self.rules.accents
        keys = {key(tag, accents): index for index, one in enumerate(self.candidates) for tag in one.tags}
        object.__setattr__(self, "keys", keys)

    def named(self, post: Post, by_rule: Sequence[int] = ()) -> tuple[int, ...]:
        """Indices of the candidates a post names, ascending, each once.

        `by_rule` are those whose stream rule matched: they decide for a cut repost that shows no candidate itself.
        """
        found = self.keyed(post.hashtags)
        return tuple(sorted(set(by_rule))) if not found and post.is_cut and by_rule else found

    def keyed(self, hashtags: Sequence[str]) -> tuple[int, ...]:
        accents, keys = self.rules.accents, self.keys
        if len(hashtags) == 1:
            index = keys.get(key(hashtags[0], accents))
            return () if index is None else (index,)
        return tuple(sorted({keys[one] for one in (key(tag, accents) for tag in hashtags) if one in keys}))

    def rejection(self, post: Post, named: Sequence[int]) -> str | None:
        """Why the post may not vote, whoever else has voted; None when it may."""
        rules = self.rules
        if not self.window.holds(post.created_ms):
            return OUTSIDE_WINDOW
        if post.is_repost and not rules.reposts:
            return REPOST
        if post.is_quote and not rules.quotes:
            return QUOTE
        if rules.require is not None and not self._has_required(post.hashtags):
            return NO_REQUIRED_TAG
        if not named:
            return NO_CANDIDATE
        if len(named) > 1 and rules.multi == "reject":
            return SEVERAL_CANDIDATES
        if post.author_id is None:
            return NO_AUTHOR
        return ACCOUNT_TOO_YOUNG if self._is_young(post.author_id, post.created_ms) else None

    def _has_required(self, hashtags: Sequence[str]) -> bool:
        rules = self.rules
        wanted = key(rules.require or "", rules.accents)
        return any(key(tag, rules.accents) == wanted for tag in hashtags)

    def _is_young(self, author_id: int, created_ms: int) -> bool:
        """Whether the account was younger than the rules ask when it posted; ids without a time are old."""
        least_s = self.rules.min_account_age_s
        if least_s is None or author_id < snowflakes.OLDEST:
            return False
        return created_ms - snowflakes.created_ms(author_id) < least_s * 1000
