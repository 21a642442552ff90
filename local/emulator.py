"""ministack, the AWS emulator, as a child process that keeps its state in a folder."""

import os
import shutil
from pathlib import Path

from local.children import Child, own_environment


class NotInstalled(Exception):
    """The emulator's own virtual environment is not there."""


def start(port: int, state: Path, beside: dict[str, str], *, enforce_iam: bool = True) -> Child:
    """`beside`: where our doubles are, which Lambdas learn because they inherit this environment."""
    env = {
        **own_environment(),
        "TMPDIR": str(_fresh(state / "tmp")),  # it unpacks each Lambda there and leaves it
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state / "emulator"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
        "AUTH": "true" if enforce_iam else "false",
        "LOG_LEVEL": "WARNING",
        **beside,
    }
    program = _program()
    command = [str(program.with_name("python3")), str(Path(__file__).with_name("event_loop.py"))]
    child = Child("emulator", command, env, state)
    child.wait_until_up(f"http://127.0.0.1:{port}/_ministack/health")
    return child


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _program() -> Path:
    """In the folder of its own interpreter. MINISTACK names it; `make` installs it into .venv-emulator."""
    installed = Path(__file__).parent.parent / ".venv-emulator/bin/ministack"
    found = os.environ.get("MINISTACK") or (str(installed) if installed.exists() else shutil.which("ministack"))
    if not found:
        raise NotInstalled("ministack is not installed. `make run` installs it into .venv-emulator.")
    return Path(found).absolute()
