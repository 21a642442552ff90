"""Importing the app, as packaged, beside bare Chalice and boto3: the larger part of a cold start that is ours."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from benchmarks.rows import Row
from local.folder import BUILD

_RUNS = 9
_OURS = "import app"
_BARE = "import chalice, boto3; chalice.Chalice(app_name='bare')"


def rows() -> list[Row]:
    command = [sys.executable, "-m", "infra.build", "--stage", "local", "--out", str(BUILD)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(BUILD / "deployment.zip").extractall(folder)
        times = {code: _median(code, Path(folder)) for code in (_OURS, _BARE, "pass")}
    mine, base = times[_OURS] - times["pass"], times[_BARE] - times["pass"]
    return [
        Row(
            "import of the app, without the interpreter's own start",
            f"{mine * 1000:.0f} ms, {mine / base:.2f} ×",
            f"bare Chalice + boto3 {base * 1000:.0f} ms",
            "≤ 1.25 ×",
        )
    ]


def _median(code: str, folder: Path) -> float:
    """Seconds, in a process of its own. Ours finds everything in the package, the bare one what is installed."""
    where = folder if code == _OURS else folder.parent

    def once() -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, cwd=where, env={**os.environ, "STAGE": "local"})
        return time.perf_counter() - start

    once()
    return statistics.median(once() for _ in range(_RUNS))
