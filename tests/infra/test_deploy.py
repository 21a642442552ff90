"""Deploying, on the emulator: changes are told first, data is never lost by a slip, and failures say what to do."""

import json
import zipfile

import boto3
import pytest

from chalicelib import signing
from infra import deploy, stack
from local import emulator
from local.children import free_port

ONE_TABLE = {
    "Parameters": {"Stage": {"Type": "String"}, "MailFrom": {"Type": "String", "Default": "muster@example.org"}},
    "Resources": {
        "People": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": {"Fn::Sub": "muster-${Stage}-people"},
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            },
        },
    },
    "Outputs": {"Url": {"Value": "https://act.example.org"}},
}

DOMAIN = {"MAIL_DOMAIN": "example.org", "MAIL_FROM": "hello@example.org", "BACKUPS": "on"}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    """An emulator of its own, which plays SES too."""
    port, state = free_port(), tmp_path_factory.mktemp("emulator")
    child = emulator.start(port, state, {})
    yield f"http://127.0.0.1:{port}"
    child.stop()


@pytest.fixture
def credentials(endpoint, monkeypatch):
    """Ada's credentials, as `make deploy` finds them. AWS itself stays out of reach."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_SESV2", *DOMAIN):
        monkeypatch.delenv(name, raising=False)
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in {"AWS_ENDPOINT_URL": endpoint, **keys}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def package(tmp_path):
    """Makes a folder as `infra.build` leaves it, with no code worth mentioning."""

    def make(template):
        (tmp_path / "template.json").write_text(json.dumps(template))
        with zipfile.ZipFile(tmp_path / "deployment.zip", "w") as archive:
            archive.writestr("app.py", "app = None\n")
        return tmp_path

    return make


def _with_a_taken_name():
    """Somebody else's parameter has the name that this template wants for its own."""
    boto3.client("ssm").put_parameter(Name="taken", Value="somebody else's", Type="String")
    url = {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "taken", "Type": "String", "Value": "ours"}}
    return {**ONE_TABLE, "Resources": {**ONE_TABLE["Resources"], "Url": url}}


def _without_people():
    return {**ONE_TABLE, "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t"}}}}


def test_the_real_template_deploys_twice_and_tells_what_a_human_must_do(
    credentials, package, local, capsys, monkeypatch
):
    for name, value in DOMAIN.items():
        monkeypatch.setenv(name, value)
    folder = package(local)
    deploy.deploy("local", folder)
    told = capsys.readouterr().out
    assert "add     PeopleTable AWS::DynamoDB::Table" in told
    assert "Muster is at https://" in told
    assert "SES waits for DKIM and MAIL FROM of example.org" in told
    assert "_dmarc.example.org  TXT" in told
    assert "Nobody is told when something breaks" in told

    for name in DOMAIN:
        monkeypatch.delenv(name)
    deploy.deploy("local", folder)
    told = capsys.readouterr().out
    assert "Nothing to change." in told
    assert "of example.org" in told  # what was given once is remembered


def test_a_domain_without_its_certificate_is_refused(credentials, package, local, monkeypatch):
    monkeypatch.setenv("DOMAIN_NAME", "act.example.org")
    with pytest.raises(Exception, match="needs CertificateArn"):
        deploy.deploy("nocert", package(local))


def test_the_local_stage_does_not_go_to_aws(credentials, package, monkeypatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    with pytest.raises(stack.Failed, match="built for this machine"):
        deploy.deploy("local", package(ONE_TABLE))


def test_the_secret_is_made_once_and_never_again(credentials):
    ssm = boto3.client("ssm")
    assert deploy.make_secret(ssm, "once")
    first = ssm.get_parameter(Name="/muster/once/secret", WithDecryption=True)["Parameter"]
    assert not deploy.make_secret(ssm, "once")
    assert ssm.get_parameter(Name="/muster/once/secret", WithDecryption=True)["Parameter"] == first
    assert (first["Type"], len(bytes.fromhex(first["Value"]))) == ("SecureString", 32)


def test_cloudfront_is_given_the_key_that_the_app_knows_it_by(credentials):
    ssm = boto3.client("ssm")
    deploy.make_secret(ssm, "edge")
    secret = bytes.fromhex(ssm.get_parameter(Name="/muster/edge/secret", WithDecryption=True)["Parameter"]["Value"])
    key = deploy._edge_key(ssm, "edge", {"Parameters": {"EdgeKey": {}}})["EdgeKey"]
    assert key == signing.signer(signing.EDGE, secret)(b"")
    assert deploy._edge_key(ssm, "edge", {"Parameters": {}}) == {}


def test_a_table_is_not_removed_by_a_slip(credentials, package):
    deploy.deploy("slip", package(ONE_TABLE))
    with pytest.raises(stack.Failed, match="would lose what is in People"):
        deploy.deploy("slip", package(_without_people()))
    assert "muster-slip-people" in boto3.client("dynamodb").list_tables()["TableNames"]


def test_a_table_is_removed_when_that_is_meant(credentials, package):
    deploy.deploy("meant", package(ONE_TABLE))
    deploy.deploy("meant", package(_without_people()), allow_loss=True)
    assert "muster-meant-people" not in boto3.client("dynamodb").list_tables()["TableNames"]


def test_after_a_failed_start_one_simply_deploys_again(credentials, package, capsys):
    folder = package(_with_a_taken_name())
    with pytest.raises(stack.Failed, match=r"Url \(AWS::SSM::Parameter\): .*exists"):
        deploy.deploy("taken", folder)
    boto3.client("ssm").delete_parameter(Name="taken")
    deploy.deploy("taken", folder)
    assert "Muster is at" in capsys.readouterr().out
