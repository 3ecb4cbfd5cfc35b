"""Wrong settings: one line that names the setting, before anything starts."""

import logging.config
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from blueprints import config
from blueprints.errors import ConfigError
from blueprints.messenger.config import MessengerConfig
from blueprints.messenger.django import settings as messenger_settings
from blueprints.messenger.stores.redis import Settings as RedisSettings
from blueprints.store.config import StoreConfig
from blueprints.web import database, logs
from blueprints.web.config import RelayConfig, WebConfig

WRONG = [
    ("messenger", "lifetime", "0"),
    ("messenger", "lifetime", "30d"),
    ("messenger", "lifetime_min", "8d"),
    ("messenger", "lifetime_max", "99999d"),
    ("messenger", "max_length", "0"),
    ("messenger", "replay_events", "-1"),
    ("messenger", "capacity", "0"),
    ("messenger", "post_burst", "0"),
    ("messenger", "bot_burst", "0"),
    ("messenger", "post_per_second", "0"),
    ("messenger", "bot_per_second", "nan"),
    ("messenger", "max_streams", "0"),
    ("messenger", "streams_per_address", "-1"),
    ("messenger", "rooms_per_member", "-1"),
    ("messenger", "trusted_proxies", "10.0.0.0/99"),
    ("messenger", "cors_origins", "example.com"),
    ("messenger", "cors_origins", "https://example.com/"),
    ("messenger", "public_url", "chat.example"),
    ("messenger", "public_url", "https://[x"),
    ("messenger.redis", "url", "redis://u:hunter2@host:port/0"),
    ("messenger.redis", "url", "localhost:6379"),
    ("store", "public_url", "shop.example"),
    ("store", "trusted_proxies", "proxy"),
    ("store", "relay__batch", "0"),
    ("store", "relay__jitter", "1.5"),
    ("store", "relay__schedule", "[]"),
    ("store", "relay__timeout", "2m"),
    ("web", "log_level", "LOUD"),
    ("web", "allowed_hosts", "https://shop.example"),
]
SECTIONS: dict[str, type] = {
    "messenger": MessengerConfig, "messenger.redis": RedisSettings, "store": StoreConfig, "web": WebConfig
}  # fmt: skip


@pytest.mark.parametrize(("section", "name", "value"), WRONG)
def test_a_value_that_cannot_work_is_refused(
    monkeypatch: pytest.MonkeyPatch, section: str, name: str, value: str
) -> None:
    monkeypatch.setenv(f"BLUEPRINTS_{section}__{name}".replace(".", "__").upper(), value)
    with pytest.raises(ConfigError) as refused:
        config.load(section, SECTIONS[section])
    line = str(refused.value)
    assert line.startswith(section)
    assert (name.partition("__")[2] or name.partition("_")[0]) in line
    assert "hunter2" not in line
    assert "\n" not in line


def test_values_at_the_edge_are_taken() -> None:
    MessengerConfig(
        lifetime=timedelta(seconds=1),
        streams_per_address=0,
        trusted_proxies=["10.0.0.7", "fd00::/8"],
        cors_origins=["*", "http://localhost:3000"],
        public_url="https://chat.example:8443",
    )
    RedisSettings(url="unix:///run/redis.sock")
    RelayConfig(jitter=0.0, batch=1)


@pytest.mark.parametrize("level", ["debug", "Info", "WARNING"])
def test_a_log_level_may_be_written_small(level: str) -> None:
    WebConfig(log_level=level)
    made = logs.config(level, "orders")
    assert made["loggers"]["blueprints"]["level"] == level.upper()
    logging.config.DictConfigurator(made)


@pytest.mark.parametrize("url", ["smtp://mail:port", "smtp://[x", "http://mail", "smtp://"])
def test_an_address_for_mail_that_cannot_be_read_is_refused(url: str) -> None:
    usual = MessengerConfig()
    with pytest.raises(ConfigError, match=r"mail\.url"):
        messenger_settings(replace(usual, mail=replace(usual.mail, url=url)))


def test_an_address_of_a_database_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        database.settings("postgresql://u:hunter2@[::1/d", Path("unused"), "NORMAL", 1.0)


def test_a_connection_takes_little_memory_and_keeps_what_it_was_told(tmp_path: Path) -> None:
    made = database.settings("", tmp_path / "db", "FULL", 1.0)
    with closing(sqlite3.connect(tmp_path / "db")) as connection:
        connection.executescript(made["OPTIONS"]["init_command"])
        found = [connection.execute(f"PRAGMA {name}").fetchone() for name in ("cache_size", "mmap_size", "synchronous")]
    assert found == [(-2000,), (0,), (2,)]


@pytest.mark.parametrize("kind", ["no database", "an unknown option", "a folder that cannot be"])
def test_a_database_that_cannot_be_used_is_no_bug(spawn: Any, tmp_path: Path, kind: str) -> None:
    junk = tmp_path / "junk.sqlite3"
    junk.write_text("This is no database, and nobody will ever make one of it. " * 100)
    flags, env = {
        "no database": (["--database", str(junk)], {}),
        "an unknown option": (["--database", "postgresql://u:hunter2@127.0.0.1:1/d?colour=red"], {}),
        "a folder that cannot be": ([], {"BLUEPRINTS_HOME": "/proc/blueprints"}),
    }[kind]
    process = spawn("serve", "messenger", "--port", "0", *flags, env=env)
    _, stderr = process.communicate(timeout=110)
    assert process.returncode == 1, stderr
    assert "bug" not in stderr
    assert "hunter2" not in stderr
    assert stderr.startswith("Error: ")
    assert stderr.count("\n") == 1
