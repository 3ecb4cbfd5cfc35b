"""Rates in a MongoDB database, for several users of one store."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, InsertOne, MongoClient, UpdateOne
from pymongo.errors import BulkWriteError, ConfigurationError, InvalidURI, PyMongoError

from blueprints.errors import ConfigError
from blueprints.fx.core.errors import StoreFailed
from blueprints.fx.core.published import Published, oldest_first
from blueprints.fx.records import ENTRY_KEYS, Asked, Attempt, Entry, Saved
from blueprints.fx.stores import VERSION, masked
from blueprints.fx.stores._merging import merged

DATABASE = "blueprints"
TIMEOUT_MS = 2000
WAITS = ("serverSelectionTimeoutMS", "connectTimeoutMS")
"""Options that may stand in the address; else a server that is not there is told soon."""
DUPLICATE = 11000
BATCH = 2000


class Store:
    """Unique keys and writes of single documents take the place of transactions, which a lone server does not have."""

    def __init__(self, address: str) -> None:
        self.address = masked(address)
        try:
            waits: dict[str, Any] = {name: TIMEOUT_MS for name in WAITS if name.lower() not in address.lower()}
            self._client: MongoClient[dict[str, Any]] = MongoClient(address, appname="blueprints", **waits)
        except (InvalidURI, ConfigurationError, ValueError) as error:
            raise ConfigError(f"fx.store: {self.address} is no address of a MongoDB database") from error
        self._database = self._client.get_default_database(DATABASE)
        try:
            with self._translated():
                self._prepare()
        except StoreFailed:
            self.close()
            raise

    def _prepare(self) -> None:
        found = self._database.settings.find_one({"_id": "version"})
        if found is None:
            self._database.rates.create_index([("source", ASCENDING), ("date", ASCENDING)], unique=True)
            self._database.log.create_index([("at", ASCENDING)])
            self._database.settings.update_one({"_id": "version"}, {"$set": {"value": str(VERSION)}}, upsert=True)
        elif int(found["value"]) > VERSION:
            raise StoreFailed(f"the store {self.address} was made by a newer version of blueprints: upgrade blueprints")

    def days(
        self, source: str, first: date | None = None, last: date | None = None, *, newest_first: bool = False
    ) -> Iterator[Published]:
        query = {"source": source, "date": {"$gte": str(first or date.min), "$lte": str(last or date.max)}}
        order = DESCENDING if newest_first else ASCENDING
        with self._translated():
            for found in self._database.rates.find(query).sort("date", order):
                yield Published(date.fromisoformat(found["date"]), found["base"], found["rates"], found["fetched_at"])

    def span(self, source: str) -> tuple[date, date] | None:
        with self._translated():
            ends = [
                self._database.rates.find_one({"source": source}, {"date": 1}, sort=[("date", order)])
                for order in (ASCENDING, DESCENDING)
            ]
        first, last = (date.fromisoformat(end["date"]) if end else None for end in ends)
        return (first, last) if first and last else None

    def save(self, source: str, days: Sequence[Published], asked: Sequence[Asked] = ()) -> Saved:
        ordered = oldest_first(days)
        with self._translated():
            stored = (
                {day.date: day.rates for day in self.days(source, ordered[0].date, ordered[-1].date)} if ordered else {}
            )
            new = [day for day in ordered if day.date not in stored]
            changed = [day for day in ordered if day.date in stored and merged(stored[day.date], day.rates) is not None]
            self._lay_over(source, changed)
            there = self._insert(source, new)
            self._lay_over(source, there)
            self._remember_asked(asked)
        return Saved(len(new) - len(there), len(changed))

    def seed(self, source: str, days: Sequence[Published], settings: dict[str, str]) -> None:
        with self._translated():
            stored = {found["date"] for found in self._database.rates.find({"source": source}, {"_id": 0, "date": 1})}
            self._insert(source, [day for day in oldest_first(days) if str(day.date) not in stored])
            for name, value in settings.items():
                self.set_setting(name, value)

    def _insert(self, source: str, days: list[Published]) -> list[Published]:
        """Insert in order; those that another process inserted in the meantime are left as they are and returned."""
        there: list[Published] = []
        for start in range(0, len(days), BATCH):
            rest = days[start : start + BATCH]
            while rest:
                done = self._inserted(source, rest)
                there += rest[done : done + 1]
                rest = rest[done + 1 :]
        return there

    def _inserted(self, source: str, days: list[Published]) -> int:
        """How many were inserted before one that was there already."""
        documents = [InsertOne({"_id": f"{source}:{day.date}", **_document(source, day)}) for day in days]
        try:
            self._database.rates.bulk_write(documents, ordered=True)
        except BulkWriteError as error:
            failure = error.details["writeErrors"][0]
            if failure["code"] != DUPLICATE:
                raise
            return int(failure["index"])
        return len(days)

    def _lay_over(self, source: str, days: list[Published]) -> None:
        if days:
            self._database.rates.bulk_write(
                [UpdateOne({"_id": f"{source}:{day.date}"}, {"$set": _changes(day)}) for day in days], ordered=True
            )

    def _remember_asked(self, asked: Sequence[Asked]) -> None:
        if not asked:
            return
        self._database.asked.bulk_write(
            [
                UpdateOne(
                    {"_id": f"{one.source}:{one.date}"},
                    {
                        "$set": {
                            "source": one.source,
                            "date": str(one.date),
                            "used": one.used and str(one.used),
                            "at": one.at.isoformat(),
                        }
                    },
                    upsert=True,
                )
                for one in asked
            ]
        )

    def asked(self, source: str, on: date) -> Asked | None:
        with self._translated():
            return _asked(self._database.asked.find_one({"_id": f"{source}:{on}"}))

    def last_answer(self, source: str) -> Asked | None:
        with self._translated():
            newest_first = self._database.asked.find({"source": source}).sort("date", DESCENDING)
            return next((_asked(found) for found in newest_first if found["at"][:10] == found["date"]), None)

    def attempt(self, source: str) -> Attempt | None:
        with self._translated():
            found = self._database.state.find_one({"_id": source})
        return Attempt(datetime.fromisoformat(found["at"]), found["day"], found["failure"]) if found else None

    def remember(self, source: str, attempt: Attempt | None) -> None:
        with self._translated():
            if attempt is None:
                self._database.state.delete_one({"_id": source})
            else:
                values = {
                    "source": source,
                    "at": attempt.at.isoformat(),
                    "day": attempt.day,
                    "failure": attempt.failure,
                }
                self._put("state", source, values)

    def setting(self, name: str) -> str | None:
        with self._translated():
            found = self._database.settings.find_one({"_id": name})
        return found["value"] if found else None

    def set_setting(self, name: str, value: str) -> None:
        with self._translated():
            self._put("settings", name, {"name": name, "value": value})

    def log(self, entries: Sequence[Entry], keep: int) -> None:
        with self._translated():
            self._database.log.insert_many([dict(entry) for entry in entries])
            oldest_kept = self._database.log.find_one({}, {"_id": 1}, sort=[("_id", DESCENDING)], skip=keep)
            if oldest_kept is not None:
                self._database.log.delete_many({"_id": {"$lte": oldest_kept["_id"]}})

    def logged(self, limit: int, since: str = "") -> list[Entry]:
        with self._translated():
            found = list(self._database.log.find({"at": {"$gte": since}}).sort("_id", DESCENDING).limit(limit))
        return [Entry(**{key: one.get(key) for key in ENTRY_KEYS}) for one in reversed(found)]  # type: ignore[typeddict-item]

    def clear_log(self) -> int:
        with self._translated():
            return self._database.log.delete_many({}).deleted_count

    def close(self) -> None:
        self._client.close()

    def _put(self, collection: str, key: str, values: dict[str, Any]) -> None:
        self._database[collection].update_one({"_id": key}, {"$set": values}, upsert=True)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except PyMongoError as error:
            raise StoreFailed(f"cannot use the store {self.address}: {_reason(error)}") from error


def _document(source: str, day: Published) -> dict[str, Any]:
    rates = dict(day.rates)
    return {"source": source, "date": str(day.date), "base": day.base, "rates": rates, "fetched_at": day.fetched_at}


def _changes(day: Published) -> dict[str, Any]:
    """What a day fetched again changes in the stored one: its rates win, those that it lacks stay."""
    rates = {f"rates.{code}": text for code, text in day.rates.items()}
    return {"base": day.base, "fetched_at": day.fetched_at, **rates}


def _asked(found: dict[str, Any] | None) -> Asked | None:
    if found is None:
        return None
    on, used = date.fromisoformat(found["date"]), found["used"]
    return Asked(found["source"], on, used and date.fromisoformat(used), datetime.fromisoformat(found["at"]))


def _reason(error: PyMongoError) -> str:
    """pymongo's words without timeouts, addresses said again and internal states."""
    return str(error).split(",", maxsplit=1)[0].split(" (configured", maxsplit=1)[0]
