"""Lints the template that goes to AWS: `python -m infra.lint`, with cfn-lint and, where it is installed, checkov.

checkov wants a virtual environment of its own (`--checkov` names its program); what we do not follow of its advice is
argued in `checkov.yml`.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra import target, templates
from infra.package import package


def main() -> None:
    options = _read_options()
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.json"
        template.write_text(json.dumps(package("prod", target.AWS, Path(folder) / "workshop"), indent=2))
        failed = [linter for linter, passed in _lint(template, options.checkov).items() if not passed]
    if failed:
        sys.exit(f"The template does not pass {' and '.join(failed)}.")
    print("The template passes cfn-lint and checkov.")


def _lint(template: Path, checkov: str) -> dict[str, bool]:
    cfn_lint = "import sys; from cfnlint.runner import main; sys.exit(main())"
    return {
        "cfn-lint": _passes([sys.executable, "-c", cfn_lint, "--template", str(template), "--regions", "us-east-1"]),
        "checkov": _passes([checkov, "--config-file", str(templates.FOLDER / "checkov.yml"), "--file", str(template)]),
    }


def _passes(command: list[str]) -> bool:
    """Its findings are shown only when there are any."""
    if not shutil.which(command[0]):
        sys.exit(f"{command[0]} is not installed; `make check` installs it.")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout + done.stderr)
    return done.returncode == 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="infra.lint", description="Lint the template that goes to AWS.")
    parser.add_argument("--checkov", default="checkov", help="checkov's program")
    return parser.parse_args()


if __name__ == "__main__":
    main()
