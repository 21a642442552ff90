"""The proxy between a browser and small stand-ins for the API, the double and the bucket."""

import asyncio
import json
import threading

import pytest
import requests

from local import aws, gateway
from local.children import free_port
from local.http11 import Response, plain, serve
from local.proxy import Behind, Proxy
from local.upstream import Upstream


class Served:
    """An asyncio server in a thread; `seen` holds the requests that came."""

    def __init__(self, answer):
        self.port, self.seen, ready = free_port(), [], threading.Event()

        async def handle(request):
            self.seen.append(request)
            answered = answer(request)
            return await answered if asyncio.iscoroutine(answered) else answered

        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=lambda: asyncio.run(serve(handle, self.port, ready.set)), daemon=True).start()
        assert ready.wait(5)


def api(request):
    if request.path.endswith("/cookies"):
        return Response(200, [("Set-Cookie", "__Host-a=1; Secure; Path=/"), ("Set-Cookie", "b=2; Path=/")], b"")
    if request.path.endswith("/broken"):
        return plain(500, "no")
    if request.path.endswith("/no/route/at/all"):
        return Response(403, [("x-amzn-errortype", "MissingAuthenticationTokenException")], b'{"message": "Missing"}')
    return Response(200, [("Content-Type", "application/octet-stream")], request.body or bytes(range(256)))


async def some_pieces():
    for piece in (b"[1", b",2", b"]"):
        yield piece


@pytest.fixture(scope="module")
def product():
    return Served(api)


@pytest.fixture(scope="module")
def url(product, tmp_path_factory):
    double = Served(lambda request: Response(200, [("Content-Type", "application/json")], some_pieces()))
    behind = Behind(
        url="http://127.0.0.1:8000",
        emulator=Upstream(product.port),
        ses=Upstream(double.port),
        stripe=Upstream(double.port),
        api="/_aws/execute-api/abc/api",
        media="pictures",
        s3=aws.client("s3", product.url),
        sessions=tmp_path_factory.mktemp("proxy") / "sessions.json",
    )
    return Served(Proxy(behind).handle).url


def test_pages_come_from_the_api_without_its_stage_in_the_path(url, product):
    assert requests.get(url + "/demo/save-the-library?source=x&source=y").status_code == 200
    assert product.seen[-1].path == "/_aws/execute-api/abc/api/demo/save-the-library"
    assert product.seen[-1].query == "source=x&source=y"


def test_path_parts_arrive_encoded_as_api_gateway_hands_them_over(url, product):
    requests.get(url + "/demo/caf%C3%A9%2Fx")
    assert product.seen[-1].path.endswith("/demo/caf%25C3%25A9%252Fx")


def test_bodies_pass_byte_by_byte_both_ways(url):
    body = bytes(range(256)) * 100
    assert requests.post(url + "/demo/upload", data=body).content == body
    assert requests.get(url + "/static/x/y.bin").content == bytes(range(256))


def test_a_body_sent_in_chunks_arrives_whole(url):
    assert requests.post(url + "/demo/upload", data=iter([b"one ", b"two"])).content == b"one two"


@pytest.mark.parametrize("size", [6 * 1024 * 1024 + 1, 11 * 1024 * 1024])
def test_a_body_beyond_what_aws_takes_is_too_large(url, size):
    assert requests.post(url + "/demo/upload", data=b"x" * size).status_code == 413


def test_cookies_for_https_survive_http_and_go_back_under_their_names(url, product):
    browser = requests.Session()
    browser.get(url + "/cookies")
    assert dict(browser.cookies) == {"host-a": "1", "b": "2"}
    browser.get(url + "/console")
    assert sorted(product.seen[-1].header("cookie").split("; ")) == ["__Host-a=1", "b=2"]


def test_an_address_without_a_route_gets_the_page_that_the_template_words(product, tmp_path):
    page = "<h1>There is no such page</h1>"
    said = {
        "StatusCode": 404,
        "ResponseParameters": {"Headers": {"Content-Type": "'text/html; charset=utf-8'"}},
        "ResponseTemplates": {"text/html": page},
    }
    template = tmp_path / "template.json"
    api = {"Properties": {"GatewayResponses": {"MISSING_AUTHENTICATION_TOKEN": said}}}
    template.write_text(json.dumps({"Resources": {"RestAPI": api}}))
    up, no_route = Upstream(product.port), gateway.page_for_no_route(template)
    behind = Behind("", up, up, up, "/api", "pictures", None, tmp_path / "sessions.json", no_route)
    answer = requests.get(Served(Proxy(behind).handle).url + "/no/route/at/all")
    assert (answer.status_code, answer.text) == (404, page)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_nobody_can_choose_the_address_they_come_from(url, product):
    requests.get(url + "/console", headers={"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"})
    assert product.seen[-1].header("x-forwarded-for") == "127.0.0.1"
    assert product.seen[-1].header("forwarded") == ""


def test_pictures_come_signed_from_the_bucket(url, product):
    assert requests.get(url + "/media/g1/a%20b.jpg").status_code == 200
    assert product.seen[-1].path == "/pictures/media/g1/a%20b.jpg"
    assert "X-Amz-Signature=" in product.seen[-1].query or "Signature=" in product.seen[-1].query


def test_the_inbox_is_handed_on_piece_by_piece(url):
    assert requests.get(url + "/_local/inbox.json").json() == [1, 2]


def test_the_first_page_tells_what_this_is(url):
    page = requests.get(url + "/").text
    for link in ("/demo/save-the-library", "/console", "/_local/login?email=organizer@demo.example", "/_local/inbox"):
        assert f'href="{link}"' in page


def test_health_is_good_when_everything_answers(url):
    assert requests.get(url + "/healthz").status_code == 200


def test_health_names_what_is_down(product, tmp_path):
    down = Upstream(free_port())
    behind = Behind("", Upstream(product.port), down, down, "/api", "pictures", None, tmp_path / "sessions.json")
    answer = requests.get(Served(Proxy(behind).handle).url + "/healthz")
    assert (answer.status_code, answer.text) == (503, "down: ses, stripe\n")


def test_without_the_emulator_a_page_says_so(tmp_path):
    down = Upstream(free_port())
    behind = Behind("", down, down, down, "/api", "pictures", None, tmp_path / "sessions.json")
    assert requests.get(Served(Proxy(behind).handle).url + "/demo/x").status_code == 502
