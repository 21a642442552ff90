"""Every language says everything, with the same holes, and counts as its speakers do."""

import re
from pathlib import Path

import pytest

from chalicelib import texts

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
    sources = [*ROOT.glob("web/public/*.py"), *ROOT.glob("web/templates/**/*"), *ROOT.glob("mailings/*.py")]
    written = "".join(file.read_text("utf-8") for file in sources if file.is_file())
    made_up = ("problem.", "error.", "sign.email", "sign.name", "sign.zip_code", "sign.taken.")
    names = [name for name in texts.texts("en") if not name.startswith(made_up)]
    assert [name for name in names if f'"{name}"' not in written and f"'{name}'" not in written] == []


@pytest.mark.parametrize("language", texts.languages())
def test_the_machine_does_not_shout_or_beg(language):
    said = " ".join(texts.texts(language).values()).lower()
    for word in ("!", "please", "successfully", "por favor", "con éxito"):
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
    assert texts.say_count(language, "sign.taken", count) == said


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "en"), ("es", "es"), ("es-MX,es;q=0.9,en;q=0.8", "es"), ("fr, es", "es"), ("fr", "en"), (";;,,", "en")],
)
def test_the_visitor_is_heard(accepted, language):
    assert texts.best_language(accepted) == language


def test_braces_in_what_people_write_stay_what_they_are():
    assert texts.say("en", "thanks.message", title="{0} {x!r}") == "I signed “{0} {x!r}”. Will you sign too?"
