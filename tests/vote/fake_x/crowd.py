"""Invented people who post on the fake, and what a vote over their posts must give."""

import random
import threading

from tests.vote.fake_x.server import FakeX

TAGS = ("debian", "ubuntu", "arch")


def truth(x: FakeX, start_ms: int, end_ms: int) -> dict[str, int]:
    """Votes by the default rules: the first post of an account that names just one candidate, reposts left out."""
    found = dict.fromkeys(TAGS, 0)
    voted: set[str] = set()
    for post in sorted(x.posts, key=lambda one: one.id):
        named = post.tags & set(TAGS)
        if start_ms <= post.created_ms // 1000 * 1000 < end_ms and not post.is_repost and len(named) == 1:
            if post.author_id not in voted:
                found[named.pop()] += 1
            voted.add(post.author_id)
    return found


def crowd(x: FakeX, rate: float, stop: threading.Event, people: int = 2000) -> None:
    """Post `rate` times a second until told to stop; one post in ten is delivered twice."""
    dice = random.Random(5)
    while not stop.wait(dice.expovariate(rate)):
        tag = f"#{dice.choice(TAGS)}"
        text = dice.choice([tag, tag.upper(), f"{tag} please", f"{tag} #{dice.choice(TAGS)}", "nothing"])
        post = x.post(dice.randint(1, people), text)
        if dice.random() < 0.1:
            x.send_post(post)
