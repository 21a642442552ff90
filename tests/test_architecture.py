"""The rules of the house that a machine can check."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PRODUCT = sorted([ROOT / "app.py", *ROOT.glob("chalicelib/**/*.py")])
ROOMS = ("people", "actions", "action_types", "audiences", "giving", "guard", "mailings", "network")

# In the folder of an action type, what answers at addresses of its own.
TYPE_DOORS = {"chalicelib/action_types/*/public.py", "chalicelib/action_types/*/console.py"}

# Who may import what. Everybody else asks the module named here.
DOORS = {
    "boto3": set(),
    "botocore": {
        "chalicelib/aws.py",
        "chalicelib/dynamo/table.py",
        "chalicelib/dynamo/batch.py",
        "chalicelib/files.py",
        "chalicelib/mailings/ses.py",
        "chalicelib/wire/**",
    },
    "chalice": {"app.py", "chalicelib/web/**", *TYPE_DOORS},
    "stripe": {"chalicelib/giving/stripe_gateway/client.py"},
    "duckdb": set(),
}
# Too heavy for the top of a module: every Lambda imports app.py.
LAZY = {"altcha", "mjml", "nh3", "email_validator", "duckdb", "stripe", "fido2", "zipcodes", "fpdf", "PIL", "fontTools"}


def name_of(file):
    return str(file.relative_to(ROOT))


def imports(tree, *, top_only=False):
    nodes = tree.body if top_only else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parsed(file):
    return ast.parse(file.read_text("utf-8"))


def may(file, allowed):
    return any(
        Path(name_of(file)).match(pattern) or name_of(file).startswith(pattern.rstrip("*")) for pattern in allowed
    )


@pytest.mark.parametrize(("library", "allowed"), DOORS.items())
def test_each_service_has_one_door(library, allowed):
    strangers = [
        name_of(file)
        for file in PRODUCT
        if any(name.split(".")[0] == library for name in imports(parsed(file))) and not may(file, allowed)
    ]
    assert strangers == []


def test_heavy_libraries_are_imported_where_they_are_used():
    heavy = {
        name_of(file): names
        for file in PRODUCT
        if (names := {name.split(".")[0] for name in imports(parsed(file), top_only=True)} & LAZY)
    }
    assert heavy == {}


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_never_look_out_of_the_door(room):
    strangers = [
        name_of(file)
        for file in ROOT.glob(f"chalicelib/{room}/**/*.py")
        if not may(file, TYPE_DOORS)
        if any(name.startswith("chalicelib.web") for name in imports(parsed(file)))
    ]
    assert strangers == []


def test_only_ses_py_says_ses():
    """One module talks to SES, one makes clients."""
    callers = [name_of(file) for file in PRODUCT if 'client("sesv2")' in file.read_text("utf-8")]
    assert callers == ["chalicelib/mailings/ses.py"]


def test_what_wakes_us_stands_in_app_py():
    handler = re.compile(r"\.(on_sqs_message|on_sns_message|schedule|on_dynamodb_record|on_s3_event|lambda_function)\(")
    assert [name_of(file) for file in PRODUCT if handler.search(file.read_text("utf-8"))] == ["app.py"]


def test_every_package_introduces_itself():
    silent = [name_of(file) for file in ROOT.glob("chalicelib/**/__init__.py") if not ast.get_docstring(parsed(file))]
    assert silent == []


def test_product_code_does_not_know_where_it_runs():
    """No local address, no emulator, no branch on the stage."""
    knowing = re.compile(r"ministack|localhost|127\.0\.0\.1|stage\(\) *==")
    assert [name_of(file) for file in PRODUCT if knowing.search(file.read_text("utf-8"))] == []


def test_only_one_module_reads_what_every_aws_sdk_reads():
    """Endpoints, region and credentials: as botocore would find them, and nowhere decided upon."""
    readers = [name_of(file) for file in PRODUCT if re.search(r"[\"']AWS_[A-Z]", file.read_text("utf-8"))]
    assert readers == ["chalicelib/aws.py"]


def test_files_and_functions_stay_small():
    long_files, long_functions = [], []
    for file in PRODUCT:
        text = file.read_text("utf-8")
        if text.count("\n") > 250:
            long_files.append(name_of(file))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 40:
                long_functions.append(f"{name_of(file)}:{node.name}")
    assert (long_files, long_functions) == ([], [])


def test_the_map_names_every_queue_route_and_variable():
    words = "".join((ROOT / "docs" / name).read_text("utf-8") for name in ("map.md", "deploy.md"))
    variables = set(
        re.findall(r"os\.environ(?:\.get\()?\[?\"([A-Z_]+)\"", (ROOT / "chalicelib/config.py").read_text("utf-8"))
    )
    queues = set(re.findall(r"queue_name\(\"(\w+)\"\)", (ROOT / "app.py").read_text("utf-8")))
    routes = {
        prefix
        for file in PRODUCT
        for prefix in re.findall(r"(?:route|screen)\((?:routes, )?\"(/\w+)", file.read_text("utf-8"))
    }
    assert [word for word in sorted(variables | queues | routes) if word not in words] == []
