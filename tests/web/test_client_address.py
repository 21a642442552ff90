"""Where a form came from, as far as CloudFront and API Gateway say so; what a client says of itself stands before that."""

from types import SimpleNamespace

import pytest

from chalicelib.web.requests import client_address


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
    request = SimpleNamespace(headers={"x-forwarded-for": forwarded}, context={"identity": {"sourceIp": source}})
    assert client_address(request) == address


def test_a_call_without_an_identity_has_no_address():
    assert client_address(SimpleNamespace(headers={}, context={})) == ""
