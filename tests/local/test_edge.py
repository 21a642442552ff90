"""What happens to headers between a browser and the API."""

import pytest

from local.edge import inward, outward, plain_cookie


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
