import io
import struct
import zlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from blueprints.store.models import Checkout, Game, LicenceKey, Platform
from tests.store.desk import Desk
from tests.store.reading import read
from tests.store.test_catalogue import names
from tests.store.test_checkout import review, stock

INLINE = {"prices-TOTAL_FORMS": "0", "prices-INITIAL_FORMS": "0"}


def form(game: Game | None = None, **fields: Any) -> dict[str, Any]:
    """The form of a game as the browser sends it."""
    filled: dict[str, Any] = {
        "name": "Astro Racer",
        "platform": Platform.objects.get_or_create(name="NES")[0].pk,
        "is_published": "on",
        **INLINE,
    }
    if game is not None:
        filled |= {
            "name": game.name,
            "platform": game.platform_id,
            "new_price": game.price or "",
            "stock": game.stock or "",
        }
    return {name: value for name, value in (filled | fields).items() if value is not None}


def upload(kind: str = "PNG", size: tuple[int, int] = (300, 400)) -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", size, (10, 120, 200)).save(target, kind)
    return SimpleUploadedFile(f"x.{kind.lower()}", target.getvalue())


def announced(side: int) -> bytes:
    """A PNG that says it has so many pixels a side, and has none."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"")),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_a_game_is_added_with_price_stock_and_cover(shop: Any, admin: Client, client: Client, settings: Any) -> None:
    fields = form(new_price="19.90", stock="4", new_cover=upload("JPEG"))
    assert admin.post("/admin/store/game/add/", fields).status_code == 302
    one = Game.objects.get()
    assert (str(one.price), one.stock) == ("19.90", 4)
    html = client.get(one.path).content.decode()
    assert f"/media/covers/{one.cover}-520.webp" in html
    with Image.open(Path(settings.MEDIA_ROOT) / "covers" / f"{one.cover}-260.webp") as picture:
        assert (picture.format, picture.size) == ("WEBP", (260, 360))
        assert not picture.getexif()
    (Path(settings.MEDIA_ROOT) / "covers" / f"{one.cover}-130.webp").unlink()
    (Path(settings.MEDIA_ROOT) / "covers" / f"{one.cover}-520.webp").unlink()
    one.save()
    assert "no-cover" in client.get(one.path).content.decode()


def test_a_changed_price_opens_a_new_row(game: Callable[..., Game], admin: Client) -> None:
    one = game(price="10")
    added = one.price_added_at
    admin.post(f"/admin/store/game/{one.pk}/change/", form(one, new_price="12.50"))
    one.refresh_from_db()
    assert (str(one.price), one.price_added_at, one.prices.count()) == ("12.50", added, 2)
    assert "12.50" in admin.get(f"/admin/store/game/{one.pk}/change/").content.decode()


def test_an_open_form_never_brings_sold_copies_back(game: Callable[..., Game], admin: Client) -> None:
    one = game(stock=5)
    Game.objects.filter(pk=one.pk).update(stock=2)
    admin.post(f"/admin/store/game/{one.pk}/change/", form(one, stock=2, name="Renamed"))
    one.refresh_from_db()
    assert (one.stock, one.name) == (2, "Renamed")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "no JPEG, PNG or WebP"),
        (SimpleUploadedFile("x.png", b"<html><script>alert(1)</script></html>"), "no JPEG, PNG or WebP"),
        (SimpleUploadedFile("x.png", b"x" * (10 * 2**20)), "larger than 5 MB"),
        (upload("PNG", (4001, 10)), "at most 4000 a side"),
        (SimpleUploadedFile("x.png", announced(20_000)), "at most 4000 a side"),
        (SimpleUploadedFile("x.png", upload().read()[:200]), "damaged or incomplete"),
        (upload("GIF"), "no JPEG, PNG or WebP"),
    ],
)
def test_a_bad_picture_is_refused_and_leaves_no_file(
    game: Callable[..., Game], admin: Client, settings: Any, file: SimpleUploadedFile, words: str
) -> None:
    one = game()
    file.seek(0)
    answer = admin.post(f"/admin/store/game/{one.pk}/change/", form(one, new_cover=file))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not (Path(settings.MEDIA_ROOT) / "covers").exists()


def test_a_cover_is_replaced_and_removed(game: Callable[..., Game], admin: Client, settings: Any) -> None:
    one = game()
    for _ in range(2):
        admin.post(f"/admin/store/game/{one.pk}/change/", form(one, new_cover=upload("WEBP")))
    assert len(list((Path(settings.MEDIA_ROOT) / "covers").iterdir())) == 3
    admin.post(f"/admin/store/game/{one.pk}/change/", form(one, no_cover="on"))
    assert not list((Path(settings.MEDIA_ROOT) / "covers").iterdir())


def test_the_same_game_twice_is_an_error_at_the_name(game: Callable[..., Game], admin: Client) -> None:
    game()
    answer = admin.post("/admin/store/game/add/", form(name="ASTRO  racer"))
    assert "has a game of this name and year already" in answer.content.decode()


def test_bulk_actions_and_stock_in_the_list(game: Callable[..., Game], admin: Client, client: Client) -> None:
    one, two = game("One", stock=0), game("Two")
    chosen = {"_selected_action": [one.pk, two.pk]}
    for action, field, value in (
        ("highlight", "highlighted", True), ("unhighlight", "highlighted", False),
        ("unpublish", "is_published", False), ("publish", "is_published", True),
    ):  # fmt: skip
        admin.post("/admin/store/game/", chosen | {"action": action})
        assert set(Game.objects.values_list(field, flat=True)) == {value}
        is_found = "One" in names(client.get("/games/?q=one").content.decode())
        assert is_found == (action != "unpublish")
    rows = {
        "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-id": one.pk, "form-0-stock": "7",
        "form-1-id": two.pk, "form-1-stock": "", "_save": "Save",
    }  # fmt: skip
    assert admin.post("/admin/store/game/", rows).status_code == 302
    assert (stock(one), stock(two)) == (7, None)


def test_lists_can_be_searched_and_filtered_in_few_questions(
    game: Callable[..., Game], admin: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        game(f"Game {number}", stock=number % 8, developer=f"Dev {number}")
    for query in (
        "",
        "?q=Game",
        "?stock_level=out",
        "?stock_level=few",
        "?stock_level=in",
        "?stock_level=uncounted",
        "?platform__id__exact=1",
    ):
        with django_assert_max_num_queries(12):
            assert admin.get(f"/admin/store/game/{query}").status_code == 200


@pytest.mark.parametrize(
    "name", ["platform", "company", "game", "cart", "checkout", "licencekey", "keyclaim", "alert", "wish"]
)
def test_every_list_opens(shop: Any, admin: Client, name: str) -> None:
    assert admin.get(f"/admin/store/{name}/").status_code == 200
    assert admin.get("/admin/accounts/user/").status_code == 200


def test_what_others_need_is_not_deleted(game: Callable[..., Game], admin: Client, ada: Client) -> None:
    one = game()
    ada.post(f"/cart/add/{one.pk}/")
    for path, words in (
        (f"/admin/store/platform/{one.platform_id}/delete/", "Move its games"),
        (f"/admin/store/game/{one.pk}/delete/", "Untick “published”"),
    ):
        assert words in admin.get(path).content.decode()
        admin.post(path, {"post": "yes"})
    assert Game.objects.exists()


def test_waiting_checkouts_are_retried_and_aborted(
    game: Callable[..., Game], admin: Client, ada: Client, orders_desk: Desk
) -> None:
    one = game(stock=3)
    orders_desk.fail_with = 503
    for _ in range(2):
        ada.post(f"/cart/add/{one.pk}/")
        ada.post("/checkout/", review(ada))
    first, second = Checkout.objects.order_by("created_at")
    html = admin.post("/admin/store/checkout/", {"action": "abort", "_selected_action": str(first.pk)}, follow=True)
    assert "did not void" in html.content.decode()
    orders_desk.fail_with = 0
    admin.post("/admin/store/checkout/", {"action": "abort", "_selected_action": str(first.pk)})
    admin.post("/admin/store/checkout/", {"action": "retry", "_selected_action": str(second.pk)})
    assert set(Checkout.objects.values_list("state", flat=True)) == {"aborted", "placed"}
    assert stock(one) == 2
    assert admin.get(f"/admin/store/checkout/{first.pk}/change/").status_code == 200


def test_keys_come_in_and_are_masked(game: Callable[..., Game], admin: Client) -> None:
    one = game(stock=0)
    page = "/admin/store/licencekey/"
    fields = {"game": one.pk, "codes": "AAAA-BBBB-CCCC\nAAAA-BBBB-CCCC\nDDDD-EEEE-FFFF", "add_stock": "on"}
    assert admin.post(f"{page}add/", fields).status_code == 302
    assert LicenceKey.objects.count() == 2
    assert stock(one) == 2
    for path in (page, f"{page}{LicenceKey.objects.all()[0].pk}/change/"):
        html = read(admin.get(path))
        assert "CCCC" in html
        assert "AAAA" not in html
    assert "more than 200" in admin.post(f"{page}add/", {"game": one.pk, "codes": "x" * 201}).content.decode()


def test_files_go_in_and_out(game: Callable[..., Game], admin: Client) -> None:
    game()
    answer = admin.get("/admin/store/game/export/")
    text = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a streaming answer
    assert text.decode().splitlines()[1].startswith("NES,Astro Racer,")
    path = "/admin/store/game/import/"
    assert admin.get(path).status_code == 200

    def send(body: bytes, **fields: str) -> str:
        return admin.post(path, {"file": SimpleUploadedFile("g.csv", body), **fields}, follow=True).content.decode()

    assert "1 game created" in send(b"platform,name\nNES,New\n")
    assert "Line 2, name" in send(b"platform,name\nNES,\n")
    lacking = send(b"Machine,name\nNES,A\n")
    assert "The file has no column “platform”. Its first line names: Machine, name." in lacking
    assert "--map" not in lacking  # a flag of the command line, which nobody can type here
    assert "1 game created" in send(b"platform;name;price\nNES;From a spreadsheet;7.50\n")
    assert "would be: 1 created" in send(b"platform,name\nNES,Later\n", dry_run="on")
    assert Game.objects.count() == 3


def test_staff_need_permission(game: Callable[..., Game], shop: Any) -> None:
    one = game()
    clerk = get_user_model().objects.create_user("clerk", "clerk@example.org", "a-long-password", is_staff=True)
    browser = Client()
    browser.force_login(clerk)
    paths = [
        *(f"/admin/store/{name}/" for name in ("platform", "game", "cart", "checkout", "licencekey", "alert")),
        f"/admin/store/game/{one.pk}/change/", "/admin/store/game/import/", "/admin/store/game/export/",
    ]  # fmt: skip
    for path in paths:
        assert browser.get(path).status_code == 403, path
        assert browser.post(path, {"action": "highlight", "_selected_action": one.pk}).status_code == 403, path
    clerk.user_permissions.add(Permission.objects.get(codename="view_game"))
    browser.force_login(clerk)
    assert browser.get("/admin/store/game/").status_code == 200
    assert browser.get("/admin/store/game/export/").status_code == 200
    assert browser.get("/admin/store/game/import/").status_code == 403
    browser.post("/admin/store/game/", {"action": "highlight", "_selected_action": one.pk})
    assert not Game.objects.get().highlighted
    assert browser.post(f"/admin/store/game/{one.pk}/change/", form(one, new_price="1")).status_code == 403
    assert Game.objects.get().price == Decimal(10)
