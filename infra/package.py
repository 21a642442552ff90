"""What Chalice makes of the app and `infra/*.yml`: one SAM template, alike for all stages."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra import templates
from infra.target import Target
from infra.templates import Template

ROOT = Path(__file__).parent.parent


def package(stage: str, built_for: Target, workshop: Path) -> Template:
    """The merged template. `workshop` is left with app.py, chalicelib/ and chalice/ (its runtime), for the zip."""
    shutil.rmtree(workshop, ignore_errors=True)
    _copy_sources(workshop)
    _run_chalice(stage, workshop)
    template: Template = json.loads((workshop / "packaged" / "sam.json").read_text("utf-8"))
    _keep_runtime(workshop)
    return _running_on(built_for, template)


def functions(template: Template) -> dict[str, Template]:
    """The properties of the functions, by logical id."""
    return of_type(template, "AWS::Serverless::Function")


def of_type(template: Template, kind: str) -> dict[str, Template]:
    """The properties of the resources of a type, by logical id."""
    resources = template["Resources"].items()
    return {name: resource.get("Properties", {}) for name, resource in resources if resource.get("Type") == kind}


def _copy_sources(workshop: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "deployments", "deployed")
    for name in ("chalicelib", ".chalice"):
        shutil.copytree(ROOT / name, workshop / name, ignore=ignored)
    shutil.copy(ROOT / "app.py", workshop)
    # Chalice would fetch them one by one; `vendor.py` has them already, checked against their hashes.
    (workshop / "requirements.txt").touch()
    (workshop / "merge.json").write_text(json.dumps(templates.joined()))


def _run_chalice(stage: str, workshop: Path) -> None:
    """Not by its script, so that it need not be in the path. A failure may leave an old template: look."""
    run = "import sys; from chalice.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", run, "package", "--stage", stage, "--merge-template", "merge.json", "packaged"]
    env = environment(stage)
    done = subprocess.run(command, cwd=workshop, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"chalice package failed:\n{done.stdout}{done.stderr}")


def environment(stage: str) -> dict[str, str]:
    """What app.py needs to be imported for packaging; Chalice wants a region too, and writes none."""
    region = os.environ.get("AWS_DEFAULT_REGION", "us-east-1")
    return {**os.environ, "STAGE": stage, "AWS_DEFAULT_REGION": region}


def _keep_runtime(workshop: Path) -> None:
    """Chalice ships only the few files of its own that a Lambda needs; they are taken from its zip."""
    shutil.unpack_archive(workshop / "packaged" / "deployment.zip", workshop / "unpacked")
    shutil.move(workshop / "unpacked" / "chalice", workshop / "chalice")


def _running_on(built_for: Target, template: Template) -> Template:
    for properties in functions(template).values():
        properties["CodeUri"] = "./deployment.zip"
        properties |= {"Runtime": built_for.runtime, "Architectures": [built_for.machine]}
    return template
