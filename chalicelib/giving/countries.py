"""Countries by their two letters (ISO 3166-1), with their names from Unicode's CLDR (Unicode License v3)."""

import json
from functools import cache
from pathlib import Path


@cache
def _known() -> dict[str, dict[str, str]]:
    known: dict[str, dict[str, str]] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    return known


def codes() -> frozenset[str]:
    return frozenset(_known()["en"])


def names(language: str) -> list[tuple[str, str]]:
    """Codes and names, in the order of the names; in English where the language has none."""
    spoken = _known().get(language, _known()["en"])
    return sorted(spoken.items(), key=lambda country: _without_accents(country[1]))


def _without_accents(name: str) -> str:
    return name.translate(str.maketrans("ÁÉÍÓÚáéíóúÅå", "AEIOUaeiouAa")).lower()
