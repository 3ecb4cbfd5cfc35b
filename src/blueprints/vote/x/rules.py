"""Our rules on the stream: tagged as ours, removed when we go; those of others are never touched."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from tweepy import StreamRule  # type: ignore[import-untyped]  # tweepy has no types

from blueprints.errors import BlueprintsError, UpstreamError
from blueprints.vote.core.queries import Query
from blueprints.vote.x.stream import Stream

REMOVAL_S = 5.0


def tag(installation: str, session: int, number: int) -> str:
    return f"blueprints:{installation}:{session}:{number}"


def _owner(text: Any, installation: str) -> int | None:
    """The session whose rule carries this tag; None for a rule that is not of this installation."""
    parts = str(text or "").split(":")
    ours = len(parts) == 4 and parts[:2] == ["blueprints", installation] and parts[2].isdecimal()
    return int(parts[2]) if ours else None


class StreamRules:
    """The rules of one session."""

    def __init__(self, stream: Stream, installation: str, session: int, is_running: Callable[[int], bool]) -> None:
        self.stream = stream
        self.installation = installation
        self.session = session
        self.is_running = is_running
        self.ids: list[str] = []
        self._is_creating = False

    async def create(self, queries: Sequence[Query]) -> dict[str, int]:
        """Replace what this session and dead ones left behind; tag -> the candidate, for rules that name just one.

        An equal rule of somebody else is not created again: it delivers to us as well, and stays.
        """
        await self._remove(await self._tagged(self._is_stale))
        tags = [tag(self.installation, self.session, number) for number in range(len(queries))]
        made = [StreamRule(value=query.text, tag=name) for query, name in zip(queries, tags, strict=True)]
        self._is_creating = True
        answer = await self.stream.add_rules(made)
        self.ids = [str(rule["id"]) for rule in answer.get("data") or [] if "id" in rule]
        self._is_creating = False
        _refuse_invalid(answer, len(made), len(self.ids))
        return {
            name: query.candidates[0] for query, name in zip(queries, tags, strict=True) if len(query.candidates) == 1
        }

    async def _tagged(self, is_wanted: Callable[[int], bool]) -> list[str]:
        """Ids of this installation's rules whose session is wanted, from all pages of the list."""
        found: list[str] = []
        token: str | None = None
        while True:
            answer = await self.stream._make_request(
                "GET",
                "/2/tweets/search/stream/rules",
                params={"pagination_token": token} if token else {},
                endpoint_parameters=("pagination_token",),
            )
            for rule in answer.get("data") or []:
                owner = _owner(rule.get("tag"), self.installation)
                if owner is not None and is_wanted(owner):
                    found.append(str(rule["id"]))
            token = (answer.get("meta") or {}).get("next_token")
            if not token:
                return found

    def _is_stale(self, owner: int) -> bool:
        return owner == self.session or not self.is_running(owner)

    async def _remove(self, ids: Sequence[str]) -> None:
        if ids:
            await self.stream.delete_rules(list(ids))

    async def remove(self) -> str | None:
        """Remove ours by id, within 5 s, also while being cancelled; a reason when that failed."""
        try:
            await asyncio.wait_for(asyncio.shield(self._remove_ours()), REMOVAL_S)
        except (BlueprintsError, TimeoutError) as error:
            return f"the stream rules could not be removed ({error or 'no answer'}): the next vote removes them"
        return None

    async def _remove_ours(self) -> None:
        """By id; a creation that was cut off did not say its ids, and they are looked up."""
        ids, self.ids = self.ids, []
        if self._is_creating:
            ids = await self._tagged(lambda owner: owner == self.session)
        await self._remove(ids)


def _refuse_invalid(answer: dict[str, Any], sent: int, created: int) -> None:
    """A rule that was neither created nor is there already was refused."""
    errors = [one for one in answer.get("errors") or [] if isinstance(one, dict)]
    doubles = [one for one in errors if "duplicate" in f"{one.get('title')}{one.get('type')}".lower()]
    if created + len(doubles) < sent:
        said = next(
            (str(one.get("detail") or one.get("title")) for one in errors if one not in doubles), "no reason given"
        )
        raise UpstreamError(f"X refused {sent - created - len(doubles)} of {sent} stream rules: {said}")
