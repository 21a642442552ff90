"""What ActBlue tells: an order with its line items, as its webhooks send it and as we keep it. Pure.

The names of the wire are those of secure.actblue.com/docs/webhooks. Of an order only what we keep goes on a queue.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.actions.submission import short_code
from chalicelib.giving import countries
from chalicelib.giving.donation import Donor, Often
from chalicelib.people.email_address import normalise
from chalicelib.plain_text import clean

_LONGEST = 120
_FIRST = datetime(2004, 1, 1, tzinfo=UTC).timestamp()  # ActBlue is no older
_DAY = 86400
_OFTEN = {"weekly": Often.WEEKLY, "monthly": Often.MONTHLY}

_Amount = Annotated[str, Meta(pattern=r"\A[0-9]{1,9}(\.[0-9]{1,2})?\Z")]
_Moment = Annotated[datetime, Meta(tz=True)]
_Id = Annotated[int, Meta(ge=0)] | Annotated[str, Meta(min_length=1, max_length=64)]


class Kind(StrEnum):
    CONTRIBUTIONS = "contributions"
    REFUNDS = "refunds"
    CANCELLATIONS = "cancellations"


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line item: one gift to one committee. Amounts in cents, times in epoch seconds (0: not).

    `place`: 1 for the first payment of a recurring order, 2 for the next. `again`: what is taken after the first.
    """

    id: str
    amount: int
    paid_at: float
    committee: tuple[str, ...]
    refunded_at: float = 0
    place: int = 1
    again: int = 0


class Order(msgspec.Struct, frozen=True, kw_only=True, tag_field="giving", tag="actblue"):
    """`payments`: how many a recurring order has altogether, 0 for no end."""

    group: str
    kind: Kind
    number: str
    at: float
    donor: Donor
    items: tuple[Item, ...]
    often: Often = Often.ONCE
    payments: int = 0
    title: str = ""
    source: str = ""
    referrer: str = ""


class _Employer(msgspec.Struct, frozen=True):
    employer: str | None = None
    occupation: str | None = None


class _Donor(msgspec.Struct, frozen=True, rename="camel"):
    email: str
    firstname: str | None = None
    lastname: str | None = None
    addr1: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    phone: str | None = None
    employer_data: _Employer | None = None


class _Contribution(msgspec.Struct, frozen=True, rename="camel"):
    created_at: _Moment
    order_number: Annotated[str, Meta(min_length=1, max_length=64)]
    contribution_form: str | None = None
    refcode: str | None = None
    refcode2: str | None = None
    refcodes: dict[str, str | None] | None = None
    recurring_period: str | None = None
    recurring_duration: int | str | None = None


class _LineItem(msgspec.Struct, frozen=True, rename="camel"):
    lineitem_id: _Id
    amount: _Amount
    paid_at: _Moment | None = None
    entity_id: _Id | None = None
    fec_id: str | None = None
    refunded_at: _Moment | None = None
    recurring_amount: _Amount | None = None
    sequence: Annotated[int, Meta(ge=0, le=100_000)] | None = None


class _Body(msgspec.Struct, frozen=True):
    donor: _Donor
    contribution: _Contribution
    lineitems: Annotated[list[_LineItem], Meta(min_length=1, max_length=100)]


_decode = msgspec.json.Decoder(_Body).decode


def read(group: str, kind: Kind, body: bytes, now: float) -> Order | None:
    """The order; None for what ActBlue does not send."""
    try:
        told = _decode(body)
    except (msgspec.MsgspecError, ValueError):
        return None
    email = normalise(told.donor.email)
    created = told.contribution.created_at.timestamp()
    if kind != Kind.CANCELLATIONS and not all(each.paid_at for each in told.lineitems):
        return None
    items = tuple(_item(each, created) for each in told.lineitems)
    moments = [created, *(item.paid_at for item in items), *(item.refunded_at or created for item in items)]
    if email is None or not all(_FIRST < moment < now + _DAY for moment in moments):
        return None
    return _order(group, kind, told, email, items)


def _order(group: str, kind: Kind, told: _Body, email: str, items: tuple[Item, ...]) -> Order:
    about = told.contribution
    codes = about.refcodes or {}
    length = str(about.recurring_duration or "")
    return Order(
        group=group,
        kind=kind,
        number=about.order_number,
        at=about.created_at.timestamp(),
        donor=_donor(told.donor, email),
        items=items,
        often=_OFTEN.get((about.recurring_period or "").lower(), Often.ONCE),
        payments=int(length) if length.isascii() and length.isdigit() and len(length) < 6 else 0,
        title=_text(about.contribution_form),
        source=short_code(about.refcode or codes.get("refcode") or ""),
        referrer=short_code(about.refcode2 or codes.get("refcode2") or ""),
    )


def _item(told: _LineItem, created: float) -> Item:
    return Item(
        id=str(told.lineitem_id),
        amount=_cents(told.amount),
        paid_at=told.paid_at.timestamp() if told.paid_at else created,
        committee=tuple(str(each) for each in (told.entity_id, told.fec_id) if each),
        refunded_at=told.refunded_at.timestamp() if told.refunded_at else 0,
        place=told.sequence or 1,
        again=_cents(told.recurring_amount or "0"),
    )


def _donor(told: _Donor, email: str) -> Donor:
    work = told.employer_data or _Employer()
    return Donor(
        email=email,
        given_name=_text(told.firstname),
        family_name=_text(told.lastname),
        phone=_text(told.phone)[:32],
        street=_text(told.addr1),
        city=_text(told.city),
        state=_text(told.state)[:60],
        zip_code=_text(told.zip)[:16],
        country=_country(_text(told.country)),
        employer=_text(work.employer),
        occupation=_text(work.occupation),
    )


def _country(name: str) -> str:
    """Two letters; ActBlue writes names in English."""
    return next((code for code, known in countries.names("en") if name.lower() in (code.lower(), known.lower())), "")


def _cents(amount: str) -> int:
    whole, _, part = amount.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0"))


def _text(told: str | None) -> str:
    return clean(told or "")[:_LONGEST]
