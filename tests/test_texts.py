"""Every language says everything, with the same holes, and counts as its speakers do."""

import re
from pathlib import Path

import pytest

from chalicelib import action_types, texts

ROOT = Path(texts.__file__).parents[1]
OTHERS = [language for language in texts.languages() if language != texts.FALLBACK]


def holes(text):
    return set(re.findall(r"{(\w+)}", text))


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_says_everything_with_the_same_holes(language):
    ours, theirs = texts.texts(texts.FALLBACK), texts.texts(language)
    assert set(ours) == set(theirs)
    assert [name for name in ours if holes(ours[name]) != holes(theirs[name])] == []


@pytest.mark.parametrize("language", texts.languages())
def test_the_files_are_in_order(language):
    lines = (ROOT / f"texts/{language}.json").read_text("utf-8").splitlines()[1:-1]
    names = [line.split('"')[1] for line in lines]
    assert names == sorted(names)


def test_no_text_is_left_over():
    folders = (
        "actions/*.py",
        "web/public/*.py",
        "web/templates/**/*.*",
        "mailings/*.py",
        "giving/*.py",
        "action_types/**/*.*",
        "*.py",
    )
    sources = [file for folder in folders for file in ROOT.glob(folder) if file.suffix in (".py", ".html", ".txt")]
    written = "".join(file.read_text("utf-8") for file in sources)
    # Every type says these under its own name.
    of_types = set(re.findall(r"page\.type(?: ~ \"|\})\.([a-z_]+)", written)) | {"taken.one", "taken.other"}
    made_up = (
        "language.",
        "number.",
        "problem.",
        "error.",
        "field.",
        "email.notice.subject.",
        "email.notice.others.",
        "fundraiser.often.",
        "aid.needs",
        "aid.gives",
        # Said by their name, which is that of the email or of what became of a gift.
        *(
            f"gift.{name}."
            for name in (
                "receipt",
                "refunded",
                "failed",
                "card",
                "begun",
                "changed",
                "paused",
                "ended",
                "link",
                "yearly",
                "part",
            )
        ),
        *(f"gift.{name}." for name in ("tickets", "tickets_back", "tickets_part")),
        "ticketed.given.",
        "split.",
        *("gift.given.", "gift.often.", "gift.state", "gift.employer", "gift.occupation"),
        *(f"{name}.refused." for name in action_types.NAMES),
    )
    names = [name for name in texts.texts("en") if not name.startswith(made_up)]
    types = tuple(f"{name}." for name in action_types.NAMES)
    left = [name for name in names if not (name.startswith(types) and name.partition(".")[2] in of_types)]
    # What is said about a number is called by its name without the form.
    asked = {name: re.sub(r"\.(one|other)$", "", name) for name in left}
    assert [name for name, by in asked.items() if f'"{by}"' not in written and f"'{by}'" not in written] == []


@pytest.mark.parametrize("name", [kind.name for kind in action_types.each() if kind.takes_submissions])
def test_a_type_says_everything(name):
    said = {text.partition(".")[2] for text in texts.texts("en") if text.startswith(f"{name}.")}
    assert {text.partition(".")[2] for text in texts.texts("en") if text.startswith("survey.")} <= said


@pytest.mark.parametrize("language", texts.languages())
def test_the_machine_does_not_shout_or_beg(language):
    said = " ".join(texts.texts(language).values()).lower()
    for word in ("!", "please", "successfully", "por favor", "con éxito"):
        assert word not in said


def test_spanish_quotes_as_spanish_does_and_has_one_word_for_a_thing():
    said = " ".join(texts.texts("es").values()).lower()
    for word in ("“", "”", "donación", "donaciones", "cantidad"):
        assert word not in said


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", 1, "1 person has signed."),
        ("en", 1204, "1,204 people have signed."),
        ("es", 1, "Ha firmado 1 persona."),
        ("es", 1204, "Han firmado 1.204 personas."),
    ],
)
def test_numbers_are_said_as_people_say_them(language, count, said):
    assert texts.say_count(language, "petition.taken", count) == said


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "en"), ("es", "es"), ("es-MX,es;q=0.9,en;q=0.8", "es"), ("fr, es", "es"), ("fr", "en"), (";;,,", "en")],
)
def test_the_visitor_is_heard(accepted, language):
    assert texts.best_language(accepted) == language


def test_braces_in_what_people_write_stay_what_they_are():
    assert texts.say("en", "petition.message", title="{0} {x!r}") == "I signed “{0} {x!r}”. Will you sign too?"


def test_a_language_is_one_file():
    named = re.compile(r"Español|[\"']es[\"']")
    said = {str(file.relative_to(ROOT)) for file in ROOT.rglob("*.py") if named.search(file.read_text("utf-8"))}
    # Which words of spreadsheets mean a language, and a sample of one.
    assert said == {"people/columns.py", "web/console/imports.py"}
