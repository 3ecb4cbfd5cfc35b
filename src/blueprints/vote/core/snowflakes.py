"""Times that ids carry: posts and, since early 2016, accounts are numbered by their moment of creation."""

EPOCH_MS = 1_288_834_974_657
"""2010-11-04T01:42:54.657Z, where the platform's ids begin to count milliseconds."""
OLDEST = 10**12
"""Smaller ids were given out one by one and carry no time; they are older than every snowflake."""
LARGEST = 2**63 - 1


def created_ms(number: int) -> int:
    """Milliseconds since 1970 at which a post or account with this id was made.

    An id below 10^12 carries no time: the epoch of the numbering stands for it, which is later than the truth.
    """
    return EPOCH_MS if number < OLDEST else (number >> 22) + EPOCH_MS
