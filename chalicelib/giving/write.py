"""What donors are written to: receipts, and what becomes of gifts they give again and again."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib import action_types, clock, texts, wall_time
from chalicelib.actions import store as actions
from chalicelib.actions.action_page import ActionPage
from chalicelib.giving import (
    links,
    money,
    recurring_store,
    split_store,
    statement,
    store,
    terms,
)
from chalicelib.giving.donation import Donation, Donor, Often
from chalicelib.giving.recurring import Recurring, Standing
from chalicelib.mailings import emails
from chalicelib.mailings.emails import GiftWords
from chalicelib.mailings.message import Message
from chalicelib.mailings.outbox import GiftNews, GiftWord
from chalicelib.network import store as network
from chalicelib.network.group import Group

Rows = Sequence[tuple[str, str]]


def message(news: GiftNews) -> Message | None:
    """The email, in the language of the page; None when it is not true any more."""
    group = network.find_group(news.group)
    if news.news == GiftWord.STATEMENT:
        return _statement(group, news) if group else None
    donation = store.find(news.person, news.donation)
    if group is None or donation is None:
        return None
    page = actions.find_page(news.group, donation.page) if donation.page else None
    language = donation.language or (page.language if page else group.language)
    if page and donation.tickets:
        words = _of_tickets(news, group, page, donation)
    else:
        words = _words(news, group, donation, language, page.email_text if page else "")
    return emails.gift(group, language, donation.donor.email, words) if words else None


def _words(news: GiftNews, group: Group, donation: Donation, language: str, thanks: str) -> GiftWords | None:
    if news.news == GiftWord.RECEIPT:
        return _receipt(group, donation, language, thanks) if donation.is_given else None
    if news.news == GiftWord.REFUNDED:
        return _refunded(group, donation, language) if news.about == donation.back_word else None
    if news.news == GiftWord.PART:
        return _share(donation, language) if not donation.is_given else None
    if news.news == GiftWord.LINK:
        return _said("link", language, donation, {}, (), link=links.for_donor(donation, clock.now()))
    recurring = recurring_store.find(news.person, news.donation)
    return _of_recurring(news, recurring, donation, language) if recurring else None


def _statement(group: Group, news: GiftNews) -> Message | None:
    """What a donor gave in a year, to the address that they gave last."""
    stated = statement.of_year(store.of_person(news.person), int(news.about), group.time_zone)
    if stated is None:
        return None
    latest, language = stated.gifts[-1], group.language
    shown = {"year": news.about, "group": terms.name_of(group)}
    rows = [(texts.say(language, "gift.yearly.number"), texts.number(language, len(stated.gifts)))]
    for currency, total in stated.totals.items():
        rows.append((texts.say(language, "gift.statement.total"), money.write(total, currency, language)))
    link = f"{links.for_donor(latest, clock.now())}/{news.about}"
    small = terms.of(group).receipt
    return emails.gift(
        group, language, stated.donor.email, _said("yearly", language, latest, shown, rows, link=link, small=small)
    )


def _of_tickets(news: GiftNews, group: Group, page: ActionPage, donation: Donation) -> GiftWords | None:
    """One email is the confirmation and the receipt: whoever paid gets it, whatever they subscribe to."""
    if news.news == GiftWord.RECEIPT:
        return _bought(group, page, donation)
    if news.news != GiftWord.REFUNDED or news.about != donation.back_word:
        return None
    part = donation.refunded < donation.amount
    language = page.language
    shown = {"title": page.title, "group": terms.name_of(group)} | {
        "back": money.write(donation.refunded, donation.currency, language),
        "amount": money.write(donation.amount, donation.currency, language),
    }
    rows = ((texts.say(language, "gift.for"), donation.title), (texts.say(language, "gift.reference"), donation.id))
    return _said("tickets_part" if part else "tickets_back", language, donation, shown, rows)


def _bought(group: Group, page: ActionPage, donation: Donation) -> GiftWords | None:
    bought = action_types.of(page.type).bought(group, page, donation)
    if bought is None:
        return None
    language, asked = page.language, terms.of(group)
    rows = (
        *bought.rows,
        (texts.say(language, "gift.tickets.total"), money.write(donation.amount, donation.currency, language)),
        (texts.say(language, "gift.to"), terms.name_of(group)),
        (texts.say(language, "gift.from"), _name(donation.donor)),
        (texts.say(language, "gift.date"), _day(donation.given_at, language, group.time_zone)),
        (texts.say(language, "gift.reference"), donation.id),
    )
    small = "\n".join(filter(None, (texts.say(language, "gift.tickets.cannot_come", group=group.name), asked.receipt)))
    title = {"title": page.title}
    thanks = page.email_text or texts.say(language, "gift.tickets.text", **title)
    words = "\n".join(filter(None, (thanks, bought.text)))
    return _said("tickets", language, donation, title, rows, link=bought.link, words=words, small=small)


def _receipt(group: Group, donation: Donation, language: str, thanks: str) -> GiftWords:
    asked = terms.of(group)
    shown = {
        "amount": money.write(donation.amount, donation.currency, language),
        "group": terms.name_of(group),
    }
    often = texts.say(language, f"fundraiser.often.{donation.often}")
    rows = [
        (texts.say(language, "gift.amount"), shown["amount"] + (f" · {often}" if donation.often != Often.ONCE else "")),
        (texts.say(language, "gift.for"), donation.title),
        (texts.say(language, "gift.to"), shown["group"]),
        (texts.say(language, "gift.from"), _name(donation.donor)),
        (texts.say(language, "gift.date"), _day(donation.given_at, language, group.time_zone)),
        (texts.say(language, "gift.reference"), donation.id),
    ]
    link = links.for_donor(donation, clock.now())
    return _said("receipt", language, donation, shown, rows, link=link, words=thanks, small=asked.receipt)


def _refunded(group: Group, donation: Donation, language: str) -> GiftWords:
    shown = {
        "back": money.write(donation.refunded, donation.currency, language),
        "amount": money.write(donation.amount, donation.currency, language),
        "date": _day(donation.given_at, language, group.time_zone),
        "group": terms.name_of(group),
    }
    return _said("refunded", language, donation, shown, ((texts.say(language, "gift.reference"), donation.id),))


def _share(donation: Donation, language: str) -> GiftWords | None:
    """A part of a gift to several groups that could not be taken, and a link to give it by itself."""
    split = split_store.find(donation.whole)
    amount = money.write(donation.amount, donation.currency, language)
    return _said("part", language, donation, {"amount": amount}, (), link=links.of_split(split)) if split else None


def _of_recurring(news: GiftNews, recurring: Recurring, donation: Donation, language: str) -> GiftWords | None:
    """A card that was mended since, or a change that was taken back, is not worth a word."""
    shown = {
        "amount": money.write(recurring.amount, recurring.currency, language),
        "often": texts.say(language, f"gift.often.{recurring.often}"),
        "title": recurring.title,
        "card": recurring.card,
        "date": _day(recurring.next_at, language),
        "until": _day(recurring.resumes_at, language),
    }
    link = links.for_donor(recurring, clock.now())
    name = str(news.news)
    if name == "begun" and recurring.standing != Standing.ACTIVE:
        return None
    if name == "failed" and recurring.standing != Standing.FAILING:
        return None
    if name == "changed":
        name = {Standing.ENDED: "ended", Standing.PAUSED: "paused"}.get(recurring.standing, "changed")
    # A bank's debit has none.
    words = texts.say(language, "gift.failed.no_card", **shown) if name == "failed" and not recurring.card else ""
    return _said(name, language, donation, shown, (), link=link, words=words)


def _said(
    name: str,
    language: str,
    donation: Donation,
    shown: Mapping[str, str],
    rows: Rows,
    *,
    link: str = "",
    words: str = "",
    small: str = "",
) -> GiftWords:
    holes: dict[str, Any] = {"title": donation.title} | dict(shown)
    return GiftWords(
        subject=texts.say(language, f"gift.{name}.subject", **holes),
        heading=texts.say(language, f"gift.{name}.heading", **holes),
        text=words or texts.say(language, f"gift.{name}.text", **holes),
        rows=rows,
        button=texts.say(language, f"gift.{name}.button") if link else "",
        link=link,
        small=small,
    )


def _name(donor: Donor) -> str:
    return f"{donor.given_name} {donor.family_name}".strip() or donor.email


def _day(at: float, language: str, zone: str = "UTC") -> str:
    return wall_time.day_at(language, at, zone) if at else ""
