"""From a question to a report: find the place, ask in order, fall back to what is stored."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from blueprints import plugins
from blueprints.errors import BlueprintsError, UpstreamError
from blueprints.weather import places, registry
from blueprints.weather.alerts import Alerts
from blueprints.weather.candidates import chosen
from blueprints.weather.core.spread import spreads
from blueprints.weather.failures import NoAnswer
from blueprints.weather.race import Attempt, everyone, first
from blueprints.weather.report import Column, Comparison, Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blueprints.weather.core.forecast import Alert, Conditions, Forecast, Place
    from blueprints.weather.places import Found
    from blueprints.weather.registry import Listed
    from blueprints.weather.report import Question
    from blueprints.weather.session import Reply, Session

GEOCODING_SHARE = 0.5
"""Part of the deadline after which a silent geocoder is given up, so that providers that know names still have time."""


class Inquiry:
    """One question being answered."""

    def __init__(self, question: Question, session: Session) -> None:
        self.question = question
        self.session = session
        self.notices: list[str] = list(session.notices)
        self.ends = asyncio.get_running_loop().time() + session.settings.deadline.total_seconds()
        self.providers, broken = registry.loaded(list(question.providers), question.named)
        self.broken = [Attempt(name, "error", error=f"does not work: {why}") for name, why in broken.items()]
        for name in question.providers if question.named else ():
            self._notice(registry.clash(name))

    @property
    def by_name(self) -> dict[str, Listed]:
        return {listed.name: listed for listed in self.providers}

    async def report(self) -> Report:
        """Raises the one failure when one provider was asked, NoAnswer when several failed and nothing is stored."""
        found = await self.place()
        free, passed = self._candidates(found.place)
        alerts = Alerts(self.session, self._alert_sources(), found.place)
        try:
            reply, attempts = await self._forecast(found.place, free)
            attempts += [] if self.session.offline else passed
            if reply is None:
                reply = self._stored(found.place, attempts)
            warned, notices = await alerts.gathered()
        finally:
            await alerts.stop()
        for text in notices:
            self._notice(text)
        return self._reported(found, reply, attempts, warned)

    async def comparison(self) -> Comparison:
        """Every provider beside the others; raises NoAnswer when none answers and nothing is stored."""
        found = await self.place()
        free, passed = self._candidates(found.place)
        horizon = self.question.horizon
        answers: dict[str, Reply] = {}
        attempts: list[Attempt] = []
        if not self.session.offline and free:
            by_name = {listed.name: listed for listed in free}
            answers, attempts = await everyone(
                list(by_name),
                lambda name: self.session.ask(by_name[name], found.place, horizon),
                deadline_s=self._left_s(),
            )
        errors = {attempt.provider: attempt.error for attempt in [*attempts, *passed, *self.broken]}
        columns = [self._column(listed, found.place, answers, errors) for listed in self.providers]
        columns += [Column(attempt.provider, attempt.error) for attempt in self.broken]
        if not any(column.days for column in columns):
            raise self._nobody(found.place, [*attempts, *passed, *self.broken])
        zone = next((ZoneInfo(reply.forecast.timezone) for reply in answers.values()), None)
        return Comparison(
            place=found.place,
            others=found.others,
            now=self.session.now,
            zone=zone or ZoneInfo(found.place.timezone or "UTC"),
            columns=tuple(columns),
            spreads=tuple(spreads({column.provider: column.days for column in columns})),
            notices=tuple(self.notices + [text for text in self.session.store.notices if text not in self.notices]),
        )

    async def place(self) -> Found:
        """The place meant; without a geocoder the one found before, else the bare name, which some providers take."""
        said = self.question.place
        direct = places.direct(said)
        if direct is not None:
            return places.Found(places.zoned(direct, self.session.store, self.session.now))
        geocoder = self.session.geocoder()
        limit = GEOCODING_SHARE * self.session.settings.deadline.total_seconds()
        try:
            async with asyncio.timeout(limit):
                return await geocoder.find(said)
        except (UpstreamError, TimeoutError) as error:
            told = str(error) or f"no answer within {limit:.3g} s"
            return self._without_geocoder(geocoder.kept(said), told, error)

    def _without_geocoder(self, kept: Place | None, told: str, error: Exception) -> Found:
        if kept is not None:
            if not self.session.offline:
                self._notice(f"the geocoder does not answer ({told}): the place is the one found before")
            return places.Found(kept)
        by_name = [listed for listed in self.providers if "name" in listed.accepts]
        if self.session.offline or not by_name:
            raise NoAnswer(f"cannot tell where {self.question.place!r} is: {told}") from error
        self._notice(f"the geocoder does not answer ({told}): asking providers that know names")
        return places.Found(places.nameable(self.question.place))

    def _candidates(self, place: Place) -> tuple[list[Listed], list[Attempt]]:
        days = self.session.wanted(place, self.question.horizon).days
        return chosen(self.providers, place, days, self.session, named=self.question.named)

    def _alert_sources(self) -> list[Listed]:
        """With named providers only those; else also our own that have alerts but are not in the list."""
        if not self.session.settings.alerts:
            return []
        if self.question.named:
            return self.providers
        more = [name for name in plugins.built_in(registry.PACKAGE) if name not in self.by_name]
        return [*self.providers, *(listed for listed in registry.loaded(more, named=False)[0] if not listed.opt_in)]

    async def _forecast(self, place: Place, free: list[Listed]) -> tuple[Reply | None, list[Attempt]]:
        if self.session.offline or not free:
            return None, []
        by_name = {listed.name: listed for listed in free}
        reply, attempts = await first(
            list(by_name),
            lambda name: self.session.ask(by_name[name], place, self.question.horizon),
            hedge_after_s=self.session.settings.hedge_after.total_seconds(),
            deadline_s=self._left_s(),
        )
        for attempt in attempts:
            if reply is not None and reply.from_cache and attempt.provider == reply.listed.name:
                attempt.outcome = "cached"
        return reply, attempts

    def _stored(self, place: Place, attempts: list[Attempt]) -> Reply:
        """What was answered before; raises when that is nothing, or when the only provider needs the user to act."""
        only = attempts[0].failure if len(attempts) == 1 and not self.broken else None
        if isinstance(only, BlueprintsError) and not isinstance(only, UpstreamError):
            raise only
        asked = self.providers
        reply = self.session.stored(asked, place, self.question.horizon)
        if reply is None:
            raise self._nobody(place, [*attempts, *self.broken])
        if self.session.offline:
            attempts.append(Attempt(reply.listed.name, "cached"))
        for attempt in attempts:
            if attempt.error is not None:
                self._notice(f"{attempt.provider}: {attempt.error.removeprefix(attempt.provider + ': ')}")
        return reply

    def _nobody(self, place: Place, attempts: Sequence[Attempt]) -> NoAnswer:
        if self.session.offline:
            return NoAnswer(f"nothing is stored for {place.title}: ask once without --offline")
        reasons = [
            f"{one.provider}: {(one.error or 'not asked').removeprefix(one.provider + ': ')}" for one in attempts
        ]
        if len(reasons) == 1:
            return NoAnswer(reasons[0])
        return NoAnswer(f"no provider has an answer: {'; '.join(reasons) or 'none is left to ask'}")

    def _column(self, listed: Listed, place: Place, answers: dict[str, Reply], errors: dict[str, str | None]) -> Column:
        reply = answers.get(listed.name)
        if reply is None and listed.covers(place):
            reply = self.session.stored([listed], place, self.question.horizon)
        if reply is None:
            return Column(listed.name, errors.get(listed.name) or "nothing is stored")
        stale = reply.stale or (listed.name not in answers and not self.session.offline)
        return Column(
            listed.name,
            errors.get(listed.name),
            reply.forecast.fetched_at,
            stale,
            reply.selection.days,
            reply.forecast.attribution,
        )

    def _reported(self, found: Found, reply: Reply, attempts: list[Attempt], alerts: tuple[Alert, ...]) -> Report:
        forecast, selection = reply.forecast, reply.selection
        place = _named(found.place, forecast)
        if 0 < len(selection.days) < selection.asked:
            self._notice(f"{reply.listed.name} gives {len(selection.days)} of {selection.asked} days")
        for text in [*forecast.notices, *self.session.store.notices]:
            self._notice(text)
        report = Report(
            place=place,
            others=found.others,
            horizon=self.question.horizon,
            now=self.session.now,
            forecast=forecast,
            days=selection.days,
            hours=selection.hours,
            current=selection.current,
            stale=reply.stale or (reply.from_cache and all(one.outcome != "cached" for one in attempts)),
            fetched_at=forecast.fetched_at or self.session.now,
            alerts=alerts,
            attempts=(*attempts, *self.broken),
        )
        lit = _lit(report)
        for text in _polar(lit):
            self._notice(text)
        return replace(lit, notices=tuple(self.notices))

    def _left_s(self) -> float:
        return max(0.0, self.ends - asyncio.get_running_loop().time())

    def _notice(self, text: str | None) -> None:
        if text and text not in self.notices:
            self.notices.append(text)


def _named(place: Place, forecast: Forecast) -> Place:
    """The place with what only the provider knows of it."""
    told = forecast.place
    if told is None or place.has_coordinates:
        return replace(place, timezone=forecast.timezone)
    return replace(told, timezone=forecast.timezone, code=place.code)


def _lit(report: Report) -> Report:
    """With sunrise, sunset and day or night computed where the provider told none."""
    place = report.place
    told = all(day.sunrise and day.sunset for day in report.days)
    conditions = [*report.hours, *([report.current] if report.current else [])]
    if not place.has_coordinates or (told and all(one.is_day is not None for one in conditions)):
        return report
    from blueprints.weather import sun

    latitude, longitude = place.coordinates

    def lit(one: Conditions) -> Conditions:
        return one if one.is_day is not None else replace(one, is_day=sun.is_day(one.time, latitude, longitude))

    return replace(
        report,
        days=sun.with_sun(report.days, latitude, longitude, report.zone.key),
        hours=tuple(map(lit, report.hours)),
        current=lit(report.current) if report.current else None,
    )


def _polar(report: Report) -> list[str]:
    """`polar night` or `midnight sun`, where a day has neither sunrise nor sunset."""
    dark = [day for day in report.days if day.sunrise is None and day.sunset is None]
    if not dark or not report.place.has_coordinates:
        return []
    from blueprints.weather import sun

    found = [sun.polar(day.date, *report.place.coordinates, report.zone) for day in dark]
    return list(dict.fromkeys(text for text in found if text))


async def answered(question: Question, session: Session) -> Report:
    try:
        return await Inquiry(question, session).report()
    finally:
        await session.close()


async def compared(question: Question, session: Session) -> Comparison:
    try:
        return await Inquiry(question, session).comparison()
    finally:
        await session.close()


async def found_places(session: Session, name: str, count: int, country: str | None) -> list[Place]:
    """What the geocoder knows by a name, in its order."""
    try:
        async with asyncio.timeout(session.settings.deadline.total_seconds()):
            return await session.geocoder().search(name, count, country)
    except TimeoutError as error:
        raise UpstreamError("the geocoder does not answer: try again later") from error
    finally:
        await session.close()
