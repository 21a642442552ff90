"""Columns are guessed as a person would, and rows say what they say or what is wrong with them."""

import pytest

from chalicelib.people import columns
from chalicelib.people.columns import Wrong, guess, language, read_row
from chalicelib.web.console import spreadsheet

E, G, F, N, Z, L, T = "email", "given_name", "family_name", "full_name", "zip_code", "language", "tags"


@pytest.mark.parametrize(
    ("head", "meanings"),
    [
        ("Email,First name,Last name,ZIP", [E, G, F, Z]),
        ("E-mail Address;GIVEN_NAME;Surname;Postal Code", [E, G, F, Z]),
        ("Correo electrónico;Nombre;Apellidos;Código postal;Idioma;Etiquetas", [E, G, F, Z, L, T]),
        ("Nombre completo;Correo", [N, E]),
        ("email,first_name,last_name,zip_code,can2_user_tags", [E, G, F, Z, T]),
        ("E-mail 1 - Value,Given Name,Family Name", [E, G, F]),
        ("Name,Last name,Email", [G, F, E]),
        ("Name,Email,Phone,Notes", [N, E, "", ""]),
        ("Email,Email Address,Name", [E, "", N]),
        (",,", ["", "", ""]),
    ],
)
def test_headings_tell_in_english_and_spanish(head: str, meanings: list[str]) -> None:
    assert guess(head.replace(";", ",").split(","), []) == meanings


def test_cells_tell_where_headings_do_not() -> None:
    sample = [["1", "Ada Lovelace", "ada@example.org", "02139"], ["2", "José Núñez", "jose@example.org", "10001-1234"]]
    assert guess(["Column 1", "Column 2", "Column 3", "Column 4"], sample) == ["", "", E, Z]
    assert guess(["", "Nombre", "Contacto principal", ""], sample) == ["", N, E, Z]


def test_a_heading_that_its_cells_contradict_is_not_believed() -> None:
    assert guess(["Email", "Address"], [["yes", "ada@example.org"], ["no", "jose@example.org"]]) == ["", E]


def test_a_list_without_heading_begins_with_a_person() -> None:
    assert columns.has_heading(["Email", "Name"])
    assert not columns.has_heading(["Ada", "ADA@example.org"])


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([" ADA@Example.org ", "Ada", "02139"], {"email": "ada@example.org", "given_name": "Ada", "zip_code": "02139"}),
        (["ada@example.org"], {"email": "ada@example.org"}),
        (["ada@example.org", "", "", "", ""], {"email": "ada@example.org"}),
        (["ada@example.org", "A\u202eda\n  B", ""], {"email": "ada@example.org", "given_name": "A da B"}),
        (["ada@example.org", "=HYPERLINK()", ""], {"email": "ada@example.org", "given_name": "=HYPERLINK()"}),
    ],
)
def test_a_row_says_what_its_filled_cells_say(cells: list[str], told: dict[str, str]) -> None:
    assert read_row(cells, [E, G, Z]) == told


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ([], "There is no email address."),
        (["", "Ada", ""], "There is no email address."),
        (["ada at example.org"], "This is not an email address."),
        (["ada@example.org, bob@example.org"], "This is not an email address."),
        (["ada@example.org", "x" * 81], "First name is longer than 80 letters."),
        (["ada@example.org", "Ada", "x" * 17], "ZIP or postal code is longer than 16 letters."),
        (["ada@example.org", "Ada", "02139", "Countess"], "This row has more values than there are columns."),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(cells: list[str], problem: str) -> None:
    found = read_row(cells, [E, G, Z])
    assert isinstance(found, Wrong)
    assert found.startswith(problem)


def test_a_full_name_is_parted_unless_the_parts_are_given() -> None:
    assert read_row(["a@x.org", "Ada King Lovelace"], [E, N]) == {E: "a@x.org", G: "Ada King", F: "Lovelace"}
    assert read_row(["a@x.org", "Ada Lovelace", "Augusta"], [E, N, G]) == {E: "a@x.org", G: "Augusta", F: "Lovelace"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("en", "en"),
        ("ES", "es"),
        ("pt-BR", "pt"),
        ("es_MX", "es"),
        ("English", "en"),
        ("Español", "es"),
        ("inglés", "en"),
        ("Klingon", ""),
        ("?", ""),
        ("", ""),
    ],
)
def test_languages_are_understood_as_people_write_them(text: str, code: str) -> None:
    assert language(text) == code


@pytest.mark.parametrize("told", ["+ada@example.org", "-ada@example.org", "=ada@example.org", "'ada@example.org"])
def test_an_address_comes_back_from_our_own_file_as_it_was(told: str) -> None:
    """An apostrophe more would make somebody else of her, who never unsubscribed."""
    assert columns.read_row([spreadsheet.safe(told), spreadsheet.safe("=Ada")], ["email", "given_name"]) == {
        "email": told,
        "given_name": "=Ada",
    }
