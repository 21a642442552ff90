"""oEmbed (https://oembed.com): a website that is given a page's address asks here how to show it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from chalice.app import Blueprint, Request, Response

from chalicelib import config
from chalicelib.actions import share_picture
from chalicelib.actions.find_page import PublicPage
from chalicelib.web import requests, responses
from chalicelib.web.public import action_pages, embed_code
from chalicelib.web.public.embed_look import LOOKS

routes = Blueprint(__name__)


@routes.route("/oembed", methods=requests.READ)
def tell_how_to_embed() -> Response:
    """404 for what is no public page of ours; of the formats that there are, we speak JSON."""
    asked = requests.query(_request())
    if asked.get("format", "json") != "json":
        return responses.data({"error": "Only JSON is spoken here: format=json"}, status=501)
    names = names_in(asked.get("url", ""))
    public = action_pages.find(*names) if names else None
    if public is None:
        return responses.data({"error": "There is no such page here"}, status=404)
    return responses.data(_told(public, asked))


def names_in(url: str) -> tuple[str, str] | None:
    """The public names of group and page in an address of ours, framed or not; None for any other address."""
    try:
        there, here = urlsplit(url), urlsplit(config.public_url())
    except ValueError:
        return None
    if there.scheme not in ("http", "https") or there.netloc.lower() != here.netloc.lower():
        return None
    parts = there.path.removeprefix("/").removesuffix("/").split("/")
    if parts[0] == "embed":
        parts = parts[1:-1] if parts[-1] in LOOKS and len(parts) == 4 else parts[1:]
    return (parts[0], parts[1]) if len(parts) == 2 else None


def _told(public: PublicPage, asked: Mapping[str, str]) -> dict[str, Any]:
    page, group = public.page, public.group
    width = min(embed_code.WIDTH, _limit(asked, "maxwidth"))
    height = min(embed_code.height_of(page), _limit(asked, "maxheight"))
    return {
        "type": "rich",
        "version": "1.0",
        "title": page.title,
        "author_name": group.name,
        "author_url": f"{config.public_url()}/{group.slug}",
        "provider_name": "Muster",
        "provider_url": config.public_url(),
        "html": embed_code.as_frame(group.slug, page, width, height),
        "width": width,
        "height": height,
        **_thumbnail(public, asked),
    }


def _thumbnail(public: PublicPage, asked: Mapping[str, str]) -> dict[str, Any]:
    """Of a picture that an organizer uploaded we do not know the size; one that we drew has to keep to the limits."""
    page, media = public.page, f"{config.public_url()}/media"
    if page.picture:
        return {"thumbnail_url": f"{media}/{page.picture}"}
    width, height = share_picture.WIDTH, share_picture.HEIGHT
    if not page.share_picture or width > _limit(asked, "maxwidth") or height > _limit(asked, "maxheight"):
        return {}
    return {
        "thumbnail_url": f"{media}/{page.share_picture}",
        "thumbnail_width": width,
        "thumbnail_height": height,
    }


def _limit(asked: Mapping[str, str], name: str) -> int:
    """What the website has room for, in pixels; what is no number limits nothing."""
    digits = asked.get(name, "")
    good = digits.isascii() and digits.isdigit() and len(digits) < 8
    return max(1, int(digits)) if good else 10_000_000


def _request() -> Request:
    request: Request = routes.current_request
    return request
