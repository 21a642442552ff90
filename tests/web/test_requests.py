"""What browsers send is read, whatever else stands beside it."""

from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.web import requests


def request(body: bytes = b"", **headers: str) -> Any:
    return SimpleNamespace(headers={name.replace("_", "-"): value for name, value in headers.items()}, raw_body=body)


@pytest.mark.parametrize(
    "others",
    [
        "",
        "theme=dark",
        'consent={"groups":"1,2"}',
        "a=b c",
        "näme=ä",
        "no sign of equality",
        "=",
        'quoted="x',
        "x[y]=1",
        "a=b=c",
        "expires=Mon, 23 Nov 2026",
    ],
)
def test_a_session_is_found_beside_any_other_cookie(others: str) -> None:
    for line in (
        f"{others}; __Host-session=secret",
        f"__Host-session=secret; {others}",
        f"__Host-session=secret;{others}",
    ):
        assert requests.cookies(request(cookie=line))["__Host-session"] == "secret"


@pytest.mark.parametrize("line", ["", ";", "=", "; ;=", "__Host-session"])
def test_no_cookie_is_no_session(line: str) -> None:
    assert not requests.cookies(request(cookie=line)).get("__Host-session")


def test_a_form_within_a_form_within_a_form_is_no_form() -> None:
    parts = (b"--%d\r\nContent-Type: multipart/x; boundary=%d\r\n\r\n" % (depth, depth + 1) for depth in range(1100))
    with pytest.raises(requests.Malformed):
        requests.form_fields(request(b"".join(parts), content_type="multipart/form-data; boundary=0"))
