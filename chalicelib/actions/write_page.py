"""How organizers make action pages: begin, save, publish, close and open again, duplicate."""

from collections.abc import Iterable

import msgspec

from chalicelib import clock
from chalicelib.action_types import of
from chalicelib.actions import share_picture, store
from chalicelib.actions.action_page import ActionPage, Status, slug_from
from chalicelib.actions.draft import Draft
from chalicelib.actions.question import Question
from chalicelib.actions.submission import Problem
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.people import field_store
from chalicelib.people.custom_field import CustomField

_SIMILAR = 10
_CHANGED = Problem("opened", "changed")


def begin(group: Group, type_name: str) -> ActionPage:
    """A new draft with nothing written yet."""
    now = clock.now()
    page = ActionPage(
        id=clock.new_id(), group=group.id, type=type_name, language=group.language, created=now, edited=now
    )
    store.add_page(page)
    return page


def save(group: Group, page: ActionPage, draft: Draft, opened: float, hand: str = "") -> ActionPage | list[Problem]:
    """Write what changed. An earlier address keeps leading to the page.

    `opened` is `page.edited` as it was when the form was opened: when someone else saved since, that is a problem to
    show first (of the field `opened`). Not so when it was this very form, `hand`, whose answer was lost on the way.
    """
    if opened != page.edited and not (hand and hand == page.hand):
        return [_CHANGED]
    if page.status != Status.DRAFT and (missing := not_ready(page, draft)):
        return missing
    if wrong := _keep_fields(group.id, draft.questions):
        return wrong
    slug = draft.slug or page.slug
    if draft.slug and not _claim(group, page.id, [draft.slug]):
        return [Problem("slug", "taken")]
    written = msgspec.to_builtins(draft) | {"slug": slug}
    if page.status != Status.DRAFT and not draft.picture:
        written["share_picture"] = share_picture.made(group, page, draft.title)
    return _changed(store.change_page(group.id, page.id, edited=page.edited, hand=hand, **written))


def publish(group: Group, page: ActionPage) -> ActionPage | list[Problem]:
    """Let people act, under an address made of the title where it has none; or say what must be mended first."""
    if problems := not_ready(page):
        return problems
    slug = page.slug or _claim(group, page.id, _similar(slug_from(page.title), page.id))
    if not slug:
        return [Problem("slug", "unknown")]
    drawn = page.share_picture if page.picture else share_picture.made(group, page, page.title)
    published = str(Status.PUBLISHED)
    return _changed(store.change_page(group.id, page.id, status=published, slug=slug, share_picture=drawn))


def close(group: str, page: str) -> ActionPage | None:
    """Let nobody act any more; the page stays to be read. None when there is no such page."""
    closed = store.change_page(group, page, status=str(Status.CLOSED))
    if closed:
        of(closed.type).changed(closed)
    return closed


def duplicate(page: ActionPage) -> ActionPage:
    """A new draft with the same words and questions, and an address of its own."""
    now, kind = clock.now(), of(page.type)
    own = msgspec.to_builtins(kind.copied(kind.settings_of(page)))
    copy = msgspec.structs.replace(
        page, id=clock.new_id(), slug="", status=Status.DRAFT, created=now, edited=now, hand="", own=own, tandem=False,
        questions=tuple(question for question in page.questions if not question.removed),
    )  # fmt: skip
    store.add_page(copy)
    return copy


def not_ready(page: ActionPage, draft: Draft | None = None) -> list[Problem]:
    """What keeps a page, or what it would become, from being shown."""
    if draft:
        page = msgspec.structs.replace(page, **{name: getattr(draft, name) for name in draft.__struct_fields__})
    return [*([] if page.title else [Problem("title", "missing")]), *of(page.type).not_ready(page)]


def _changed(page: ActionPage | None) -> ActionPage | list[Problem]:
    if page is None:
        return [_CHANGED]
    of(page.type).changed(page)
    return page


def _keep_fields(group: str, questions: Iterable[Question]) -> list[Problem]:
    """Write down the custom fields that these questions are kept in; a known one keeps its type."""
    kept = [question for question in questions if question.field and not question.removed]
    known = {field.id: field for field in field_store.fields_of(group)} if kept else {}
    if any(question.field in known and known[question.field].type != question.type for question in kept):
        return [Problem("questions", "type_fixed")]
    for question in kept:
        if question.field not in known and question.label:
            field_store.add(_field(group, question))
    return []


def _field(group: str, question: Question) -> CustomField:
    return CustomField(
        id=question.field,
        group=group,
        label=question.label,
        type=str(question.type),
        created=clock.now(),
        choices=question.choices,
    )


def _claim(group: Group, page: str, wanted: list[str]) -> str:
    target = network.Target(group.id, page)
    return next((slug for slug in wanted if network.claim_name(f"{group.slug}/{slug}", target)), "")


def _similar(slug: str, page: str) -> list[str]:
    """Addresses to try in turn; however many pages have this title, the last is free."""
    if not slug:
        return []
    return [slug, *(f"{slug[:76]}-{number}" for number in range(2, _SIMILAR)), f"{slug[:68]}-{page[-10:]}"]
