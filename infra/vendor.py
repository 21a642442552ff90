"""The libraries that ship with the Lambdas: installed for the target with checked hashes, trimmed, with byte code."""

import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from infra.target import Target

ROOT = Path(__file__).parent.parent

# botocore carries the models of four hundred services; these are the ones we ask by a client.
SERVICES = {"lambda", "s3", "scheduler", "sesv2", "sso", "sso-oidc", "sts", "signin"}

# Chalice's command line and what it needs. The few files that are its runtime come from `chalice package`.
_COMMAND_LINE_ONLY = (
    "chalice", "blessed", "editor", "inquirer", "jinxed", "pip", "readchar", "runs", "setuptools", "wcwidth", "wheel",
    "xmod", "pkg_resources", "_distutils_hack", "click", "yaml", "_yaml", "packaging", "ansicon", "bin",
)  # fmt: skip

# Of the libraries that draw: pictures and colours that we never draw, formats of fonts that we never read, and faster
# twins of Python code, with their sources.
_NEVER_DRAWN = (
    "PIL/_avif*", "PIL/_webp*", "PIL/_imagingcms*", "PIL/_imagingtk*", "PIL/_imagingmath*", "PIL/_imagingmorph*",
    "pillow.libs/libavif*", "pillow.libs/libwebp*", "pillow.libs/libsharpyuv*", "pillow.libs/liblcms2*",
    "fontTools/cu2qu", "fontTools/merge", "fontTools/mtiLib", "fontTools/qu2cu", "fontTools/ufoLib",
    "fontTools/voltLib", "fontTools/**/*.so", "fontTools/**/*.c", "fontTools/**/*.pyx", "share",
)  # fmt: skip


def libraries(target: Target, cache: Path) -> Path:
    """The folder of libraries for a target; made once for each state of requirements.txt and of this file."""
    folder = cache / f"{target.runtime}-{target.machine}-{_fingerprint()}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        # Made aside and then renamed, so that one whose making was cut short is never taken for whole.
        half_made = Path(tempfile.mkdtemp(prefix="half-made-", dir=cache))
        _install(target, half_made)
        _trim(half_made)
        add_byte_code(target, half_made)
        _put_in_place(half_made, folder)
    return folder


def add_byte_code(target: Target, folder: Path) -> bool:
    """Compile everything ahead, so that a cold start only reads. Unchecked: a zip's time stamps mean nothing."""
    interpreter = target.interpreter()
    if interpreter is None:
        print(f"There is no Python {target.python} here: the package has no byte code, and cold starts are slower.")
        return False
    command = [interpreter, "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash", "-s", str(folder)]
    subprocess.run([*command, str(folder)], check=True)
    return True


def _install(target: Target, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    command += ["--no-deps", "--require-hashes", "--only-binary=:all:", "--implementation", "cp"]
    command += ["--python-version", target.python, "--target", str(folder)]
    for wheel_platform in target.wheel_platforms:
        command += ["--platform", wheel_platform]
    subprocess.run([*command, "-r", str(ROOT / "requirements.txt")], check=True)


def _trim(folder: Path) -> None:
    for service in (folder / "botocore" / "data").iterdir():
        if service.is_dir() and service.name not in SERVICES:
            shutil.rmtree(service)
    for name in _COMMAND_LINE_ONLY:
        shutil.rmtree(folder / name, ignore_errors=True)
    for pattern in _NEVER_DRAWN:
        for leftover in list(folder.glob(pattern)):
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    for leftover in [*folder.glob("*.dist-info"), *folder.rglob("tests"), *folder.rglob("__pycache__")]:
        shutil.rmtree(leftover, ignore_errors=True)
    for leftover in [*folder.glob("*.pth"), *(folder / "botocore" / "data").rglob("examples-1.json*")]:
        leftover.unlink()


def _put_in_place(half_made: Path, folder: Path) -> None:
    try:
        half_made.rename(folder)
    except OSError:
        if not folder.exists():
            raise
        shutil.rmtree(half_made)  # another build was faster


def _fingerprint() -> str:
    return sha256((ROOT / "requirements.txt").read_bytes() + Path(__file__).read_bytes()).hexdigest()[:12]
