"""Our catalogue and detail pages against django-oscar's: the same 5,000 products, the same server and workers.

Prints one JSON line: requests a second of both, their ratio, and the share of an empty Django view with our middleware.
Rounds alternate, medians count. Takes about two minutes, most of the first for Oscar's index. Needs wrk, and
`pip install django-oscar==4.2 Whoosh`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import urllib.request
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "store"))

import shop  # beside this file

PRODUCTS = 5000
GOALS = {
    "catalogue_times_oscar": 10,
    "detail_times_oscar": 10,
    "catalogue_of_empty_view": 0.10,
    "detail_of_empty_view": 0.25,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=PRODUCTS)
    parser.add_argument("--seconds", type=int, default=3, help="of each run")
    parser.add_argument("--rounds", type=int, default=3)
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
        figures = measured(targets, given.rounds, given.seconds, folder)
    print(json.dumps(report(figures, given.products)))


def details(base: str, count: int) -> list[str]:
    """The addresses of all games, from the sitemap."""
    with urllib.request.urlopen(f"{base}/sitemap.xml") as answer:
        text = answer.read().decode()
    found = [part.split("</loc>")[0] for part in text.split("<loc>")[2:]]
    assert len(found) == count
    return ["/games/" + address.split("/games/")[1] for address in found]


def oscar_details(count: int) -> list[str]:
    return [f"/catalogue/game-number-{number}_{number + 1}/" for number in range(count)]


def measured(targets: dict[str, tuple[str, list[str]]], rounds: int, seconds: int, folder: Path) -> dict[str, float]:
    """Medians over alternating rounds, after one that warms up."""
    found: dict[str, list[float]] = {name: [] for name in targets}
    for turn in range(rounds + 1):
        for name, (base, paths) in targets.items():
            rate = shop.requests_per_s(base, paths, seconds if turn else 1, folder)
            if turn:
                found[name].append(rate)
    return {name: statistics.median(rates) for name, rates in found.items()}


def report(figures: dict[str, float], products: int) -> dict[str, object]:
    ratios = {
        "catalogue_times_oscar": round(figures["catalogue"] / figures["oscar catalogue"], 1),
        "detail_times_oscar": round(figures["detail"] / figures["oscar detail"], 1),
        "catalogue_of_empty_view": round(figures["catalogue"] / figures["empty view"], 3),
        "detail_of_empty_view": round(figures["detail"] / figures["empty view"], 3),
    }
    return {
        "benchmark": "store_vs_oscar",
        "products": products,
        "requests_per_s": {name: round(rate, 1) for name, rate in figures.items()},
        **ratios,
        "goals": GOALS,
        "met": all(ratios[name] >= goal for name, goal in GOALS.items()),
    }


if __name__ == "__main__":
    main()
