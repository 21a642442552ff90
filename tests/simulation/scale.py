"""A scale model: chunks of two instead of fifty, and a list of two shards, so that a small send has several chunks."""

import contextlib
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from unittest.mock import patch

from chalicelib.audiences import find
from chalicelib.mailings import chunk_store, cut, layout


class Scale(NamedTuple):
    """Recipients a chunk, shards of a list, partitions of a run's chunks."""

    chunk: int
    shards: int
    partitions: int


FULL = Scale(50, 256, 16)
SMALL = Scale(2, 2, 2)

# Pure, slow, and always given the same words here.
_lay_out = lru_cache(layout.lay_out)


@contextlib.contextmanager
def scaled(scale: Scale) -> Iterator[None]:
    with (
        patch.object(cut, "CHUNK", scale.chunk),
        patch.object(find, "SHARDS", scale.shards),
        patch.object(chunk_store, "_PARTITIONS", scale.partitions),
        patch.object(layout, "lay_out", _lay_out),
    ):
        yield
