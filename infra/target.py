"""What a package is built for: the interpreter and machine that its Lambdas run on."""

import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple


class Target(NamedTuple):
    """`python` as `3.13`; `machine` as Lambda calls it: arm64 or x86_64."""

    python: str
    machine: str

    @property
    def runtime(self) -> str:
        return f"python{self.python}"

    @property
    def wheel_platforms(self) -> list[str]:
        """What pip calls wheels that run there, newest first (Amazon Linux 2023 has glibc 2.34)."""
        machine = "aarch64" if self.machine == "arm64" else "x86_64"
        return [f"manylinux_2_{minor}_{machine}" for minor in (34, 28, 17, 12, 5)] + [f"manylinux2014_{machine}"]

    def interpreter(self) -> str | None:
        """An interpreter of the target's version on this machine, to make its byte code; None when there is none."""
        if self.python == _here():
            return sys.executable
        named = shutil.which(f"python{self.python}")
        installed = sorted(Path.home().glob(f".pyenv/versions/{self.python}.*/bin/python"))
        candidates = [*([named] if named else []), *map(str, installed)]
        return next((each for each in candidates if _version_of(each) == self.python), None)


AWS = Target("3.13", "arm64")


def this_machine() -> Target:
    """The emulator runs Lambdas with the interpreter that it was installed with, on this machine."""
    return Target(_here(), "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64")


def of_stage(stage: str) -> Target:
    return this_machine() if stage == "local" else AWS


def _version_of(interpreter: str) -> str | None:
    """Asked by running it: pyenv leaves a `python3.13` in the path that only says which one to install."""
    code = "import sys; print('{}.{}'.format(*sys.version_info))"
    done = subprocess.run([interpreter, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def _here() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


if __name__ == "__main__":
    # For the Makefile: the interpreter that deploys, where it is here and not the one that asks.
    found = AWS.interpreter()
    print("" if found in (None, sys.executable) else found)
