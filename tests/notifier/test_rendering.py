"""Templates: every kind in both languages, escaping, holes, lookups, stores."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from blueprints import plugins
from blueprints.errors import ConfigError
from blueprints.notifier import rendering, samples, variables
from blueprints.notifier.core.kind import KINDS
from blueprints.notifier.plaintext import of_html
from blueprints.notifier.rendering import TemplateBroken, TemplateMissing, Templates
from blueprints.notifier.stores import TemplateStore, Unreachable, folder, package, s3

SHOP = {"shop_name": "Pixel Shop", "shop_url": "https://shop.example/"}
ORDER: dict[str, Any] = {
    "id": 39,
    "total": "32.75",
    "items": [
        {"name": "Astro Racer", "quantity": 1, "price_per_unit": "10.00"},
        {"name": "Maze Hunter", "quantity": 1, "price_per_unit": "15.30"},
        {"name": "Tiny Orchestra", "quantity": 1, "price_per_unit": "7.45"},
    ],
    "order_customer": {"name": "Ada Byte", "email": "ada@example.org"},
}


def templates(*stores: tuple[str, TemplateStore]) -> Templates:
    return Templates([*stores, ("package", package.Store())], SHOP)


@pytest.mark.parametrize("name", plugins.built_in("blueprints.notifier.stores"))
def test_every_store_keeps_the_contract(name: str) -> None:
    store = plugins.load("blueprints.notifier.stores", name, "Store")
    for method in ("text", "version", "names", "where"):
        assert callable(getattr(store, method))


@pytest.mark.parametrize("locale", ["en", "de"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_mail_in_both_languages(kind: str, locale: str) -> None:
    found = templates().render(kind, locale, samples.variables(kind), "Ada Byte")
    assert found.template == f"package:{kind}"
    assert found.subject
    assert "<h1" in found.html
    assert f'lang="{locale}"' in found.html
    assert "prefers-color-scheme: dark" in found.html
    assert "max-width: 600px" in found.html
    assert "<" not in found.text
    assert "None" not in found.html + found.text
    assert ("Hello" in found.text) == (kind == "message" or (locale == "en" and kind != "test"))


def test_the_order_is_in_the_mail_with_lines_and_total() -> None:
    found = templates().render("order_received", "en", {"order": ORDER}, "Ada Byte")
    assert found.subject == "Order #39: thank you"
    for part in (found.html, found.text):
        assert all(word in part for word in ("Ada Byte", "39", "$10.00", "$15.30", "$7.45", "$32.75"))
        assert all(item["name"] in part for item in ORDER["items"])
    assert found.html.count('class="line"') == 3


def test_a_shipped_mail_has_the_tracking() -> None:
    tracking = {"carrier": "Parcel Post", "number": "PP-1", "url": "https://parcels.example/PP-1"}
    found = templates().render("order_shipped", "en", {"order": {**ORDER, "tracking": tracking}}, "Ada")
    for part in (found.html, found.text):
        assert all(word in part for word in tracking.values())
    bare = templates().render("order_shipped", "en", {"order": {"id": 39}}, "")
    assert "Hello," in bare.text
    assert "Total" not in bare.text


@pytest.mark.parametrize("locale", ["en", "de"])
@pytest.mark.parametrize("known", ["carrier", "number", "url"])
def test_what_is_not_known_of_the_parcel_leaves_no_hole(locale: str, known: str) -> None:
    told = {"carrier": "Parcel Post", "number": "PP-1", "url": "https://parcels.example/PP-1"}
    tracking = dict.fromkeys(told) | {known: told[known]}
    found = templates().render("order_shipped", locale, {"order": {**ORDER, "tracking": tracking}}, "Ada")
    for part in (found.text, found.html):
        assert told[known] in part
        assert not [word for word in told.values() if word != told[known] and word in part.replace(told[known], "")]
    labels = {"carrier": ("Carrier:", "Versand:"), "number": ("Tracking number:", "Sendungsnummer:")}
    for name, words in labels.items():
        assert any(word in found.html for word in words) == any(word in found.text for word in words) == (name == known)


def test_html_in_a_name_is_text() -> None:
    name = "<script>alert(1)</script>"
    found = templates().render("order_received", "en", {"order": ORDER}, name)
    assert "<script" not in found.html
    assert "&lt;script&gt;" in found.html
    assert f"Hello {name}," in found.text


def test_a_subject_stays_one_line() -> None:
    game = {**samples.variables("price_drop")["game"], "name": "A\r\nBcc: eve@example.org\x1b[2J"}
    found = templates().render("price_drop", "en", {"game": game, "unsubscribe_url": "https://x.example/"}, "Ada")
    assert found.subject == "A Bcc: eve@example.org [2J is now $19.90"


def test_amounts_are_in_the_orders_currency_and_the_mails_language() -> None:
    found = templates().render("order_received", "de_AT", {"order": {**ORDER, "currency": "EUR"}}, "Ada")
    assert "€" in found.text
    assert "32,75" in found.text


def test_lines_get_their_total() -> None:
    line = {"name": "x", "quantity": 3, "price_per_unit": "5.10"}
    made = variables.for_template({"order": {"id": 1, "items": [line], "status": "payment_complete"}}, "", SHOP, "en")
    assert made["order_items"][0]["line_total"] == "15.30"
    assert made["status_label"] == "Payment complete"
    assert (made["total_purchased"], made["tracking"], made["currency"]) == (None, None, "USD")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "order_received.html").write_text("<p>Hi {{ customer_name }}, order {{ order_id }}</p>")
    (tmp_path / "order_received.subject.txt").write_text("Own {{ order_id }}\n")
    return tmp_path


def at(path: Path) -> tuple[str, TemplateStore]:
    return "folder", folder.Store(folder.Settings(path))


def test_an_own_template_wins_and_its_missing_text_comes_from_its_html(own: Path) -> None:
    found = templates(at(own)).render("order_received", "en", {"order": ORDER}, "Ada & Co")
    assert (found.template, found.subject, found.text) == ("folder:order_received", "Own 39", "Hi Ada & Co, order 39\n")
    assert "Hi Ada &amp; Co" in found.html


def test_the_template_in_the_docs_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent.parent / "docs" / "notifier.md").read_text()
    (tmp_path / "order_shipped.html").write_text(page.split("```jinja\n")[1].split("```")[0])
    (tmp_path / "order_shipped.subject.txt").write_text("On its way")
    own = templates(("folder", folder.Store(folder.Settings(tmp_path))), ("package", package.Store()))
    given = {"order": {**ORDER, "tracking": {"carrier": "Post", "number": "PP-1", "url": None}}}
    found = own.render("order_shipped", "en", given, "Ada")
    assert found.template == "folder:order_shipped"
    for words in ("Order 39 is on its way", "Hello Ada", "the number PP-1", "3 lines, $32.75 altogether"):
        assert words in found.text
    assert 'class="card"' in found.html


def test_what_is_missing_comes_from_the_package_or_is_an_error(own: Path) -> None:
    assert templates(at(own)).render("order_shipped", "en", {"order": ORDER}, "Ada").template == "package:order_shipped"
    alone = Templates([at(own)], SHOP)
    with pytest.raises(TemplateMissing, match=r"order_shipped\.html"):
        alone.render("order_shipped", "en", {"order": ORDER}, "Ada")
    (own / "order_received.subject.txt").unlink()
    with pytest.raises(TemplateMissing, match="no subject"):
        alone.render("order_received", "en", {"order": ORDER}, "Ada")


def test_the_locale_then_the_language_then_the_plain_file(own: Path) -> None:
    for locale in ("de", "de_AT"):
        (own / f"order_received.{locale}.html").write_text(f"<p>{locale}</p>")
    render = templates(at(own)).render
    locales = ("de_AT", "de-AT", "de_CH", "fr")
    texts = [render("order_received", locale, {"order": ORDER}, "Ada").text for locale in locales]
    assert texts == ["de_AT\n", "de_AT\n", "de\n", "Hi Ada, order 39\n"]


def test_the_older_name_is_taken_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "order_shipped_template.html").write_text("<h1>Shipped {{ order_id }}</h1>{{ total_purchased|money }}")
    made = templates(at(tmp_path))
    found = made.render("order_shipped", "en", {"order": ORDER}, "Ada")
    assert (found.template, found.subject) == ("folder:order_shipped", "Order #39: on its way")
    assert found.text == "Shipped 39\n$32.75\n"
    assert "folder:order_shipped_template.html" in made.names()["order_shipped"]


def test_a_changed_file_shows_in_the_next_mail(own: Path) -> None:
    made = templates(at(own))
    made.render("order_received", "en", {"order": ORDER}, "Ada")
    (own / "order_received.html").write_text("<p>changed {{ order_id }}</p>")
    os.utime(own / "order_received.html", (1, 1))
    assert made.render("order_received", "en", {"order": ORDER}, "Ada").text == "changed 39\n"
    (own / "order_received.html").unlink()
    (own / "order_received.subject.txt").unlink()
    assert made.render("order_received", "en", {"order": ORDER}, "Ada").template == "package:order_received"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("<p>\n{{ nobody }}</p>", 2, "nobody"),
        ("\n\n{{ tracking }}", 3, "empty"),
        ("{{ order.nothing }}", 1, "nothing"),
        ("\n{% if %}", 2, "Expected"),
        ("{{ order|money }}", 1, "not an amount"),
        ("{{ 'soon'|date }}", 1, "not a date"),
        ("{{ 7|date }}", 1, "not a date"),
        ("{{ ''.__class__.__mro__ }}", 1, "unsafe"),
        ("{{ order_items.append(1) }}", 1, "unsafe"),
        ("{{ 1 / 0 }}", 1, "division"),
    ],
)
def test_a_broken_template_is_told_by_file_and_line(own: Path, text: str, line: int, why: str) -> None:
    (own / "order_received.html").write_text(text)
    with pytest.raises(TemplateBroken, match=why) as caught:
        templates(at(own)).render("order_received", "en", {"order": ORDER}, "Ada")
    assert (caught.value.file, caught.value.line) == (str(own / "order_received.html"), line)
    assert f"{own / 'order_received.html'}, line {line}" in str(caught.value)


def test_an_error_in_what_a_template_includes_is_told_there(own: Path) -> None:
    (own / "_bit.html").write_text("\n{{ nobody }}")
    (own / "order_received.html").write_text('{% include "_bit.html" %}')
    with pytest.raises(TemplateBroken, match=r"_bit\.html, line 2"):
        templates(at(own)).render("order_received", "en", {"order": ORDER}, "Ada")
    (own / "order_received.html").write_text('{% include "_gone.html" %}')
    with pytest.raises(TemplateMissing, match=r"_gone\.html"):
        templates(at(own)).render("order_received", "en", {"order": ORDER}, "Ada")


def test_a_date_is_written_in_the_mails_language(own: Path) -> None:
    (own / "order_received.html").write_text("{{ '2026-11-22T15:57:00Z'|date }}")
    render = templates(at(own)).render
    assert render("order_received", "en", {"order": ORDER}, "").text == "November 22, 2026\n"
    assert render("order_received", "de", {"order": ORDER}, "").text == "22. November 2026\n"
    assert render("order_received", "xx-strange", {"order": ORDER}, "").text == "November 22, 2026\n"


@pytest.mark.parametrize("name", ["../secret", "Order", "a/b", "", "_layout"])
def test_a_name_that_is_no_template_name_is_refused(name: str) -> None:
    with pytest.raises(TemplateMissing):
        templates().render(name, "en", {}, "")


@pytest.mark.parametrize("items", [[{}], "x", [{"price_per_unit": "x", "quantity": 1}]])
def test_data_that_is_no_order_is_an_error_and_no_crash(items: Any) -> None:
    with pytest.raises(TemplateBroken, match="not one"):
        templates().render("order_received", "en", {"order": {"items": items}}, "")


def test_many_locales_from_outside_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "_MOST_LOCALES", 5)
    made = templates()
    for number in range(8):
        made.render("test", f"x{number}", {}, "")
    assert len(made._environments) == 2, "begun anew after the sixth"


def test_a_folder_that_is_not_there_or_not_readable_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"notifier\.folder\.path"):
        folder.Store(folder.Settings())
    gone = folder.Store(folder.Settings(tmp_path / "gone"))
    for ask in (gone.names, lambda: gone.text("x.html")):
        with pytest.raises(Unreachable, match="gone is not there"):
            ask()
    (tmp_path / "bad.html").write_bytes(b"\xff")
    (tmp_path / "dir.html").mkdir()
    here = folder.Store(folder.Settings(tmp_path))
    with pytest.raises(Unreachable, match="not UTF-8"):
        here.text("bad.html")
    with pytest.raises(Unreachable, match=r"dir\.html"):
        here.text("dir.html")


def test_html_becomes_readable_text() -> None:
    html = "<head><style>x</style></head><p>Hello <a href='https://x.example/'>there</a></p><ul><li>a</li><li>b</li></ul><table><tr><td>1</td><td>2</td></tr></table>"
    assert of_html(html) == "Hello there <https://x.example/>\n\n- a\n- b\n\n1 2\n"


class Counted:
    """An S3 client that notes what it is asked."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.gets: list[dict[str, Any]] = []

    def get_object(self, **asked: Any) -> Any:
        self.gets.append(asked)
        return self._inner.get_object(**asked)

    def get_paginator(self, name: str) -> Any:
        return self._inner.get_paginator(name)


