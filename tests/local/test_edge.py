"""What happens to headers between a browser and the API."""

import gzip

import pytest

from local.edge import compressed, inward, outward, plain_cookie
from local.http11 import Request, Response


@pytest.mark.parametrize(
    ("set_by_product", "seen_by_browser"),
    [
        ("__Host-session=a; Path=/; Secure; HttpOnly; SameSite=Lax", "host-session=a; Path=/; HttpOnly; SameSite=Lax"),
        ("__Secure-x=1; secure", "secure-x=1"),
        ("plain=Secure; Path=/", "plain=Secure; Path=/"),
    ],
)
def test_cookies_for_https_only_are_kept_over_http(set_by_product, seen_by_browser):
    assert plain_cookie(set_by_product) == seen_by_browser


def test_a_browser_gives_the_cookies_back_under_their_own_names():
    headers = dict(inward([("cookie", "host-session=a; theme=dark; host-signin=b")], "127.0.0.1"))
    assert headers["cookie"] == "__Host-session=a; theme=dark; __Host-signin=b"


def test_each_of_several_cookies_is_translated():
    headers = outward([("set-cookie", "__Host-a=1; Secure"), ("set-cookie", "__Host-b=2; Secure"), ("x", "Secure")])
    assert headers == [("set-cookie", "host-a=1"), ("set-cookie", "host-b=2"), ("x", "Secure")]


@pytest.mark.parametrize(
    "name", ["x-forwarded-for", "x-forwarded-host", "forwarded", "cloudfront-viewer-address", "host"]
)
def test_nobody_can_pretend_to_come_from_elsewhere(name):
    headers = inward([(name, "203.0.113.9")], "127.0.0.1")
    assert [value for _, value in headers if value == "203.0.113.9"] == []
    assert ("X-Forwarded-For", "127.0.0.1") in headers


def asked(path="/demo/save-the-library", method="GET", takes="gzip, deflate, br"):
    return Request(method, path, "", [("accept-encoding", takes)], b"", "127.0.0.1")


def page(body=b"<p>" * 500, kind="text/html; charset=utf-8", **headers):
    return Response(200, [("Content-Type", kind), ("ETag", '"one"'), *headers.items()], body)


def test_what_cloudfront_compresses_comes_compressed():
    answer = compressed(asked(), page())
    assert gzip.decompress(answer.body) == page().body
    headers = dict(answer.headers)
    assert (headers["Content-Encoding"], headers["Vary"], headers["ETag"]) == ("gzip", "Accept-Encoding", 'W/"one"')


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (asked(takes="identity"), page()),
        (asked(method="POST"), page()),
        (asked("/console/people"), page()),
        (asked(), page(b"x" * 999)),
        (asked(), page(kind="image/jpeg")),
        (asked(), page(**{"Content-Encoding": "br"})),
    ],
)
def test_everything_else_comes_as_it_is(request_, answer):
    assert compressed(request_, answer) == answer
