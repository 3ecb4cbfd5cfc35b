"""What a shell offers for currencies and sources."""

import json

from blueprints.completion import completed, listed


def _codes() -> list[str]:
    from blueprints.fx import iso4217_names

    return sorted(json.loads(iso4217_names.read()))


def _sources() -> list[str]:
    from blueprints import plugins

    return plugins.advertised("blueprints.fx.sources")


codes = completed(_codes)
code_lists = listed(_codes)
sources = completed(_sources)
