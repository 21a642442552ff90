"""A scale model: chunks of two instead of fifty, and a list of two shards, so that a small send has several chunks."""

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple
from unittest.mock import patch

from chalicelib.audiences import find
from chalicelib.mailings import chunk_store, cut, layout
from chalicelib.mailings.merge import Content


class Scale(NamedTuple):
    """Recipients a chunk, shards of a list, partitions of a run's chunks."""

    chunk: int
    shards: int
    partitions: int


FULL = Scale(50, 256, 16)
SMALL = Scale(2, 2, 2)

_slow = layout.lay_out


def _lay_out(*given: Any) -> Content:
    """Pure, slow, and always given the same words here."""
    told = repr(given)
    if told not in _laid_out:
        _laid_out[told] = _slow(*given)
    return _laid_out[told]


_laid_out: dict[str, Content] = {}


@contextlib.contextmanager
def scaled(scale: Scale) -> Iterator[None]:
    with (
        patch.object(cut, "CHUNK", scale.chunk),
        patch.object(find, "SHARDS", scale.shards),
        patch.object(chunk_store, "_PARTITIONS", scale.partitions),
        patch.object(layout, "lay_out", _lay_out),
    ):
        yield
