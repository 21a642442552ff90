"""Where a form came from, as far as CloudFront and API Gateway say so; what a client says of itself stands before that."""

from types import SimpleNamespace

import pytest

from chalicelib import config, signing
from chalicelib.web.requests import client_address

SECRET = bytes(32)
KEY = signing.signer(signing.EDGE, SECRET)(b"")


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    monkeypatch.setattr(config, "secret", lambda: SECRET)


def request_of(forwarded, source="", key=KEY):
    headers = {"x-forwarded-for": forwarded, "x-muster-edge": key}
    return SimpleNamespace(headers=headers, context={"identity": {"sourceIp": source}})


@pytest.mark.parametrize(
    ("forwarded", "source", "address"),
    [
        ("203.0.113.9, 130.176.1.1", "130.176.1.1", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9, 130.176.1.1", "130.176.1.1", "203.0.113.9"),
        ("6.6.6.6,, ,203.0.113.9,130.176.1.1", "130.176.1.1", "203.0.113.9"),
        ("2001:db8::1, 130.176.1.1", "130.176.1.1", "2001:db8::1"),
        ("203.0.113.9", "203.0.113.9", "203.0.113.9"),
        ("", "203.0.113.9", "203.0.113.9"),
        ("", None, ""),
        (" , ", "", ""),
    ],
)
def test_the_visitors_address(forwarded, source, address):
    assert client_address(request_of(forwarded, source)) == address


@pytest.mark.parametrize(
    "key", ["", "none", "x", "é", KEY[:-1], KEY + "A", signing.signer("edge", bytes(31) + b"1")(b"")]
)
def test_who_goes_behind_cloudfronts_back_cannot_name_an_address(key):
    assert client_address(request_of("6.6.6.6, 203.0.113.9", key=key)) == "203.0.113.9"


def test_a_call_without_an_identity_has_no_address():
    assert client_address(SimpleNamespace(headers={}, context={})) == ""
