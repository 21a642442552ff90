"""A donor's statement of one year, to print or to keep. Their own link leads to it, and is as long good for it."""

from chalice.app import Blueprint, Request, Response

from chalicelib import wall_time
from chalicelib.giving import money, statement, store, terms
from chalicelib.giving.donation import Donation
from chalicelib.giving.statement import Statement
from chalicelib.web import requests
from chalicelib.web.public import donor, errors
from chalicelib.web.public.donor import Donor
from chalicelib.web.public.show import PRIVATE, show

routes = Blueprint(__name__)


@routes.route("/g/{token}/{year}")
def show_statement(token: str, year: str) -> Response:
    found, which = donor.find(token), statement.year_of(requests.path_part(year))
    if found is None or which is None:
        return errors.bad_link(_request())
    if not found.fresh:
        return donor.ask_for_link(found)
    stated = statement.of_year(store.of_person(found.gift.person), which, found.group.time_zone)
    return _page(found, stated) if stated else errors.bad_link(_request())


def _page(whose: Donor, found: Statement) -> Response:
    return show(
        whose.language,
        "public/statement.html",
        group=whose.group,
        headers=PRIVATE,
        year=found.year,
        donor=found.donor,
        issuer=terms.name_of(whose.group),
        small=terms.of(whose.group).receipt,
        gifts=[_line(whose, gift) for gift in found.gifts],
        totals=[money.write(total, currency, whose.language) for currency, total in found.totals.items()],
    )


def _line(whose: Donor, gift: Donation) -> tuple[str, str, str]:
    """Day, what for, and what is left of it."""
    day = wall_time.day_at(whose.language, gift.given_at, whose.group.time_zone)
    return day, gift.title, money.write(gift.kept, gift.currency, whose.language)


def _request() -> Request:
    request: Request = routes.current_request
    return request
