"""What the columns of a file of past gifts hold, and what a row of it says: a gift, or what is wrong with it. Pure."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from chalicelib.giving import money
from chalicelib.giving.donation import Often
from chalicelib.people import columns
from chalicelib.people.columns import Wrong
from chalicelib.people.email_address import normalise
from chalicelib.people.person import split_name

# What a column may hold. '' is ignored.
MEANINGS = {
    "email": "Email",
    "amount": "Amount",
    "date": "Date",
    "currency": "Currency",
    "often": "How often",
    "source": "Source code",
    "reference": "Reference or id of the gift",
    "name": "Full name",
    "given_name": "First name",
    "family_name": "Last name",
    "": "Do not upload",
}
NEEDED = ("email", "amount", "date")

# Not the number of an order: all gifts of a recurring donation may have the same, and are not one gift.
_HEADINGS = {
    "email": "email emailaddress donoremail mail contactemail correo correoelectronico",
    "amount": "amount gift giftamount donation donationamount total value grossamount importe monto cantidad donativo",
    "date": "date giftdate donationdate paidat datepaid paymentdate receiveddate datereceived created createdat"
    " timestamp fecha fechadedonacion",
    "currency": "currency currencycode moneda divisa",
    "often": "howoften frequency recurrence recurring recurringperiod recurrencetype interval frecuencia periodicidad",
    "source": "source sourcecode refcode referencecode utmsource campaign fuente origen",
    "reference": "reference id giftid donationid transactionid lineitemid paymentid referencia",
    "name": "name fullname donor donorname nombrecompleto donante",
    "given_name": "firstname givenname donorfirstname nombre",
    "family_name": "lastname familyname surname donorlastname apellido apellidos",
}
_MEANING = {heading: meaning for meaning, headings in _HEADINGS.items() for heading in headings.split()}
_OFTEN_WORDS = {
    Often.ONCE: "once onetime single onetimegift no false unavez unica",
    Often.WEEKLY: "weekly week everyweek semanal",
    Often.MONTHLY: "monthly month everymonth mensual",
    Often.QUARTERLY: "quarterly quarter everyquarter trimestral",
    Often.YEARLY: "yearly year annual annually everyyear anual",
}
_OFTEN = {word: often for often, words in _OFTEN_WORDS.items() for word in words.split()}

_LARGEST = 10**11
_EARLIEST = date(1970, 1, 1)
_LONGEST = {"name": 160, "given_name": 80, "family_name": 80, "reference": 200}
# Twenty-five and a bit, or twenty-five thousand.
_UNCLEAR = re.compile(r"\D*\d{1,3}\.\d{3}\D*")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_PARTED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?: .*)?")


class PastGift(NamedTuple):
    """`day`: the day it was given; `amount` in minor units of `currency`."""

    email: str
    amount: int
    currency: str
    day: date
    often: Often = Often.ONCE
    source: str = ""
    reference: str = ""
    given_name: str = ""
    family_name: str = ""

    @property
    def at(self) -> float:
        """Noon in UTC: the same day almost everywhere, and the same moment whatever zone a group is in by then."""
        return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC).timestamp()


class Reading(NamedTuple):
    """How a file is read: what its columns hold, the currency where none is said, whether days come before months."""

    meanings: Sequence[str]
    currency: str
    day_first: bool
    today: date


def guess(head: Sequence[str], sample: Sequence[Sequence[str]]) -> list[str]:
    """A meaning for each column ('' for none), no meaning twice."""
    named = [_MEANING.get(columns.plain(heading), "") for heading in head]
    named = columns.by_cells(named, "email", sample, columns.is_email, least=0.0)
    named = columns.by_cells(named, "date", sample, lambda cell: read_day(cell, day_first=False) is not None, least=0.5)
    return [meaning if named.index(meaning) == place else "" for place, meaning in enumerate(named)]


def guess_day_first(sample: Sequence[Sequence[str]], column: int) -> bool:
    """True when dates of this column make sense only with the day before the month."""
    cells = [row[column] for row in sample if column < len(row)]
    months = [int(match[2]) for cell in cells if (match := _PARTED.fullmatch(cell))]
    points = [cell for cell in cells if _PARTED.fullmatch(cell) and "." in cell]
    firsts = [int(match[1]) for cell in cells if (match := _PARTED.fullmatch(cell))]
    return bool(points) or (max(firsts, default=0) > 12 >= max(months, default=0))


def read_row(cells: Sequence[str], how: Reading) -> PastGift | Wrong:
    if any(cells[len(how.meanings) :]):
        return Wrong("This row has more values than there are columns. An amount with a comma must stand in quotes.")
    pairs = zip(how.meanings, cells, strict=False)
    told = {meaning: columns.cell_text(cell) for meaning, cell in pairs if meaning and cell}
    email = normalise(told.get("email", ""))
    if email is None:
        return Wrong("This is not an email address." if told.get("email") else "There is no email address.")
    for name, longest in _LONGEST.items():
        if len(told.get(name, "")) > longest:
            return Wrong(f"{MEANINGS[name]} is longer than {longest} letters.")
    return _gift(email, told, how)


def read_day(text: str, *, day_first: bool) -> date | None:
    """`2024-03-05`, `03/05/2024` or `5.3.2024`, with or without a time, which is left out; None for what is none."""
    if match := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _PARTED.fullmatch(text):
        first, second, year = (int(part) for part in match.groups())
        day, month = (first, second) if day_first else (second, first)
    else:
        return None
    try:
        return date(year, month, day) if text.isascii() else None
    except ValueError:
        return None


def _gift(email: str, told: dict[str, str], how: Reading) -> PastGift | Wrong:
    currency = told.get("currency", how.currency).upper()
    if currency not in money.CURRENCIES:
        return Wrong("This currency is not known here. Write letters like USD.")
    amount = _amount(told.get("amount", ""), currency)
    if isinstance(amount, Wrong):
        return amount
    day = _day(told.get("date", ""), how)
    if isinstance(day, Wrong):
        return day
    often = _OFTEN.get(columns.plain(told["often"])) if "often" in told else Often.ONCE
    if often is None:
        return Wrong("How often is not said as once, weekly, monthly, quarterly or yearly.")
    given_name, family_name = split_name(told.get("name", ""))
    return PastGift(
        email=email,
        amount=amount,
        currency=currency,
        day=day,
        often=often,
        source=told.get("source", ""),
        reference=told.get("reference", ""),
        given_name=told.get("given_name", given_name),
        family_name=told.get("family_name", family_name),
    )


def _amount(text: str, currency: str) -> int | Wrong:
    if not text:
        return Wrong("There is no amount.")
    if money.CURRENCIES[currency].places and _UNCLEAR.fullmatch(text):
        return Wrong("Three digits behind the point: this may be a thousand times more or less. Write 1000 or 1.00.")
    amount = money.read(text, currency)
    if amount is None:
        return Wrong(f"This is not an amount in {currency}. Write 25 or 25.50; what was given back is left out.")
    return amount if 0 < amount <= _LARGEST else Wrong("The amount is nothing, or too large to be a gift.")


def _day(text: str, how: Reading) -> date | Wrong:
    day = read_day(text, day_first=how.day_first)
    if day is None:
        return Wrong("This is not a date like 2024-03-05." if text else "There is no date.")
    if day > how.today:
        return Wrong("This day has not come yet.")
    return day if day >= _EARLIEST else Wrong("This day is before 1970.")
