"""A section declared once: flags, environment, file and default in their order, provenance, secrets, mistakes."""

import re
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, ClassVar, Literal

import click
import click.testing
import pytest
import yaml
from annotated_types import Ge

from blueprints import config, paths, plugins
from blueprints.config import report
from blueprints.config.section import flattened, settings
from blueprints.errors import ConfigError
from tests.conftest import Run

SECRET = "s3cret-value"


@dataclass(frozen=True)
class Door:
    name: Annotated[str, "What it is called."]
    width: Annotated[int, "In centimetres."] = 80


@dataclass(frozen=True)
class Upstream:
    base_url: Annotated[str, "Where it is."] = "https://sample.example"
    key: Annotated[str, "Key to it."] = field(default="", repr=False)
    tries: Annotated[int, Ge(1), "How often."] = 3


@dataclass(frozen=True)
class Sample:
    PLUGINS: ClassVar = ("kinds",)
    base: Annotated[str, "Currency."] = "EUR"
    places: Annotated[int | None, "Decimals."] = None
    mode: Annotated[Literal["quick", "slow"], "Speed."] = "quick"
    lively: Annotated[bool, "Whether it moves."] = True
    life: Annotated[timedelta, "How long it lives."] = timedelta(seconds=10)
    steps: Annotated[list[timedelta], "Waits between tries."] = field(default_factory=lambda: [timedelta(minutes=1)])
    words: Annotated[list[str], "Some words."] = field(default_factory=lambda: ["a", "b"])
    price: Annotated[Decimal, "What it costs."] = Decimal("1.10")
    folder: Annotated[Path | None, "Where files go."] = None
    doors: Annotated[list[Door], "Doors."] = field(default_factory=list)
    table: Annotated[dict[str, list[str]], "Steps allowed."] = field(default_factory=dict)
    rooms: Annotated[dict[str, Door], "A door of each."] = field(default_factory=dict)
    pins: Annotated[dict[str, list[str] | str], "What is where."] = field(default_factory=dict)
    token: Annotated[str, "Secret."] = field(default="", repr=False)
    upstream: Upstream = field(default_factory=lambda: Upstream(base_url="https://other.example"))

    def __post_init__(self) -> None:
        if self.base == "wrong":
            raise ValueError("base cannot be wrong")
        if self.price < 0:
            raise ValueError("price: it costs something")


