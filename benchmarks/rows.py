"""What a measurement says: one row of the table."""

from typing import NamedTuple


class Row(NamedTuple):
    """`beside` is the peer or baseline measured in the same run; `budget` what docs and design promise."""

    what: str
    ours: str
    beside: str = ""
    budget: str = ""


def table(rows: list[Row]) -> str:
    """The rows in Markdown."""
    lines = ["| what | ours | beside | budget |", "|---|---|---|---|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
