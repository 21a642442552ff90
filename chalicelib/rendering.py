"""Jinja, with everything escaped that is HTML. Pages and emails are rendered here; `web/templates.py` adds what only
pages need.
"""

import time
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, ModuleLoader, StrictUndefined, select_autoescape

from chalicelib import texts

# A type of action page has its templates in its own folder.
FOLDERS = (Path(__file__).parent / "web" / "templates", Path(__file__).parent / "action_types")
COMPILED = Path(__file__).parent / "web" / "compiled_templates"


@cache
def environment() -> Environment:
    environment = Environment(
        # Only the text parts of emails are not HTML.
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        loader=ChoiceLoader([ModuleLoader(COMPILED), FileSystemLoader(FOLDERS)]),
    )
    environment.filters.update(number=lambda value: f"{value:,}", iso=_iso, begin=_begin)
    return environment


def render(template: str, **values: Any) -> str:
    return environment().get_template(template).render(values)


def in_language(language: str) -> dict[str, Any]:
    """What a template says things with: `say`, `say_count` and `number_in`, speaking a supporter's language."""
    return {
        "language": language,
        "say": lambda name, **holes: texts.say(language, name, **holes),
        "say_count": lambda name, count, **holes: texts.say_count(language, name, count, **holes),
        "number_in": lambda value: texts.number(language, value),
    }


def _begin(words: str) -> str:
    """As a sentence begins; unlike Jinja's `capitalize`, an RSVP keeps its capitals."""
    return words[:1].upper() + words[1:]


def _iso(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
