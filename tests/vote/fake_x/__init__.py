"""A platform of our own: rules, stream with faults, search, counts and tokens, in both spellings."""

from tests.vote.fake_x.server import FakeX

__all__ = ["FakeX"]
