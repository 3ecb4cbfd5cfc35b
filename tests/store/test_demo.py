"""The demo: covers whose titles can be read, and a way into the admin."""

import stat
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from blueprints.store import demo as demo_shop
from blueprints.store.demo import drawing
from blueprints.store.models import Game, LicenceKey, Platform, Price
from blueprints.web.accounts import demo


def test_an_accent_is_drawn_and_not_a_box() -> None:
    band = (0, 48, drawing.WIDTH, 130)
    plain, accented = (drawing.cover(name, "SNES") for name in ("Cafe Midnight", "Café Midnight"))
    assert plain.size == (520, 720)
    white = [picture.crop(band).tobytes().count(b"\xff\xff\xff") for picture in (plain, accented)]
    assert 0 < white[1] - white[0] < 400


def test_long_titles_stay_on_the_cover() -> None:
    picture = drawing.cover("The Extraordinarily Long Chronicle of Everything That Ever Happened", "Platform")
    assert picture.size == (520, 720)


def test_the_demo_is_a_plausible_shop(shop: Any) -> None:
    demo_shop.fill()
    games = Game.objects.all()
    assert games.count() >= 60
    assert Platform.objects.count() == 8
    assert games.filter(highlighted=True).count() == 4
    assert games.filter(stock=0).exists()
    assert not games.filter(cover="").exists()
    assert Price.objects.exclude(ended_at=None).exists()
    assert LicenceKey.objects.count() == 25


def test_the_demo_says_how_to_log_in_to_the_admin(
    shop: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demo.offer(tmp_path, "Blueprints Games", "http://127.0.0.1:8000")
    password = (tmp_path / demo.FILE).read_text()
    said = f"Blueprints Games: demo log-in at http://127.0.0.1:8000/admin/ as admin with the password {password}\n"
    assert capsys.readouterr().err == said
    assert stat.S_IMODE((tmp_path / demo.FILE).stat().st_mode) == 0o600
    browser = Client()
    browser.post("/accounts/login/", {"login": "admin", "password": password})
    assert browser.get("/admin/").status_code == 200
    demo.offer(tmp_path, "Blueprints Games", "http://127.0.0.1:8000")
    assert capsys.readouterr().err == said


def test_a_changed_demo_password_is_not_told_any_more(
    shop: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demo.offer(tmp_path, "Shop", "http://127.0.0.1:8000")
    admin = get_user_model().objects.get(username="admin")
    admin.set_password("one of my own, thank you")
    admin.save()
    capsys.readouterr()
    demo.offer(tmp_path, "Shop", "http://127.0.0.1:8000")
    assert capsys.readouterr().err == ""


def test_no_account_is_made_where_there_is_an_admin(admin: Client, tmp_path: Path) -> None:
    demo.offer(tmp_path, "Shop", "http://127.0.0.1:8000")
    assert not (tmp_path / demo.FILE).exists()
    assert get_user_model().objects.filter(is_superuser=True).count() == 1
