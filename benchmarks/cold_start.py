"""Importing the app, as packaged, beside bare Chalice and boto3: the larger part of a cold start that is ours."""

import os
import statistics
import subprocess
import sys
import tempfile
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
        mine, base = (_median(code, Path(folder)) for code in (_OURS, _BARE))
    return [
        Row(
            "import of the app, without the interpreter's own start",
            f"{mine * 1000:.0f} ms, {mine / base:.2f} ×",
            f"bare Chalice + boto3 {base * 1000:.0f} ms",
            "≤ 1.25 ×",
        )
    ]


def _median(code: str, folder: Path) -> float:
    """Seconds that the import takes, in a process of its own; how that begins and ends does not count.

    Ours finds everything in the package, the bare one what is installed.
    """
    where = folder if code == _OURS else folder.parent
    timed = f"import time\nbegun = time.perf_counter()\n{code}\nprint(time.perf_counter() - begun)"

    def once() -> float:
        command, environment = [sys.executable, "-c", timed], {**os.environ, "STAGE": "local"}
        return float(subprocess.run(command, check=True, cwd=where, env=environment, capture_output=True).stdout)

    once()
    return statistics.median(once() for _ in range(_RUNS))
