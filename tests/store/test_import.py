import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from blueprints.errors import UsageError
from blueprints.store.importing import export, rows
from blueprints.store.importing.report import Report
from blueprints.store.importing.write import Options, write
from blueprints.store.models import Company, Game, Platform, Price
from tests.store.test_search import found


def table(tmp_path: Path, text: str | bytes, name: str = "g.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def load(path: Path, options: Options = Options(), **reading: Any) -> Report:  # noqa: B008  frozen
    source = rows.json_source if path.suffix == ".json" else rows.csv_source
    return write(source(path, rows.Reading(**reading)), options)


def test_games_come_in_and_are_found(shop: Any, tmp_path: Path, client: Client) -> None:
    path = table(
        tmp_path, "platform,name,developer,price,stock,colour\nNES,Astro Racer,Forge,10.5,3,red\nSNES,Maze,,,,\n"
    )
    report = load(path)
    assert (report.rows, report.created, report.errors) == (2, 2, [])
    one = Game.objects.get(name="Astro Racer")
    assert (str(one.price), one.stock, one.price_added_at is not None) == ("10.50", 3, True)
    assert Price.objects.get().amount == one.price
    assert found(client, "astro") == ["Astro Racer"]
    assert found(client, "forge") == ["Astro Racer"]
    assert load(path).unchanged == 2


def test_only_present_fields_change(shop: Any, tmp_path: Path) -> None:
    load(table(tmp_path, "platform,name,developer,price,stock,sku\nNES,A,Forge,10,3,S-1\n"))
    report = load(table(tmp_path, "platform,name,developer,price,stock\nnes, a ,,,\n"))
    one = Game.objects.get()
    assert report.updated == 1
    assert (one.developer, str(one.price), one.stock, one.sku, one.name) == (None, "10.00", 3, "S-1", "A")
    load(table(tmp_path, "platform,name,price,stock\nNES,A,12,5\n"))
    one.refresh_from_db()
    assert (str(one.price), one.stock, Price.objects.count()) == ("12.00", 5, 2)
    load(table(tmp_path, "platform,name,price,published,highlighted\nNES,A,0,no,yes\n"))
    one.refresh_from_db()
    assert (one.price, one.is_published, one.highlighted) == (None, False, True)
    assert load(table(tmp_path, "platform,name,price\nNES,A,0\n")).unchanged == 1
    assert load(table(tmp_path, "platform,name,price\nNES,A,99\n"), Options(update=False)).unchanged == 1


def test_columns_are_mapped_and_constants_set(shop: Any, tmp_path: Path) -> None:
    path = table(tmp_path, "Title;Year\nA;N/A\nB;1990\n")
    columns = {"name": "Title", "release_year": "Year"}
    report = load(path, delimiter=";", empty=frozenset({"N/A"}), columns=columns, constants={"platform": "NES"})
    assert report.created == 2
    assert list(Game.objects.order_by("name").values_list("release_year", flat=True)) == [None, 1990]
    with pytest.raises(UsageError, match="no column 'Nope'"):
        load(path, delimiter=";", columns={"name": "Nope"})
    with pytest.raises(UsageError, match="no column for platform"):
        load(path, delimiter=";", columns={"name": "Title"})


BAD = """platform,name,price,release_date
NES,Good,1,
NES,,1,
"NES","Two
lines",x,
NES,Good,2,
NES,Other,1
NES,Late,1,yesterday
"""


def test_a_bad_file_changes_nothing_and_each_line_is_named(shop: Any, tmp_path: Path) -> None:
    report = load(table(tmp_path, BAD))
    assert [(one.line, one.field) for one in report.errors] == [
        (3, "name"), (4, "price"), (6, "name"), (7, ""), (8, "release_date"),
    ]  # fmt: skip
    assert "line 2" in report.errors[2].message
    assert (report.rows, report.created, report.skipped) == (6, 0, 5)
    assert report.is_stopped
    assert not Game.objects.exists()
    assert not Platform.objects.exists()
    report = load(table(tmp_path, BAD), Options(skip_bad=True))
    assert (report.created, report.skipped, report.is_stopped) == (1, 5, False)


def test_files_that_are_no_text_or_no_table(shop: Any, tmp_path: Path) -> None:
    report = load(table(tmp_path, b"platform,name\nNES,Good\nNES,Caf\xe9\n"))
    assert [(one.line, "utf-8" in one.message) for one in report.errors] == [(3, True)]
    assert load(table(tmp_path, b"platform,name\nNES,Caf\xe9\n"), encoding="latin-1").created == 1
    assert load(table(tmp_path, "platform,name\nNES,U\n".encode("utf-16")), encoding="utf-16").created == 1
    report = load(table(tmp_path, 'platform,name\nNES,"open\n'))
    assert "no CSV" in report.errors[0].message
    for text, words in (("{", "no JSON"), ("{}", "no JSON list"), ("[3]", "no JSON object")):
        report = load(table(tmp_path, text, "g.json"))
        assert words in report.errors[0].message
    assert "is not" in load(table(tmp_path, b"\xff", "g.json")).errors[0].message
    assert load(table(tmp_path, '[{"platform": "NES"}]', "g.json")).errors[0].field == "name"


def test_a_sku_belongs_to_one_game(shop: Any, tmp_path: Path) -> None:
    load(table(tmp_path, "platform,name,sku\nNES,A,S-1\n"))
    report = load(table(tmp_path, "platform,name,sku\nNES,B,S-1\nNES,C,S-2\nNES,D,S-2\n"))
    assert [(one.line, one.field) for one in report.errors] == [(4, "sku")]
    report = load(table(tmp_path, "platform,name,sku\nNES,New,\nNES,B,S-1\n"))
    assert [(one.line, one.field) for one in report.errors] == [(3, "sku")]
    assert Game.objects.count() == 1
    assert report.created == 0


def test_a_dry_run_counts_and_leaves_everything(shop: Any, tmp_path: Path) -> None:
    path = table(tmp_path, "platform,name,price\nNES,A,1\n")
    report = load(path, Options(dry_run=True))
    assert (report.created, report.dry_run) == (1, True)
    assert not Game.objects.exists()
    assert not Company.objects.exists()


def picture(path: Path, size: tuple[int, int] = (300, 400), kind: str = "PNG") -> Path:
    Image.new("RGB", size, (200, 30, 60)).save(path, kind)
    return path


def test_pictures_come_from_their_folder_alone(shop: Any, tmp_path: Path, settings: Any) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    picture(folder / "a.png")
    picture(tmp_path / "outside.png")
    (folder / "bad.png").write_bytes(b"no picture")
    path = table(tmp_path, "platform,name,image\nNES,A,a.png\n")
    assert "--images" in load(path).errors[0].message
    assert load(path, Options(images=folder, dry_run=True)).created == 1
    assert load(path, Options(images=folder)).created == 1
    cover = Game.objects.get().cover
    made = sorted(one.name for one in (Path(settings.MEDIA_ROOT) / "covers").iterdir())
    assert made == sorted(f"{cover}-{width}.webp" for width in (130, 260, 520))
    for name in ("../outside.png", "bad.png", "missing.png"):
        report = load(table(tmp_path, f"platform,name,image\nNES,B,a.png\nNES,C,{name}\n"), Options(images=folder))
        assert [(one.line, one.field) for one in report.errors] == [(3, "image")]
    assert len(list((Path(settings.MEDIA_ROOT) / "covers").iterdir())) == 3
    load(table(tmp_path, "platform,name,image\nNES,A,\n"))
    assert Game.objects.get().cover == ""


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_an_export_comes_back_without_a_change(game: Callable[..., Game], tmp_path: Path, kind: str) -> None:
    game(
        'Zebra, "quoted"\nline', price="5", stock=2, developer="Forge", description="a\nb", sku="S-1", highlighted=True
    )
    game("Alpha", price=None, release_year=1990, is_published=False)
    text = io.StringIO()
    assert (export.write_csv if kind == "csv" else export.write_json)(text) == 2
    path = table(tmp_path, text.getvalue(), f"g.{kind}")
    report = load(path)
    assert (report.unchanged, report.errors) == (2, [])
    first = json.loads(text.getvalue())[0] if kind == "json" else text.getvalue().splitlines()[1]
    assert "Alpha" in str(first)


def test_an_import_tells_who_waits(game: Callable[..., Game], ada: Client, tmp_path: Path) -> None:
    from tests.store.test_after_sale import published

    one = game("A", price="10", stock=0)
    ada.post(f"/alerts/stock/{one.pk}/")
    ada.post(f"/alerts/price/{one.pk}/")
    load(table(tmp_path, "platform,name,price,stock\nNES,A,8,4\n"))
    assert len(published("store.back_in_stock")) == len(published("store.price_drop")) == 1
