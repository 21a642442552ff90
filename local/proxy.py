"""The same-origin proxy in front of everything: `python -m local.proxy --help`.

It stands where CloudFront and its TLS stand on AWS: /media/* from the bucket, everything else from API Gateway without
its stage in the path. Beside that it holds what exists only here: a welcome page at /, /healthz and /_local/….
"""

import argparse
import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable
from html import escape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from local import aws, gateway
from local.edge import compressed, inward, outward, plain_cookie
from local.http11 import Request, Response, plain, serve
from local.sign_in import Visit, sign_in_again
from local.upstream import Upstream

GATEWAY_SECONDS = 29
LAMBDA_LIMIT = 6 * 1024 * 1024  # what API Gateway can hand to a Lambda
ORGANIZER = "organizer@demo.example"
HTML = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
MEDIA_IN = ("if-none-match", "if-modified-since", "range")
MEDIA_OUT = (
    "content-type",
    "content-length",
    "content-range",
    "accept-ranges",
    "etag",
    "last-modified",
    "cache-control",
)


class Behind(NamedTuple):
    """What stands behind: `api` is the path of the API's stage at the emulator, `media` the bucket of pictures.

    `sessions` is a file that remembers who was signed in here, `no_route` the API's own page for addresses without one.
    """

    url: str
    emulator: Upstream
    ses: Upstream
    stripe: Upstream
    api: str
    media: str
    s3: Any
    sessions: Path
    no_route: Response = plain(404, "There is no such page")


class Proxy:
    def __init__(self, behind: Behind) -> None:
        self.behind = behind

    async def handle(self, request: Request) -> Response:
        path = request.path
        if path.startswith("/_local/"):
            return await self._local(request)
        if path == "/" and request.method in ("GET", "HEAD"):
            return _page(200, "welcome.html")
        if path == "/healthz":
            return await self._health()
        return await self._media(request) if path.startswith("/media/") else await self._product(request)

    async def _product(self, request: Request) -> Response:
        if len(request.body) > LAMBDA_LIMIT:
            return plain(413, "Request Entity Too Large")
        target = request.path + (f"?{request.query}" if request.query else "")
        answer = await self._ask(request.method, target, inward(request.headers, request.client), request.body)
        if gateway.has_no_route(answer):
            return self.behind.no_route
        return compressed(request, answer._replace(headers=outward(answer.headers)))

    async def _ask(self, method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> Response:
        path, mark, query = target.partition("?")
        # The emulator decodes path parameters, API Gateway hands them over encoded: encoded twice, they arrive so.
        through = self.behind.api + path.replace("%", "%25") + mark + query
        try:
            asked = self.behind.emulator.ask(method, through, headers, body)
            return await asyncio.wait_for(asked, GATEWAY_SECONDS)
        except TimeoutError:
            return plain(504, "Endpoint request timed out")
        except OSError:
            return plain(502, "The emulator does not answer. Is `make run` stopping?")

    async def _media(self, request: Request) -> Response:
        """Straight from the bucket, as CloudFront does; the key is the whole path, /media included."""
        if request.method not in ("GET", "HEAD"):
            return plain(405, "Method Not Allowed")
        asked = {"Bucket": self.behind.media, "Key": unquote(request.path[1:])}
        signed = urlsplit(self.behind.s3.generate_presigned_url(f"{request.method.lower()}_object", Params=asked))
        headers = [(name, value) for name, value in request.headers if name in MEDIA_IN]
        answer = await self.behind.emulator.ask(request.method, f"{signed.path}?{signed.query}", headers)
        if answer.status >= 400:
            return plain(404 if answer.status == 403 else answer.status, "No such picture")
        return answer._replace(headers=[(name, value) for name, value in answer.headers if name in MEDIA_OUT])

    async def _local(self, request: Request) -> Response:
        if request.path == "/_local/login":
            return await self._sign_in(request)
        if request.path.startswith("/_local/inbox") or request.path == "/_local/ses":
            target = request.path + (f"?{request.query}" if request.query else "")
            if request.method == "GET":
                return await self.behind.ses.stream(target)
            return await self.behind.ses.ask(request.method, target, [], request.body)
        if request.path.startswith("/_local/stripe"):
            target = request.path + (f"?{request.query}" if request.query else "")
            return await self.behind.stripe.ask(request.method, target, [], request.body)
        return plain(404, "There is no such local page.")

    async def _sign_in(self, request: Request) -> Response:
        email = parse_qs(request.query).get("email", [ORGANIZER])[0]
        visit = Visit(self._ask, self.behind.url, self.behind.ses)
        cookies = await sign_in_again(visit, email, self.behind.sessions)
        if isinstance(cookies, str):
            return _page(502, "not-signed-in.html", reason=cookies)
        headers = [("Location", "/console"), *(("Set-Cookie", plain_cookie(cookie)) for cookie in cookies)]
        return Response(303, [*headers, ("Cache-Control", "no-store")])

    async def _health(self) -> Response:
        asked = {
            "emulator": self.behind.emulator.ask("GET", "/_ministack/health"),
            "ses": self.behind.ses.ask("GET", "/healthz"),
            "stripe": self.behind.stripe.ask("GET", "/healthz"),
            "product": self._ask("GET", "/", [], b""),
        }
        down = [name for name, answer in asked.items() if not await _well(answer)]
        return plain(503, f"down: {', '.join(down)}") if down else plain(200, "up")


async def _well(answer: Awaitable[Response]) -> bool:
    try:
        return (await answer).status < 400
    except OSError:
        return False


def _page(status: int, name: str, **values: str) -> Response:
    text = (Path(__file__).parent / "pages" / name).read_text()
    for key, value in values.items():
        text = text.replace("{" + key + "}", escape(value))
    return Response(status, HTML, text.encode())


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s proxy %(levelname)s %(message)s")
    options = _read_options()
    endpoint = f"http://127.0.0.1:{options.emulator}"
    behind = Behind(
        url=f"http://127.0.0.1:{options.port}",
        emulator=Upstream(options.emulator),
        ses=Upstream(options.ses),
        stripe=Upstream(options.stripe),
        api=options.api,
        media=options.media,
        s3=aws.client("s3", endpoint),
        sessions=options.sessions,
        no_route=gateway.page_for_no_route(options.template),
    )
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_serve(Proxy(behind), options.port))


async def _serve(proxy: Proxy, port: int) -> None:
    task = asyncio.ensure_future(serve(proxy.handle, port))
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    await task


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="local.proxy", description="The proxy in front of the local stack.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--emulator", type=int, required=True, help="port of the emulator")
    parser.add_argument("--ses", type=int, required=True, help="port of the SES double")
    parser.add_argument("--stripe", type=int, required=True, help="port of the double of Stripe")
    parser.add_argument("--api", required=True, help="path of the API's stage: /_aws/execute-api/<id>/<stage>")
    parser.add_argument("--media", required=True, help="bucket of public pictures")
    parser.add_argument("--sessions", type=Path, required=True, help="file that remembers who was signed in here")
    parser.add_argument("--template", type=Path, required=True, help="the deployed template, for the API's own pages")
    return parser.parse_args()


if __name__ == "__main__":
    main()
