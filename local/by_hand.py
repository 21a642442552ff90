"""How `make run` and `make dev` begin and end: in plain words, in order, on Ctrl-C."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable

from local import aws
from local.children import Died, own_environment
from local.deploy import Failed
from local.emulator import NotInstalled
from local.folder import BUILD, ROOT, STATE, CannotStart, start_over

READY = """
  Muster is up. Everything is on this machine; no email leaves it.

    {url}/                       where to begin
    {url}/demo/save-the-library  the sample petition
    {url}/_local/login           the console, signed in as the sample organizer
    {url}/_local/inbox           every email that was sent

  Ctrl-C stops it; your data stays in .muster. `make run FRESH=1` starts over.
"""


def started(start: Callable[[], None]) -> None:
    """Run a program that people start and stop: Ctrl-C ends it in order, what is in the way is said in plain words."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _interrupted)
    try:
        if os.environ.get("FRESH") not in (None, "", "0"):
            start_over(STATE)
        start()
    except (CannotStart, Died, Failed, NotInstalled) as problem:
        sys.exit(f"Muster stopped. {problem}")
    except subprocess.CalledProcessError as problem:
        sys.exit(f"Muster did not start: `{' '.join(problem.cmd[1:])}` failed, see above.")
    except KeyboardInterrupt:
        say("Stopped. Your data is in .muster.")


def build() -> None:
    command = [sys.executable, "-m", "infra.build", "--stage", "local", "--out", str(BUILD)]
    subprocess.run(command, env={**own_environment(), "AWS_DEFAULT_REGION": aws.REGION}, cwd=ROOT, check=True)


def say(text: str) -> None:
    print(text, flush=True)


def _interrupted(*_: object) -> None:
    # Once is enough: from here on it stops in order, and a second Ctrl-C would only lose what is being saved.
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, signal.SIG_IGN)
    say("Stopping; saving your data.")
    raise KeyboardInterrupt
