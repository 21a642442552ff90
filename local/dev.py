"""`make dev`: the app in process, started anew whenever a file changes, on the same emulator and data as `make run`.

The very same template is deployed, but its code only forwards: API Gateway, queues and schedules wake the process here.
A change in `infra/` or a new handler needs `make dev` again.
"""

import json
import shutil
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from local import by_hand
from local.children import Child, Died, free_port, own_environment
from local.folder import BUILD, ROOT
from local.stack import Stack, from_environment

PACKAGE = ROOT / "build/dev"
FORWARDING = Path(__file__).parent / "forwarding/app.py"
WATCHED = ("app.py", "chalicelib")


def main() -> None:
    by_hand.started(_develop)


def _develop() -> None:
    by_hand.build()
    last = json.loads(_port_note().read_text()) if _port_note().exists() else 0
    port = free_port(last)
    write_forwarders(BUILD, PACKAGE, port)
    _port_note().write_text(json.dumps(port))
    stack = from_environment()
    stack.package = PACKAGE
    with stack:
        by_hand.say(by_hand.READY.format(url=stack.url))
        _serve(stack, port)


def write_forwarders(built: Path, package: Path, port: int) -> None:
    """A package like the one in `built`, whose code hands every event on to `port`."""
    package.mkdir(parents=True, exist_ok=True)
    shutil.copy(built / "template.json", package / "template.json")
    with zipfile.ZipFile(package / "deployment.zip", "w") as code:
        code.write(FORWARDING, "app.py")
        code.writestr("where", f"http://127.0.0.1:{port}/")


def _serve(stack: Stack, port: int) -> None:
    """Until the stack ends; a new process of the app for every change."""
    environment = {**own_environment(), **stack.environment(), "PYTHONPATH": str(ROOT)}
    while True:
        seen = list(_times())
        app = Child("app", [sys.executable, "-m", "local.in_process", str(port)], environment, stack.state, shown=True)
        try:
            while list(_times()) == seen:
                if child := stack.died():
                    raise Died(f"{child.name} ended by itself. Its last words are in {child.log}.")
                time.sleep(0.5)
        finally:
            app.stop(seconds=5)
        by_hand.say("A file changed; the app starts anew.")


def _times() -> Iterator[tuple[str, float]]:
    for name in WATCHED:
        top = ROOT / name
        for path in [top, *top.rglob("*")]:
            if "__pycache__" not in path.parts and path.is_file():
                yield str(path), path.stat().st_mtime


def _port_note() -> Path:
    PACKAGE.mkdir(parents=True, exist_ok=True)
    return PACKAGE / "port.json"


if __name__ == "__main__":
    main()
