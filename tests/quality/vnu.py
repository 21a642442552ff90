"""What the Nu HTML checker, the one behind validator.w3.org, has against pages."""

import json
from collections.abc import Mapping
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory

from quality import tools


def check(pages: Mapping[str, str]) -> dict[str, list[str]]:
    """The errors of each page, by the names under which they are given. One call for all: Java starts once."""
    with TemporaryDirectory() as folder:
        files = {Path(folder) / f"{number}.html": name for number, name in enumerate(pages)}
        for file, name in files.items():
            file.write_text(pages[name], "utf-8")
        asked = [
            tools.java(),
            "-jar",
            str(tools.VNU),
            "--format",
            "json",
            "--errors-only",
            "--exit-zero-always",
            *files,
        ]
        said = json.loads(run(asked, check=True, capture_output=True, text=True).stderr)
    found: dict[str, list[str]] = {name: [] for name in pages}
    for message in said["messages"]:
        name = files[Path(message["url"].removeprefix("file:"))]
        found[name].append(f"line {message['lastLine']}: {message['message']}")
    return found
