"""The folder that keeps a local stack's data: who holds it, what was noted about it, and starting it over."""

import fcntl
import json
import shutil
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from local.children import end_leftovers

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build/local"
STATE = ROOT / ".muster"


class CannotStart(Exception):
    """Something outside is in the way; the text says what, and what to do."""


def hold(state: Path) -> TextIOWrapper:
    """Take the folder, until the file is closed or we end, however that is. Ends what an earlier run left behind."""
    state.mkdir(parents=True, exist_ok=True)
    lock = (state / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise CannotStart(f"Muster already runs on the data in {state}. Stop it first (Ctrl-C there).") from error
    end_leftovers(state)
    return lock


def start_over(state: Path) -> None:
    """Remove all data, once nobody uses it."""
    with hold(state):
        for entry in state.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name != "lock":
                entry.unlink()


def read_notes(state: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((state / "stack.json").read_text()))
    except (OSError, ValueError):
        return {}


def write_notes(state: Path, notes: dict[str, Any]) -> None:
    (state / "stack.json").write_text(json.dumps(notes))
