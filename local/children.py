"""Processes of ours: started together with us, stopped in order, and never left behind, however we end."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from itertools import count, islice
from pathlib import Path

MARK = "MUSTER_STATE"  # in each child's environment: whose it is

_PR_SET_PDEATHSIG = 1
# Below those that Linux, macOS and IANA give to connections.
_PORTS, _STRETCH = range(10000, 32000), 16
_places = count(os.getpid() * _STRETCH)
_prctl: Callable[..., int] | None = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


class Died(Exception):
    """A child ended before it was of use; the text says how and where its log is."""


class Child:
    """Start from the main thread: Linux ends a child with the thread that started it.

    The environment is exactly `env` and the mark. The child does not get the terminal's Ctrl-C; `stop` is how it ends.
    What it prints goes to a log in `state`, or is `shown` in ours.
    """

    def __init__(
        self, name: str, command: list[str], env: Mapping[str, str], state: Path, *, shown: bool = False
    ) -> None:
        self.name, self.log = name, state / f"{name}.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                env={**env, MARK: str(state)},
                stdin=subprocess.DEVNULL,
                stdout=None if shown else log,
                stderr=None if shown else subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - we have no threads yet
            )

    def wait_until_up(self, url: str, seconds: float = 30) -> None:
        """Until `url` answers anything at all."""
        until = time.monotonic() + seconds
        while not answers(url):
            if self.process.poll() is not None:
                raise Died(f"{self.name} ended with code {self.process.returncode}. Its last words are in {self.log}.")
            if time.monotonic() > until:
                raise Died(f"{self.name} did not answer within {seconds:.0f} s. See {self.log}.")
            time.sleep(0.05)

    def stop(self, seconds: float = 120) -> None:
        """Ask it to end and wait: the emulator saves everything it holds when asked."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def answers(url: str, timeout: float = 2) -> bool:
    try:
        urllib.request.urlopen(url, timeout=timeout).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def own_environment() -> dict[str, str]:
    """What any program needs and nothing else: a stray AWS_PROFILE must not reach the emulator's Lambdas."""
    wanted = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "SSL_CERT_FILE")
    return {name: os.environ[name] for name in wanted if name in os.environ}


def free_port(preferred: int = 0) -> int:
    """`preferred` if nobody has it, else one that is free, and that this process has not named before.

    Nobody holds it until somebody listens there. So it is none of those that connections are given, and each process
    looks in a stretch of its own: of two stacks that start at once, one would find the other's double.
    """
    if preferred and port_is_free(preferred):
        return preferred
    for number in islice(_places, len(_PORTS)):
        if port_is_free(port := _PORTS[number % len(_PORTS)]):
            return port
    raise OSError("no free port")


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def end_leftovers(state: Path, seconds: float = 60) -> int:
    """End children of an earlier run on this state that outlived it; the number found. Linux only."""
    pids = [pid for pid in _running() if f"{MARK}={state}" in _environment(pid)]
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + seconds
    while time.monotonic() < until and any(_runs(pid) for pid in pids):
        time.sleep(0.1)
    return len(pids)


def _runs(pid: int) -> bool:
    """One that has ended, and whose parent has not asked how, has no command line left."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


def _running() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if int(entry.name) != os.getpid()]


def _environment(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/environ").read_text(errors="replace").split("\0")
    except OSError:
        return []


def _die_with_parent() -> None:
    """In the child, before it becomes another program: SIGTERM when the parent ends, even by kill -9."""
    if _prctl:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