@pytest.fixture
def bucket(aws: str, aws_client: Callable[[str], Any]) -> Any:
    """S3 with a template of the older name in the bucket `mails`."""
    client = aws_client("s3")
    client.create_bucket(Bucket="mails", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    put(client, "<p>One {{ order_id }}</p>")
    return client


def put(client: Any, text: str) -> None:
    client.put_object(Bucket="mails", Key="shop/order_received_template.html", Body=text.encode())


def in_s3(aws: str, bucket: str = "mails", ttl_s: float = 60) -> s3.Store:
    return s3.Store(s3.Settings(bucket, "shop/", "eu-west-1", aws, timedelta(seconds=ttl_s)))


def text_of(store: s3.Store) -> str:
    return templates(("s3", store)).render("order_received", "en", {"order": ORDER}, "Ada").text


def test_two_mails_within_the_ttl_cost_one_request(aws: str, bucket: Any) -> None:
    store = in_s3(aws)
    store._client = counted = Counted(bucket)
    assert [text_of(store), text_of(store)] == ["One 39\n", "One 39\n"]
    assert counted.gets == [{"Bucket": "mails", "Key": "shop/order_received_template.html"}]


def test_after_the_ttl_s3_is_asked_by_etag_and_a_change_shows(aws: str, bucket: Any) -> None:
    store = in_s3(aws)
    made = templates(("s3", store))
    assert made.render("order_received", "en", {"order": ORDER}, "Ada").text == "One 39\n"
    store._client = counted = Counted(bucket)
    expire(store)
    assert made.render("order_received", "en", {"order": ORDER}, "Ada").text == "One 39\n"
    assert [list(asked) for asked in counted.gets] == [["Bucket", "Key", "IfNoneMatch"]], "asked once, answered 304"
    put(bucket, "<p>Two {{ order_id }}</p>")
    expire(store)
    assert made.render("order_received", "en", {"order": ORDER}, "Ada").text == "Two 39\n"
    bucket.delete_object(Bucket="mails", Key="shop/order_received_template.html")
    expire(store)
    assert made.render("order_received", "en", {"order": ORDER}, "Ada").template == "package:order_received"


def expire(store: s3.Store) -> None:
    store._listed_until = 0
    for kept in store._kept.values():
        kept.fresh_until = 0


def test_while_s3_is_away_the_cached_template_serves(aws: str, bucket: Any, caplog: pytest.LogCaptureFixture) -> None:
    store = in_s3(aws)
    assert text_of(store) == "One 39\n"
    expire(store)
    store._client = in_s3("http://127.0.0.1:9")._s3()
    assert text_of(store) == "One 39\n"
    assert "goes on serving" in caplog.text


def test_a_missing_bucket_or_key_is_named(aws: str, bucket: Any) -> None:
    with pytest.raises(Unreachable, match=r"s3://elsewhere/shop/.*NoSuchBucket"):
        text_of(in_s3(aws, "elsewhere"))
    with pytest.raises(TemplateMissing, match=r"s3://mails/shop/order_shipped\.html"):
        Templates([("s3", in_s3(aws))], SHOP).render("order_shipped", "en", {"order": ORDER}, "Ada")
    with pytest.raises(Unreachable, match="s3://mails/shop/"):
        text_of(in_s3("http://127.0.0.1:9"))
    with pytest.raises(ConfigError, match=r"notifier\.s3\.bucket"):
        s3.Store(s3.Settings())


def test_a_key_that_vanishes_between_list_and_get_is_missing(aws: str, bucket: Any) -> None:
    store = in_s3(aws)
    assert store.names() == ["order_received_template.html"]
    bucket.delete_object(Bucket="mails", Key="shop/order_received_template.html")
    assert store.text("order_received_template.html") is None
    assert store.version("order_received_template.html") is None


def test_an_object_that_is_no_text_is_named(aws: str, bucket: Any) -> None:
    bucket.put_object(Bucket="mails", Key="shop/order_received_template.html", Body=b"\xff")
    with pytest.raises(Unreachable, match="not UTF-8"):
        text_of(in_s3(aws))
