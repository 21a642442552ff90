"""Makes the deployable package: `python -m infra.build --stage prod --out build/prod`.

Leaves `template.json` (SAM, everything merged) and `deployment.zip` in the out folder. The templates of all stages are
the same but for the functions' runtime and architecture: the emulator runs them with this machine's interpreter.
The same sources make the same bytes.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from infra import target, vendor
from infra.package import ROOT, environment, package
from infra.templates import Template

CACHE = ROOT / "build" / "libraries"

_MOST_ZIP = 50 * 1024 * 1024
_MOST_UNZIPPED = 250 * 1024 * 1024
_MOST_TEMPLATE = 1024 * 1024

_LONG_AGO = (1980, 1, 1, 0, 0, 0)


class TooLarge(Exception):
    """AWS would not take it."""


def main() -> None:
    options = _read_options()
    try:
        built = build(options.stage, options.out.resolve())
    except TooLarge as problem:
        sys.exit(str(problem))
    print(f"{options.out}: {'built' if built else 'nothing has changed'}")


def build(stage: str, out: Path) -> bool:
    """Build a stage's package; False when the last one still stands for what the sources say."""
    libraries = vendor.libraries(target.of_stage(stage), CACHE)
    sources = _fingerprint(stage, libraries)
    mark = out / "sources"
    if mark.exists() and mark.read_text() == sources:
        return False
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as workshop:
        _make(stage, libraries, Path(workshop) / "workshop")
        mark.unlink(missing_ok=True)
        for name in ("template.json", "deployment.zip"):
            shutil.move(Path(workshop) / "workshop" / name, out / name)
    mark.write_text(sources)
    return True


def _make(stage: str, libraries: Path, workshop: Path) -> None:
    built_for = target.of_stage(stage)
    template = package(stage, built_for, workshop)
    _compile_templates(workshop)
    code = workshop / "code"
    code.mkdir()
    for name in ("app.py", "chalicelib", "chalice"):
        shutil.move(workshop / name, code / name)
    vendor.add_byte_code(built_for, code)
    write_template(template, workshop / "template.json")
    write_zip([code, libraries], workshop / "deployment.zip")


def _compile_templates(workshop: Path) -> None:
    """Jinja's own compiler, ahead of time: a template's first use costs a millisecond each otherwise."""
    code = (
        "from chalicelib.web import templates as t; e = t.environment(); e.loader = e.loader.loaders[1]; "
        'e.compile_templates(str(t.COMPILED), ["html", "txt"], zip=None, ignore_errors=False)'
    )
    subprocess.run([sys.executable, "-c", code], cwd=workshop, check=True, env=environment("local"))


def write_template(template: Template, out: Path) -> None:
    """Raises TooLarge for one that CloudFormation would refuse."""
    text = json.dumps(template, separators=(",", ":"), sort_keys=True)
    if len(text) > _MOST_TEMPLATE:
        raise TooLarge(f"The template has {len(text):,} bytes; CloudFormation takes {_MOST_TEMPLATE:,}.")
    out.write_text(text)


def write_zip(folders: list[Path], out: Path) -> None:
    """Everything in the folders; of files with one name, the first counts. Raises TooLarge for what Lambda refuses."""
    with zipfile.ZipFile(out, "w") as archive:
        for name, file in _first_of_each(folders):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, file.read_bytes(), compresslevel=6)
        unzipped = sum(entry.file_size for entry in archive.infolist())
    if unzipped > _MOST_UNZIPPED:
        raise TooLarge(f"The code has {unzipped:,} bytes unzipped; Lambda takes {_MOST_UNZIPPED:,}.")
    if out.stat().st_size > _MOST_ZIP:
        raise TooLarge(f"The zip has {out.stat().st_size:,} bytes; Lambda takes {_MOST_ZIP:,}.")


def _first_of_each(folders: list[Path]) -> Iterator[tuple[str, Path]]:
    seen: set[str] = set()
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            name = file.relative_to(folder).as_posix()
            if file.is_file() and name not in seen:
                seen.add(name)
                yield name, file


def _fingerprint(stage: str, libraries: Path) -> str:
    """Changes with anything that the package is made from."""
    digest = sha256(f"{stage} {libraries.name}".encode())
    for file in _sources():
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield ROOT / "app.py"
    for folder in ("chalicelib", ".chalice", "infra"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                yield file


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="infra.build", description="Make the deployable package of a stage.")
    parser.add_argument("--stage", default="prod")
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
