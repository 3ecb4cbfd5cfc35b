"""Invent recordings of votes: nobody in them exists. The one that ships with the program is made by

python benchmarks/vote_recording.py --demo src/blueprints/vote/demo/demo.jsonl.gz
"""

import argparse
import gzip
import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime(2026, 11, 22, 18, tzinfo=UTC)
EPOCH_MS = 1_288_834_974_657
WORDS = ("for the win", "all the way", "every day", "since forever", "and nothing else", "on my laptop", "of course")
NOISE = ("what a #show tonight", "who is winning?", "#debian2 is not a candidate", "see x.org/#debian", "no tag here")


def snowflake(moment: datetime, rest: int) -> str:
    return str((int(moment.timestamp() * 1000) - EPOCH_MS) << 22 | rest % 2**22)


def post(author: str, moment: datetime, text: str, rest: int, **more: Any) -> dict[str, Any]:
    """A stream event; hashtags as entities, as the platform sends them."""
    number = snowflake(moment, rest)
    tags = [
        {"start": text.index(word), "end": text.index(word) + len(word), "tag": word[1:]}
        for word in text.split()
        if word[0] in "#＃" and word[1:].isalnum() and not word[1:].isdigit()
    ]
    data = {
        "author_id": author,
        "created_at": moment.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "edit_history_tweet_ids": [number],
        "entities": {"hashtags": tags} if tags else {},
        "id": number,
        "text": text,
        **more,
    }
    return {"data": data, "matching_rules": [{"id": "1861234567890123776", "tag": "blueprints:demo:1:0"}]}


def accounts(number: int, dice: random.Random) -> list[str]:
    return [snowflake(START - timedelta(days=dice.uniform(40, 3000)), dice.getrandbits(22)) for _ in range(number)]


def demo() -> Iterator[bytes]:
    """Three minutes, three candidates, and one of everything that can happen to a post."""
    dice = random.Random(1122)
    voters = accounts(230, dice)
    events: list[tuple[float, dict[str, Any]]] = []
    for voter in voters:
        at = 180 * dice.betavariate(1.3, 1.5)
        lean = at / 180
        tag = dice.choices(["#debian", "#ubuntu", "#arch"], [1.0, 1.3 - lean, 0.4 + 1.1 * lean])[0]
        shapes: list[Callable[[str], str]] = [str, str, str.upper, str.title]
        text = f"{dice.choice(shapes)(tag)} {dice.choice(WORDS)}"
        events.append((at, post(voter, START + timedelta(seconds=at), text, dice.getrandbits(22))))
    for _ in range(40):
        at = dice.uniform(20, 179)
        voter, tag = dice.choice(voters), dice.choice(["#debian", "#ubuntu", "#arch"])
        events.append((at, post(voter, START + timedelta(seconds=at), f"{tag} again!", dice.getrandbits(22))))
    for number in range(60):
        at = dice.uniform(0, 179)
        moment, voter = START + timedelta(seconds=at), dice.choice(voters)
        kind = number % 4
        if kind == 0:
            refers = {"referenced_tweets": [{"type": "retweeted", "id": snowflake(START, number)}]}
            made = post(
                voter, moment, "RT @host: vote #debian #ubuntu or #arch until …", dice.getrandbits(22), **refers
            )
        elif kind == 1:
            made = post(voter, moment, "#debian or #arch , hard to say", dice.getrandbits(22))
        elif kind == 2:
            fresh = snowflake(moment - timedelta(days=2), dice.getrandbits(22))
            made = post(fresh, moment, "#ubuntu says the new one", dice.getrandbits(22))
        else:
            made = post(voter, moment, dice.choice(NOISE), dice.getrandbits(22))
        events.append((at, made))
    late = sorted((at + dice.expovariate(1.0), made) for at, made in events)
    for number, (_, made) in enumerate(late):
        yield json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()
        if number % 45 == 44:
            yield json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()  # delivered twice


def large(posts: int, voters: int, seed: int = 7) -> Iterator[bytes]:
    """As many posts as asked for, 250 a second; about one in ten carries no candidate."""
    dice = random.Random(seed)
    known = accounts(voters, dice) if voters < posts else None
    tags = ["#debian", "#ubuntu", "#arch", "#fedora", "no tag"]
    for number in range(posts):
        moment = START + timedelta(milliseconds=4 * number)
        author = (
            dice.choice(known) if known else snowflake(START - timedelta(days=400, milliseconds=number * 40), number)
        )
        text = f"My vote is {dice.choice(tags)} tonight, {dice.choice(WORDS)}"
        yield json.dumps(post(author, moment, text, number)).encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--posts", type=int, default=200_000)
    parser.add_argument("--voters", type=int, default=150_000)
    options = parser.parse_args()
    lines = demo() if options.demo else large(options.posts, options.voters)
    body = b"".join(line + b"\n" for line in lines)
    options.file.write_bytes(gzip.compress(body, mtime=0) if options.file.suffix == ".gz" else body)


if __name__ == "__main__":
    main()
