"""Nothing of ours is left running, however the supervisor ends."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from local.children import Child, Died, end_leftovers, free_port, own_environment
from local.folder import ROOT, CannotStart, hold, start_over
from local.stack import Stack

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
SUPERVISOR = """
import sys, time
from pathlib import Path
from local.children import Child, own_environment
child = Child("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"], own_environment(), Path(sys.argv[1]))
print(child.process.pid, flush=True)
time.sleep(600)
"""


def runs(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pid):
    until = time.monotonic() + 10
    while runs(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not runs(pid)


def supervised(state):
    """A supervisor with one child, in processes of their own; the supervisor and the child's id."""
    command = [sys.executable, "-c", SUPERVISOR, str(state)]
    supervisor = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    return supervisor, int(supervisor.stdout.readline())


@pytest.mark.skipif(sys.platform != "linux", reason="Linux ends children with their parent")
def test_a_child_ends_when_the_supervisor_is_killed(tmp_path):
    supervisor, child = supervised(tmp_path)
    assert runs(child)
    supervisor.send_signal(signal.SIGKILL)
    supervisor.wait()
    assert wait_until_gone(child)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_what_an_earlier_run_left_behind_is_ended(tmp_path):
    supervisor, child = supervised(tmp_path)
    assert end_leftovers(tmp_path / "another") == 0
    assert end_leftovers(tmp_path) == 1
    assert wait_until_gone(child)
    supervisor.kill()
    supervisor.wait()


def test_processes_that_start_at_once_never_choose_the_same_port():
    code = "from local.children import free_port; print(*(free_port() for _ in range(16)))"
    started = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    chosen = [int(port) for each in started for port in each.communicate()[0].split()]
    assert len(set(chosen)) == len(chosen) == 64
    assert max(chosen) < 32768


def test_a_child_that_dies_at_once_says_where_its_log_is(tmp_path):
    child = Child("broken", [sys.executable, "-c", "raise SystemExit(3)"], own_environment(), tmp_path)
    with pytest.raises(Died, match=r"broken ended with code 3.*broken\.log"):
        child.wait_until_up(f"http://127.0.0.1:{free_port()}")


def test_a_child_sees_only_the_environment_it_is_given(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    child = Child("env", [sys.executable, "-c", "import os; print(dict(os.environ))"], own_environment(), tmp_path)
    child.process.wait()
    assert "production" not in child.log.read_text()


def test_two_stacks_cannot_use_the_same_data(tmp_path):
    with hold(tmp_path), pytest.raises(CannotStart, match="already runs"):
        hold(tmp_path)


def test_starting_over_removes_everything(tmp_path):
    (tmp_path / "ses").mkdir()
    (tmp_path / "ses/inbox.db").write_text("x")
    start_over(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["lock"]


def test_a_taken_port_is_said_in_plain_words(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"Port {port} is taken"), Stack(state=tmp_path, port=port):
            pass
