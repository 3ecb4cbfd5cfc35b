"""Our catalogue and detail pages against django-oscar's: the same 5,000 products, the same server and workers.

Our shop keeps pages for visitors without a cookie until the catalogue changes, so both kinds of visits are measured:
`first`: a price has just changed, so that nothing is kept, and no page is visited twice; `again`: pages that have been
visited since, after `--warm` seconds of visits. Oscar keeps no pages; it gets the same seconds before it is measured,
and runs in every round beside ours.

Prints one JSON line: requests a second of both, and their ratios: 10 times Oscar's are the goal on first visits and
again. The share of an empty Django view with our middleware is asked of pages visited again; a first visit reads the
database and draws the page. Rounds alternate, medians count. Takes about five minutes, one of them for Oscar's
index. Needs wrk, and `pip install django-oscar==4.2 Whoosh`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import urllib.request
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "store"))

import shop  # beside this file

PRODUCTS = 5000
OURS = ("catalogue", "detail")
GOALS = {
    "catalogue_first_times_oscar": 10,
    "catalogue_again_times_oscar": 10,
    "detail_first_times_oscar": 10,
    "detail_again_times_oscar": 10,
    "catalogue_again_of_empty_view": 0.10,
    "detail_again_of_empty_view": 0.25,
}
Targets = dict[str, tuple[str, list[str]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=PRODUCTS)
    parser.add_argument("--seconds", type=int, default=5, help="of each run")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--warm", type=int, default=8, help="seconds of visits to each before `again` is measured")
    given = parser.parse_args()
    with shop.folder() as folder, ExitStack() as stack:
        env = shop.environment(folder)
        shop.run(["store", "import", str(shop.catalogue(folder / "games.csv", given.products))], env)
        here = str(Path(shop.__file__).parent)
        peer_env = {**os.environ, "OSCAR_FOLDER": str(folder), "PYTHONPATH": here, "PYTHONWARNINGS": "ignore"}
        peer_setup = [sys.executable, "-W", "ignore", f"{here}/oscar_site.py", str(folder), str(given.products)]
        subprocess.run(peer_setup, env=peer_env, check=True)
        ours = stack.enter_context(shop.served(env, "--workers", "2"))
        oscar = stack.enter_context(shop.granian("oscar_site:application", peer_env))
        empty = stack.enter_context(shop.granian("empty_view:application", {**env, "PYTHONPATH": here}))
        targets = {
            "catalogue": (ours, [f"/games/?page={page}" for page in range(1, given.products // 24)]),
            "detail": (ours, details(ours, given.products)),
            "oscar catalogue": (oscar, [f"/catalogue/?page={page}" for page in range(1, given.products // 20)]),
            "oscar detail": (oscar, oscar_details(given.products)),
            "empty view": (empty, ["/"]),
        }
        figures = measured(targets, given, folder, lambda turn: reprice(folder, turn, env))
    print(json.dumps(report(figures, given.products)))


def reprice(folder: Path, turn: int, env: dict[str, str]) -> None:
    """Give the first game another price, after which the shop has to make every page anew."""
    rows = (folder / "games.csv").read_text(encoding="utf-8").splitlines()[:2]
    fields = rows[1].split(",")
    fields[5] = f"{turn + 1}.50"
    changed = folder / "changed.csv"
    changed.write_text(f"{rows[0]}\n{','.join(fields)}\n", encoding="utf-8")
    shop.run(["store", "import", str(changed)], env)


def details(base: str, count: int) -> list[str]:
    """The addresses of all games, from the sitemap."""
    with urllib.request.urlopen(f"{base}/sitemap.xml") as answer:
        text = answer.read().decode()
    found = [part.split("</loc>")[0] for part in text.split("<loc>")[2:]]
    assert len(found) == count
    return ["/games/" + address.split("/games/")[1] for address in found]


def oscar_details(count: int) -> list[str]:
    return [f"/catalogue/game-number-{number}_{number + 1}/" for number in range(count)]


def measured(
    targets: Targets, given: argparse.Namespace, folder: Path, change: Callable[[int], None]
) -> dict[str, float]:
    """Medians over alternating rounds by name; ours as `catalogue first`, `catalogue again` and so on."""
    found: dict[str, list[float]] = defaultdict(list)
    for base, paths in targets.values():
        shop.requests_per_s(base, paths, given.warm, folder)
    for _ in range(given.rounds):
        for name, (base, paths) in targets.items():
            kind = f"{name} again" if name in OURS else name
            found[kind].append(shop.requests_per_s(base, paths, given.seconds, folder))
    for turn in range(given.rounds):
        for name, (base, paths) in targets.items():
            if name in OURS:
                change(2 * turn + OURS.index(name))
            kind = f"{name} first" if name in OURS else name
            found[kind].append(shop.requests_per_s(base, paths, given.seconds, folder, is_once=name in OURS))
    medians = {name: statistics.median(rates) for name, rates in found.items()}
    if silent := [name for name, rate in medians.items() if not rate]:
        sys.exit(f"no answer in {given.seconds} s: {', '.join(silent)}; give more --seconds")
    return medians


def report(figures: dict[str, float], products: int) -> dict[str, object]:
    ratios = {
        f"{name}_{visit}_times_oscar": round(figures[f"{name} {visit}"] / figures[f"oscar {name}"], 1)
        for name in OURS
        for visit in ("first", "again")
    }
    ratios |= {
        f"{name}_again_of_empty_view": round(figures[f"{name} again"] / figures["empty view"], 3) for name in OURS
    }
    return {
        "benchmark": "store_vs_oscar",
        "products": products,
        "requests_per_s": {name: round(rate, 1) for name, rate in sorted(figures.items())},
        **ratios,
        "goals": GOALS,
        "met": all(ratios[name] >= goal for name, goal in GOALS.items()),
    }


if __name__ == "__main__":
    main()
