"""Rows of the texts that people agreed to, by group and version. They are never changed and never deleted."""

from collections.abc import Iterable

from chalicelib import clock, dynamo

_CONSENTS = dynamo.Table("consents", "g", "v")

_kept: set[tuple[str, str]] = set()


def keep(group: str, version: str, text: str) -> None:
    """Write a text down; once for each process is enough."""
    if (group, version) in _kept:
        return
    _CONSENTS.update(group, version, set_once={"text": text, "at": clock.now()}, returns="NONE")
    _kept.add((group, version))


def texts_of(group: str, versions: Iterable[str]) -> dict[str, str]:
    """Texts by version, those that are known."""
    keys = [(group, version) for version in {*versions} - {""}]
    return {item["v"]: item["text"] for item in dynamo.get_many({_CONSENTS: keys})[_CONSENTS]} if keys else {}
