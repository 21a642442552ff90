"""Which column of a file of targets or of places holds what: guessed from its heading, and for the organizer to say."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.people.email_address import normalise

# What a column may hold; '' is left out.
_TARGETS = {
    "name": "Name",
    "given_name": "First name",
    "family_name": "Last name",
    "email": "Email",
    "title": "Title or chamber",
    "party": "Party",
    "state": "State",
    "district": "District",
    "zip_codes": "ZIP codes",
    "form": "Contact form",
    "": "Leave out",
}
_PLACES = {"zip_code": "ZIP code", "state": "State", "district": "District", "": "Leave out"}

# Headings without spaces, signs and accents, in English and Spanish; of several that fit, the first named wins.
_STATES = "state stateabbr stateabbreviation stateprovince province region estado provincia"
_DISTRICTS = "district cd districtnumber congressionaldistrict legislativedistrict ward constituency seat distrito"
_ZIPS = "zip zipcode zipcodes zips zip5 zcta zcta5 postcode postcodes postalcode postalcodes cp codigopostal"
_TARGET_HEADINGS = {
    "name": "fullname name officialname displayname target targetname nombrecompleto nombre",
    "given_name": "givenname firstname first nombredepila",
    "family_name": "familyname lastname last surname apellido apellidos",
    "email": "email emailaddress mail officialemail correo correoelectronico",
    "title": "title chamber role position office salutation cargo titulo camara",
    "party": "party politicalparty partyname partido",
    "state": _STATES,
    "district": _DISTRICTS,
    "zip_codes": _ZIPS,
    "form": "contactform webform contactpage contacturl formulario",
}
_PLACE_HEADINGS = {"zip_code": _ZIPS, "state": _STATES, "district": _DISTRICTS}

_ZIP = re.compile(r"[0-9]{5}(-[0-9]{4})?")


class Kind(NamedTuple):
    """A kind of file: what its columns may hold, and what it cannot do without (one of each, in words)."""

    name: str
    meanings: dict[str, str]
    headings: dict[str, str]
    needs: dict[str, tuple[str, ...]]


TARGETS = Kind(
    "targets",
    _TARGETS,
    _TARGET_HEADINGS,
    {"A column with their names": ("name", "given_name", "family_name")},
)
PLACES = Kind(
    "places",
    _PLACES,
    _PLACE_HEADINGS,
    {"A column with ZIP codes": ("zip_code",), "A column with districts, or one with states": ("district", "state")},
)
KINDS = {kind.name: kind for kind in (TARGETS, PLACES)}


def guess(kind: Kind, heading: Sequence[str], sample: Sequence[Sequence[str]]) -> list[str]:
    """A meaning for each column ('' for none), none twice. Addresses and ZIP codes are known by their cells, too."""
    plain = [_plain(cell) for cell in heading]
    meanings = [""] * len(heading)
    for meaning, headings in kind.headings.items():
        column = next((plain.index(each) for each in headings.split() if each in plain), -1)
        if column >= 0 and not meanings[column]:
            meanings[column] = meaning
    known_by_cells = {"email": _is_email, "zip_code": _is_zip}
    for meaning, fits in known_by_cells.items():
        if meaning in kind.meanings and meaning not in meanings:
            free = (column for column, known in enumerate(meanings) if not known)
            found = next((column for column in free if _all(sample, column, fits)), -1)
            meanings = [meaning if column == found else known for column, known in enumerate(meanings)]
    return meanings


def missing(kind: Kind, meanings: Sequence[str]) -> list[str]:
    """What the file lacks, in plain words."""
    return [words for words, one_of in kind.needs.items() if not set(one_of) & set(meanings)]


def has_heading(first: Sequence[str]) -> bool:
    """True when the first row names the columns, rather than somebody or some place."""
    return not any(_is_email(cell) or _is_zip(cell) for cell in first)


def _plain(heading: str) -> str:
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", heading).lower())


def _all(sample: Sequence[Sequence[str]], column: int, fits: object) -> bool:
    filled = [row[column] for row in sample if column < len(row) and row[column]]
    return bool(filled) and callable(fits) and all(map(fits, filled))


def _is_email(cell: str) -> bool:
    return "@" in cell and normalise(cell) is not None


def _is_zip(cell: str) -> bool:
    return bool(_ZIP.fullmatch(cell))
