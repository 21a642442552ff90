"""Templates of pages: they may also link our own stylesheets and scripts."""

from functools import cache
from typing import Any

from jinja2 import Environment

from chalicelib import markup, rendering, texts
from chalicelib.web import static

# The build compiles the templates ahead (`infra/build.py`); where that was done they are only run.
COMPILED = rendering.COMPILED


@cache
def environment() -> Environment:
    environment = rendering.environment()
    environment.globals.update(static=static.url, inlined=static.inlined, for_editor=markup.for_editor)
    # The console tells how often somebody gives as donors read it.
    environment.filters.update(often=lambda often: texts.say(texts.FALLBACK, f"gift.often.{often}"))
    return environment


def render(template: str, **values: Any) -> str:
    return environment().get_template(template).render(values)


def render_in(language: str, template: str, **values: Any) -> str:
    """Render with `say`, `say_count` and `number_in` speaking a supporter's language."""
    return render(template, **rendering.in_language(language), **values)
