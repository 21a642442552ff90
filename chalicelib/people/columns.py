"""Which column of a file holds what: guessed from its heading and its cells, and for the organizer to change."""

import re
import unicodedata
from collections.abc import Callable, Sequence

from chalicelib.people.email_address import normalise
from chalicelib.people.person import split_name
from chalicelib.plain_text import clean

# What a column may hold. '' is ignored.
MEANINGS = {
    "email": "Email",
    "given_name": "First name",
    "family_name": "Last name",
    "full_name": "Full name",
    "zip_code": "ZIP or postal code",
    "language": "Language",
    "tags": "Tags",
    "": "Do not import",
}

# As spreadsheets and other tools head them, in English and Spanish, without spaces, signs and accents.
_HEADINGS = {
    "email": "email emailaddress emailaddresses mail emailid primaryemail email1 email1value contactemail personalemail"
    " correo correoelectronico direcciondecorreo direcciondecorreoelectronico mailprincipal",
    "given_name": "firstname first givenname forename fname personalname nombre nombres primernombre nombredepila",
    "family_name": "lastname last surname familyname lname secondname apellido apellidos primerapellido",
    "full_name": "name fullname displayname contact contactname person supporter"
    " nombrecompleto nombreyapellido nombreyapellidos nombresyapellidos contacto",
    "zip_code": "zip zipcode zip5 zippostalcode postcode postalcode postal primaryzip homezip homezippostalcode"
    " mailingzip mailingzippostalcode plz cp codigopostal codpostal",
    "language": "language languages lang locale preferredlanguage idioma lengua idiomapreferido",
    "tags": "tags tag taglist labels label groups can2usertags usertags etiqueta etiquetas grupos",
}
_MEANING = {heading: meaning for meaning, headings in _HEADINGS.items() for heading in headings.split()}
_LANGUAGES = {
    "en": "english ingles eng inglesa anglais",
    "es": "spanish espanol castellano spa castilian espagnol",
}
_LANGUAGE = {name: code for code, names in _LANGUAGES.items() for name in names.split()}
_LONGEST = {"given_name": 80, "family_name": 80, "zip_code": 16}
_MADE_SAFE = re.compile("'[ \u00a0\u3000]*[=+@＝＋－＠-]")
_ZIP = re.compile(r"\d{5}(-\d{4})?")


class Wrong(str):
    """Why a row cannot be imported, in plain words."""


def guess(head: Sequence[str], sample: Sequence[Sequence[str]]) -> list[str]:
    """A meaning for each column ('' for none), no meaning twice. Where no heading tells, the cells do."""
    meanings = by_cells([_MEANING.get(plain(heading), "") for heading in head], "email", sample, is_email, least=0.0)
    meanings = by_cells(meanings, "zip_code", sample, lambda cell: bool(_ZIP.fullmatch(cell)), least=0.5)
    meanings = _whole_names(head, meanings, sample)
    return [meaning if meanings.index(meaning) == index else "" for index, meaning in enumerate(meanings)]


def has_heading(first: Sequence[str]) -> bool:
    """True when the first row names the columns, rather than a person."""
    return not any(normalise(cell) for cell in first)


def read_row(cells: Sequence[str], meanings: Sequence[str]) -> dict[str, str] | Wrong:
    """What a row says of a person, by attribute (`email` normalised, `tags` separated by commas); or what is wrong."""
    if any(cells[len(meanings) :]):
        return Wrong("This row has more values than there are columns. A value with a comma must stand in quotes.")
    told = {meaning: cell_text(cell) for meaning, cell in zip(meanings, cells, strict=False) if meaning and cell}
    written = told.get("email", "")
    email = normalise(written)
    if email is None:
        return Wrong("This is not an email address." if written else "There is no email address.")
    if "full_name" in told:
        given_name, family_name = split_name(told.pop("full_name"))
        told = {"given_name": given_name, "family_name": family_name} | told
    for name, longest in _LONGEST.items():
        if len(told.get(name, "")) > longest:
            return Wrong(f"{MEANINGS[name]} is longer than {longest} letters.")
    told["email"] = email
    return told


def language(text: str) -> str:
    """The two-letter code of a language as people write it: `en`, `EN-us`, `Spanish`, `Español`; '' when unknown."""
    letters = plain(text)
    known = _LANGUAGE.get(letters)
    return known or (letters[:2] if re.fullmatch(r"[a-zA-Z]{2}([-_].*)?", text) else "")


def cell_text(cell: str) -> str:
    """What stands in a cell."""
    # Our own exports put an apostrophe before what a spreadsheet would run as a formula.
    cell = cell[1:] if _MADE_SAFE.match(cell) else cell
    # What nearly every cell looks like; `clean` takes ten times as long.
    return cell if cell.isascii() and cell.isprintable() and "  " not in cell else clean(cell)


def plain(heading: str) -> str:
    """Without spaces, signs, capitals and accents."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", heading).lower())


def by_cells(
    meanings: list[str], meaning: str, sample: Sequence[Sequence[str]], fits: Callable[[str], bool], least: float
) -> list[str]:
    """Unless a heading told it rightly, give a meaning to the unnamed column of which the most cells fit."""
    if meaning in meanings and (_share(sample, meanings.index(meaning), fits) or not sample):
        return meanings
    shares = {column: _share(sample, column, fits) for column, known in enumerate(meanings) if not known}
    best = max(shares, key=lambda column: shares[column], default=-1)
    if best < 0 or shares[best] <= least:
        return meanings
    others = ["" if known == meaning else known for known in meanings]
    return [*others[:best], meaning, *others[best + 1 :]]


def _whole_names(head: Sequence[str], meanings: list[str], sample: Sequence[Sequence[str]]) -> list[str]:
    """“Name” beside “Last name” is the first name; “Nombre” alone, with two words in its cells, is the full name."""
    named = {"full_name", "given_name", "family_name"} & set(meanings)
    if named == {"full_name", "family_name"}:
        return ["given_name" if meaning == "full_name" else meaning for meaning in meanings]
    if named == {"given_name"}:
        column = meanings.index("given_name")
        if plain(head[column]) == "nombre" and _share(sample, column, lambda cell: " " in cell) > 0.5:
            return [*meanings[:column], "full_name", *meanings[column + 1 :]]
    return meanings


def _share(sample: Sequence[Sequence[str]], column: int, fits: Callable[[str], bool]) -> float:
    """How many of the filled cells of a column fit, 0 to 1."""
    filled = [row[column] for row in sample if column < len(row) and row[column]]
    return sum(map(fits, filled)) / len(filled) if filled else 0.0


def is_email(cell: str) -> bool:
    return normalise(cell) is not None