@dataclass(frozen=True)
class Plugged:
    speed: Annotated[int, "How fast."] = 1


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the configuration file lies; the section `sample` is the only one, with one plug-in `plugged`."""
    monkeypatch.setattr(report, "sections", lambda: {"sample": Sample})
    names = {"blueprints.sample.kinds": ["plugged", "broken"]}
    monkeypatch.setattr(plugins, "names", lambda package: names.get(package, []))
    monkeypatch.setattr(plugins, "built_in", lambda package: names.get(package, []))

    def module(_package: str, name: str) -> SimpleNamespace:
        if name == "broken":
            raise plugins.Broken(name, "it is")
        return SimpleNamespace(Settings=Plugged)

    monkeypatch.setattr(plugins, "module", module)
    path = paths.config_file()
    path.parent.mkdir(parents=True)
    return path


def test_defaults_alone_import_neither_pydantic_nor_yaml() -> None:
    program = (
        "import sys; from blueprints import config; from tests.house.test_config import Sample\n"
        "before = set(sys.modules); sys.modules.pop('pydantic', None); sys.modules.pop('yaml', None)\n"
        "config.load('sample', Sample, {'base': 'SEK'}); print('pydantic' in sys.modules or 'yaml' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_nearest_place_wins_and_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("sample:\n  base: USD\n  places: 4\n  life: 3m\n")
    monkeypatch.setenv("BLUEPRINTS_SAMPLE__PLACES", "5")
    loaded = config.load("sample", Sample, {"life": timedelta(hours=1), "base": None, "stranger": 1})
    assert (loaded.base, loaded.places, loaded.life, loaded.mode) == ("USD", 5, timedelta(hours=1), "quick")
    assert config.origin("sample.base") == f"file {file}, line 2"
    assert config.origin("sample.places") == "environment BLUEPRINTS_SAMPLE__PLACES"
    assert config.origin("sample.mode") == "default"


def test_every_type_is_read_from_the_environment(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "LIVELY": "false",
        "STEPS": "[1m, 5m]",
        "WORDS": "x, y,",
        "PRICE": "2.20",
        "FOLDER": "some/where",
        "DOORS": "[{name: front, width: 90}, {name: back}]",
        "TABLE": "{received: [processing]}",
        "UPSTREAM__TRIES": "7",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"BLUEPRINTS_SAMPLE__{name}", value)
    loaded = config.load("sample", Sample)
    assert loaded.lively is False
    assert loaded.steps == [timedelta(minutes=1), timedelta(minutes=5)]
    assert loaded.words == ["x", "y"]
    assert loaded.price == Decimal("2.20")
    assert loaded.folder == Path("some/where")
    assert loaded.doors == [Door("front", 90), Door("back")]
    assert loaded.table == {"received": ["processing"]}
    assert loaded.upstream == Upstream("https://other.example", tries=7)


def test_members_of_a_mapping_have_variables_of_their_own(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("sample:\n  table: {a: [x], b: [y]}\n  rooms: {hall: {name: Hall}}\n")
    monkeypatch.setenv("BLUEPRINTS_SAMPLE__TABLE__B", "1, 2")
    monkeypatch.setenv("BLUEPRINTS_SAMPLE__ROOMS__HALL__WIDTH", "95")
    monkeypatch.setenv("BLUEPRINTS_SAMPLE__ROOMS__ATTIC__NAME", "Attic")
    monkeypatch.setenv("BLUEPRINTS_SAMPLE__PINS", "{left: a, right: b}")
    monkeypatch.setenv("BLUEPRINTS_SAMPLE__PINS__RIGHT", "c,d")
    monkeypatch.setenv("BLUEPRINTS_SAMPLE__PINS__UP", ",")
    loaded = config.load("sample", Sample)
    assert loaded.table == {"a": ["x"], "b": ["1", "2"]}
    assert loaded.rooms == {"hall": Door("Hall", 95), "attic": Door("Attic")}
    assert loaded.pins == {"left": "a", "right": ["c", "d"], "up": ","}
    assert config.origin("sample.table") == "environment BLUEPRINTS_SAMPLE__TABLE__B"
    assert config.origin("sample.words") == "default"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("TABLE__A__B", "sample.table.a: there is nothing below it, such as b"),
        (
            "ROOMS__HALL__COLOUR",
            "sample.rooms.hall.colour: no such setting; known: sample.rooms.hall.name, sample.rooms.hall.width",
        ),
        ("ROOMS__HALL", "sample.rooms.hall: no such setting; known: sample.rooms.hall.name"),
        ("ROOMS__HALL__WIDTH", "sample.rooms: hall"),
    ],
)
def test_a_member_that_cannot_be_is_told_by_its_variable(
    file: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.setenv(f"BLUEPRINTS_SAMPLE__{name}", "wide")
    with pytest.raises(ConfigError, match=re.escape(message)) as caught:
        config.load("sample", Sample)
    assert f"(environment BLUEPRINTS_SAMPLE__{name})" in str(caught.value)


def test_every_type_is_read_from_the_file(file: Path) -> None:
    file.write_text("sample:\n  base: 12\n  life: 2\n  words: [x]\n  price: 3\n  token:\n  upstream: {key: k}\n")
    loaded = config.load("sample", Sample)
    assert (loaded.base, loaded.life, loaded.words) == ("12", timedelta(seconds=2), ["x"])
    assert (loaded.price, loaded.token, loaded.upstream.key) == (Decimal(3), "", "k")


def test_plug_ins_have_settings_of_their_own(file: Path) -> None:
    file.write_text("sample:\n  plugged: {speed: 9}\n")
    assert config.load("sample", Sample) == Sample()
    assert config.load("sample.plugged", Plugged).speed == 9


def test_secrets_come_from_files_and_are_never_shown(file: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "secret").write_text(SECRET + "\n")
    file.write_text(f"sample:\n  token_file: {tmp_path}/secret\n  upstream: {{key: {SECRET}}}\n")
    loaded = config.load("sample", Sample)
    assert loaded.token == loaded.upstream.key == SECRET
    assert SECRET not in repr(loaded)
    shown = run("config", "show", expect=0).stdout
    assert SECRET not in shown
    assert shown.count("••••") == 2
    assert config.origin("sample.token") == f"file {file}, line 2"


def test_the_password_in_an_address_is_never_shown(file: Path, run: Run) -> None:
    file.write_text("sample:\n  base: mongodb://anna:p@ss@host/name\n  upstream: {base_url: 'https://host:80/@x'}\n")
    shown = run("config", "show", "--json", expect=0).stdout
    assert "mongodb://anna:••••@host/name" in shown
    assert "p@ss" not in shown


def test_plain_values_of_a_file_do_not_import_pydantic(file: Path) -> None:
    file.write_text("sample: {base: SEK, lively: false, life: 7d}\n")
    program = (
        "import sys; from blueprints import config; from tests.house.test_config import Sample\n"
        "sys.modules.pop('pydantic', None); loaded = config.load('sample', Sample)\n"
        "print('pydantic' in sys.modules, loaded.base, loaded.lively, loaded.life)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False SEK False 7 days, 0:00:00\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sample: {bsae: x}", r"unknown setting sample.bsae \(file .*, line 1\): did you mean sample.base\?"),
        ("sample: {upstream: {zzz: x}}", r"unknown setting sample.upstream.zzz .*: known: base_url, key, tries"),
        ("sample: {places: many}", r"sample.places: 'many' should be a valid integer.* \(file .*, line 1\)"),
        ("sample: {mode: idle}", r"sample.mode: 'idle' should be 'quick' or 'slow'"),
        ("sample: {life: soon}", r"sample.life: 'soon' is no duration"),
        ("sample: {upstream: {tries: 0}}", r"sample.upstream.tries: 0 should be greater than or equal to 1"),
        ("sample: {upstream: 5}", r"sample.upstream: expected keys below it \(file .*, line 1\)"),
        ("sample: 5", r"sample: expected keys below it"),
        ("sample: {base: wrong}", r"sample: base cannot be wrong"),
        ("sample: {price: -1}", r"sample\.price: it costs something \(file .*, line 1\)"),
        ("sample: {doors: [{width: 5}]}", r"sample.doors: 0.name Field required"),
        ("sample: {token_file: /no/such/file}", r"sample.token_file: cannot read the file it names: No such file"),
        ("- a", r"expected keys such as `weather:`, found a list"),
        ("a: [", r"config.yaml, line 2, is not YAML: "),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(file: Path, text: str, message: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError, match=message):
        config.load("sample", Sample)


def test_a_wrong_secret_is_not_repeated(file: Path) -> None:
    file.write_text(f"sample:\n  token: [{SECRET}]\n")
    with pytest.raises(ConfigError) as caught:
        config.load("sample", Sample)
    assert "sample.token" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_file_that_is_no_text_or_not_there(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_bytes(b"sample: \xff\xfe")
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        config.load("sample", Sample)
    file.unlink()
    file.mkdir()
    with pytest.raises(ConfigError, match="cannot read"):
        config.load("sample", Sample)
    monkeypatch.setenv("BLUEPRINTS_CONFIG", str(file / "none.yaml"))
    with pytest.raises(ConfigError, match=r"none.yaml: \$BLUEPRINTS_CONFIG names it"):
        config.load("sample", Sample)


def test_an_unknown_variable_names_the_nearest(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEPRINTS_SAMPLE__UPSTREAM__BASE_ULR", "x")
    with pytest.raises(ConfigError, match=r"BASE_ULR\): did you mean sample.upstream.base_url"):
        config.load("sample", Sample)


def test_an_empty_file_means_the_defaults(file: Path) -> None:
    file.write_text("")
    assert config.load("sample", Sample) == Sample()


def test_text_that_is_no_yaml_is_told_by_its_variable(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEPRINTS_SAMPLE__DOORS", "[")
    with pytest.raises(
        ConfigError, match=r"sample.doors: '\[' should be a valid list \(environment BLUEPRINTS_SAMPLE__DOORS"
    ):
        config.load("sample", Sample)


NUMBERS = [
    (path, section, key)
    for path, section in report.declared(only_ours=True)
    for key, setting in flattened(section, path)
    if setting.plain in (int, float, Decimal)
]


@pytest.mark.parametrize(("path", "section", "key"), NUMBERS, ids=[key for _, _, key in NUMBERS])
def test_no_setting_is_less_than_nothing(
    path: str, section: type, key: str, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("BLUEPRINTS_" + key.upper().replace(".", "__"), "-1")
    if key == "fx.frankfurter.version":  # a name rather than a number, which the source looks at
        assert "neither 1 nor 2" in run("fx", "rates", "--source", "frankfurter", expect=2).stderr
        return
    with pytest.raises(ConfigError) as caught:
        config.load(path, section)
    assert key.rpartition(".")[2] in str(caught.value)


def test_flags_are_made_from_fields_and_hide_nothing_untyped(file: Path) -> None:
    typed: dict[str, object] = {}

    @click.command()
    @config.options(Sample)
    def command(**flags: object) -> None:
        typed.update(flags)

    runner = click.testing.CliRunner()
    assert runner.invoke(command, []).exit_code == 0
    assert set(typed.values()) == {None}
    names = set(typed)
    assert "base" in names
    assert not names & {"token", "doors", "table", "upstream", "steps"}
    arguments = ["--life", "3m", "--no-lively", "--words", "x,y", "--price", "1.5", "--mode", "slow", "--places", "2"]
    assert runner.invoke(command, arguments).exit_code == 0
    loaded = config.load("sample", Sample, typed)
    assert (loaded.life, loaded.lively, loaded.words) == (timedelta(minutes=3), False, ["x", "y"])
    assert (loaded.price, loaded.mode, loaded.places) == (Decimal("1.5"), "slow", 2)
    shown = runner.invoke(command, ["--help"]).output
    assert "How long it lives." in shown
    assert "[default: 10s]" in shown


@pytest.mark.parametrize("words", [["--life", "soon"], ["--price", "dear"], ["--price", "nan"], ["--mode", "idle"]])
def test_a_flag_is_checked_when_typed(words: list[str]) -> None:
    @click.command()
    @config.options(Sample, "life", "price", "mode")
    def command(**_flags: object) -> None: ...

    assert click.testing.CliRunner().invoke(command, words).exit_code == 2


def test_a_constrained_flag_is_held_to_its_bounds() -> None:
    with pytest.raises(ConfigError, match=r"x.tries: 0 should be greater than or equal to 1 \(flag --tries\)"):
        config.load("x", Upstream, {"tries": 0})


def test_a_setting_without_help_cannot_be_declared() -> None:
    @dataclass(frozen=True)
    class Mute:
        name: str = ""

    with pytest.raises(TypeError, match=r"Mute.name is declared without a line of help"):
        settings(Mute)


def test_show_prints_values_and_where_they_come_from(file: Path, run: Run) -> None:
    file.write_text("sample:\n  base: USD\n")
    result = run("config", "show", "sample.base", expect=0)
    assert result.stdout.splitlines()[1].split() == ["sample.base", "USD", "file", str(file) + ",", "line", "2"]
    assert '"key": "sample.plugged.speed"' in run("config", "show", "--json", expect=0).stdout
    assert "no section other: there are sample" in run("config", "show", "other", expect=2).stderr


def test_show_masks_the_password_of_an_address(file: Path, run: Run) -> None:
    file.write_text(f"sample:\n  base: postgresql://shop:{SECRET}@host/name\n")
    assert SECRET not in run("config", "show", expect=0).stdout
    assert "postgresql://shop:••••@host/name" in run("config", "show", expect=0).stdout


def test_check_names_every_fault(file: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert f"{file} is not there, which is fine" in run("config", "check", expect=0).stderr
    file.write_text("")
    assert run("config", "check", expect=0).stderr == f"{file}: no faults.\n"
    monkeypatch.setenv("BLUEPRINTS_CONFIG", str(file.with_name("none.yaml")))
    assert "none.yaml: $BLUEPRINTS_CONFIG names it" in run("config", "check", expect=2).stderr
    monkeypatch.delenv("BLUEPRINTS_CONFIG")
    file.write_text("sampel: {}\nsample: {places: x}\n")
    monkeypatch.setenv("BLUEPRINTS_OTHER__KEY", "1")
    shown = run("config", "check", expect=2).stderr
    assert "unknown setting sampel" in shown
    assert "did you mean sample?" in shown
    assert "unknown setting other (environment BLUEPRINTS_OTHER__KEY)" in shown
    assert "sample.places" in shown
    file.write_text("a: [")
    assert "is not YAML" in run("config", "check", expect=2).stderr


def test_init_writes_a_file_that_says_the_defaults(file: Path, run: Run) -> None:
    run("config", "init", expect=0)
    commented = [line.removeprefix("#") for line in file.read_text().splitlines()]
    lines = [line for line in commented if not line.startswith(" Settings")]
    values = yaml.safe_load("\n".join(lines))
    assert values["sample"]["life"] == "10s"
    assert values["sample"]["plugged"] == {"speed": 1}
    assert values["sample"]["upstream"]["base_url"] == "https://sample.example"
    file.write_text("\n".join(lines))
    assert config.load("sample", Sample).words == ["a", "b"]
    assert "is there already: --force replaces it" in run("config", "init", expect=1).stderr
    run("config", "init", "--force", expect=0)
    assert run("config", "path", expect=0).stdout == f"{file}\n"


def test_the_documentation_has_a_row_for_each_setting(file: Path) -> None:
    text = report.documentation()
    assert "| `sample.places` | `BLUEPRINTS_SAMPLE__PLACES` | whole number or none |  | Decimals. |" in text
    assert "| `sample.mode` | `BLUEPRINTS_SAMPLE__MODE` | `quick` or `slow` | `quick` | Speed. |" in text
    assert "| `sample.token` | `BLUEPRINTS_SAMPLE__TOKEN` | text, secret |  | Secret. |" in text
    assert "list of duration" in text
    assert "## `sample.plugged`" in text


@dataclass(frozen=True)
class Reserved:
    lambda_: Upstream = field(default_factory=Upstream)
    class_: Annotated[str, "A word of Python's own."] = "first"


def test_a_setting_may_have_a_name_that_python_keeps_for_itself(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEPRINTS_SAMPLE__LAMBDA__TRIES", "7")
    monkeypatch.setenv("BLUEPRINTS_SAMPLE__CLASS", "second")
    loaded = config.load("sample", Reserved)
    assert loaded == Reserved(Upstream(tries=7), "second")
    assert [setting.name for setting in settings(Reserved)] == ["lambda", "class"]
