"""The sample group, its organizer, its petition in two languages and a survey. What is there already stays as it is.

Run by `make run` with the product's environment: `python -m local.seed`.
"""

from pathlib import Path
from typing import NamedTuple

from chalicelib.actions import picture, write_page
from chalicelib.actions.draft import read_draft
from chalicelib.network import store as network
from chalicelib.network.group import Group

SAMPLE = Path(__file__).parent / "sample"
ORGANIZER = "organizer@demo.example"
GROUP = "demo"


class Petition(NamedTuple):
    """What an organizer would type into the form; `body` is HTML."""

    slug: str
    language: str
    title: str
    target: str
    picture_alt: str
    thanks: str
    body: str


ENGLISH = Petition(
    slug="save-the-library",
    language="en",
    title="Keep the Riverside Library open",
    target="Riverside city council",
    picture_alt="A small brick library with lit windows beside a river at dusk",
    thanks="The council votes on 12 March. Bring one more person.",
    body="""<p>The city council wants to close the Riverside Library in the spring to save 210,000 a year. That is less
than the city spends on repaving one parking lot.</p>
<p>Every week 1,900 people walk through its doors: children who have no quiet room at home, people looking for work who
have no printer, neighbours who come to read the paper in a warm place.</p>
<h2>What we ask for</h2>
<ul><li>Keep the library open six days a week.</li><li>Fix the roof this year, before it costs three times as much.</li>
<li>Ask the people who use it before anything is decided.</li></ul>
<p>The council votes on 12 March. When 2,000 of us have signed, we will read out the number in the chamber.</p>""",
)

SPANISH = Petition(
    slug="salvemos-la-biblioteca",
    language="es",
    title="Que la Biblioteca Riverside siga abierta",
    target="Concejo municipal de Riverside",
    picture_alt="Una pequeña biblioteca de ladrillo con ventanas iluminadas junto a un río al atardecer",
    thanks="El concejo vota el 12 de marzo. Trae a una persona más.",
    body="""<p>El concejo municipal quiere cerrar la Biblioteca Riverside en primavera para ahorrar 210.000 al año. Es
menos de lo que la ciudad gasta en asfaltar un estacionamiento.</p>
<p>Cada semana 1.900 personas cruzan sus puertas: niños que no tienen un cuarto tranquilo en casa, gente que busca
trabajo y no tiene impresora, vecinos que vienen a leer el periódico en un lugar cálido.</p>
<h2>Qué pedimos</h2>
<ul><li>Que la biblioteca abra seis días a la semana.</li><li>Que se repare el techo este año, antes de que cueste el
triple.</li><li>Que se pregunte a quienes la usan antes de decidir.</li></ul>
<p>El concejo vota el 12 de marzo. Cuando hayamos firmado 2.000 personas, daremos la cifra en voz alta.</p>""",
)


SURVEY = {
    "slug": "what-next",
    "title": "What should the library do next?",
    "body": "<p>The council asks what we want. Five questions at most, two minutes, and everyone’s answers count.</p>",
    "question-0-label": "How often do you come?",
    "question-0-type": "single",
    "question-0-choices": "Every day\nEvery week\nNow and then\nNot yet",
    "question-1-label": "What is missing?",
    "question-1-type": "multiple",
    "question-1-choices": "Longer hours\nMore computers\nA quiet room\nA café",
    "question-2-label": "What else should we know?",
    "question-2-type": "long",
}


class NotSeeded(Exception):
    """The product refused the sample: a bug in one of the two."""


def main() -> None:
    group = _group()
    network.add_organizer(ORGANIZER, group.id)
    for petition in (ENGLISH, SPANISH):
        if network.find_name(f"{GROUP}/{petition.slug}") is None:
            _publish_petition(group, petition)
    if network.find_name(f"{GROUP}/{SURVEY['slug']}") is None:
        _publish(group, "survey", SURVEY)


def _group() -> Group:
    if target := network.find_name(GROUP):
        found = network.find_group(target.group)
    else:
        found = network.create_group(
            GROUP,
            "Friends of Riverside Library",
            accent="#1f6f5c",
            time_zone="America/New_York",
            postal_address="Friends of Riverside Library, 12 River Street, Riverside",
        )
    if found is None:
        raise NotSeeded(f"the name {GROUP} leads to no group")
    return found


def _publish_petition(group: Group, petition: Petition) -> None:
    photo = picture.publish(group.id, (SAMPLE / "library.jpg").read_bytes())
    _publish(group, "petition", {**petition._asdict(), "picture": photo, "goal": "2000"})


def _publish(group: Group, type_name: str, typed: dict[str, str]) -> None:
    page = write_page.begin(group, type_name)
    draft = read_draft(page, typed)
    saved = draft if isinstance(draft, list) else write_page.save(group, page, draft, page.edited)
    published = saved if isinstance(saved, list) else write_page.publish(group, saved)
    if isinstance(published, list):
        raise NotSeeded(f"the {type_name} was refused: {published}")


if __name__ == "__main__":
    main()
