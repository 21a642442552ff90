"""The package: the same sources make the same bytes, with only what the Lambdas need, and never more than AWS takes."""

import os
import re
import subprocess
import sys
import zipfile

import pytest

from infra import build, vendor
from infra.build import TooLarge, write_template, write_zip
from infra.package import ROOT


@pytest.fixture
def code(tmp_path):
    folder = tmp_path / "code"
    (folder / "chalicelib").mkdir(parents=True)
    (folder / "app.py").write_text("app = 1\n")
    (folder / "chalicelib" / "page.html").write_text("<h1>Save the library</h1>\n")
    return folder


def test_the_same_sources_make_the_same_bytes(code, tmp_path):
    write_zip([code], tmp_path / "one.zip")
    os.utime(code / "app.py", (0, 0))
    write_zip([code], tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_our_own_file_stands_where_a_library_has_one_of_the_same_name(code, tmp_path):
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    (libraries / "app.py").write_text("somebody else's\n")
    write_zip([code, libraries], tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.namelist() == ["app.py", "chalicelib/page.html"]
        assert archive.read("app.py") == b"app = 1\n"


def test_lambda_can_read_every_file(code, tmp_path):
    os.chmod(code / "app.py", 0o600)
    write_zip([code], tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o644}


def test_a_zip_that_lambda_refuses_is_not_made(code, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "_MOST_ZIP", 100)
    with pytest.raises(TooLarge, match="Lambda takes 100"):
        write_zip([code], tmp_path / "out.zip")


def test_a_template_that_cloudformation_refuses_is_not_made(tmp_path):
    with pytest.raises(TooLarge, match="CloudFormation takes 1,048,576"):
        write_template({"Description": "long" * 300_000}, tmp_path / "template.json")


def test_the_package_keeps_the_models_of_every_service_that_the_code_calls():
    called = {
        service
        for file in (ROOT / "chalicelib").rglob("*.py")
        for service in re.findall(r'client\("([a-z0-9-]+)"\)', file.read_text("utf-8"))
    }
    assert called
    assert called <= vendor.SERVICES


@pytest.fixture(scope="module")
def packaged(tmp_path_factory):
    """The local package, unpacked as Lambda does it."""
    out = tmp_path_factory.mktemp("packaged")
    build.build("local", out)
    with zipfile.ZipFile(out / "deployment.zip") as archive:
        archive.extractall(out / "task")
    return out


def test_every_module_of_ours_imports_with_nothing_but_the_package(packaged):
    """Neither this environment's libraries nor the emulator's: what is missing here is missing on AWS."""
    task = packaged / "task"
    names = [".".join(file.relative_to(task).with_suffix("").parts) for file in (task / "chalicelib").rglob("*.py")]
    ours = ["app", *(name.removesuffix(".__init__") for name in names if "compiled_templates" not in name)]
    code = (
        f"import sys; sys.path.insert(0, {str(task)!r}); import importlib; [importlib.import_module(n) for n in {ours}]"
    )
    env = {"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "us-east-1", "STAGE": "local"}
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", code], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_what_is_drawn_is_drawn_with_nothing_but_the_package(packaged):
    """Parts of the libraries that draw are left out: none that is needed."""
    code = (
        f"import sys; sys.path.insert(0, {str(packaged / 'task')!r}); "
        "from chalicelib.action_types.petition import delivery, document; "
        "asked = document.Petition('en', 'Library', 'Save it', 'Council', 'Dear', '2026-11-23', 1, 'Letter'); "
        "signed = [delivery.Signature(0, 'José محمد', 'Riverside', '')]; "
        "assert document.pdf(asked, delivery.Part(), signed, comments=False).startswith(b'%PDF')"
    )
    done = subprocess.run([sys.executable, "-S", "-E", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_every_module_has_byte_code(packaged):
    with zipfile.ZipFile(packaged / "deployment.zip") as archive:
        names = set(archive.namelist())
    assert {name for name in names if name.startswith("app")} == {"app.py"}
    for name in ("__pycache__/app", "chalice/__pycache__/app", "botocore/__pycache__/client"):
        assert f"{name}.{sys.implementation.cache_tag}.pyc" in names


def test_what_only_the_command_line_needs_is_left_out(packaged):
    names = {path.name for path in (packaged / "task").iterdir()}
    assert not names & {"click", "inquirer", "pip", "setuptools", "yaml", "boto3"}
    assert not [name for name in names if name.endswith(".dist-info")]


def test_nothing_is_made_twice(packaged):
    assert not build.build("local", packaged)
