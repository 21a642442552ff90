"""The public pages as their visitors find them: each page of the sample, what it says of mistakes, its thanks."""

from typing import NamedTuple

from chalicelib import action_types
from local import seed


class Scene(NamedTuple):
    """`sends`: the form is sent as it is, empty. `status` is what the last answer has."""

    name: str
    path: str
    sends: bool = False
    status: int = 200

    @property
    def is_page(self) -> bool:
        """One that people come to from elsewhere, and search engines may show."""
        return (
            not self.sends
            and self.status == 200
            and not self.path.endswith("/thanks")
            and not self.path.startswith("/embed/")
        )


def all_scenes() -> list[Scene]:
    found = []
    for page in seed.pages():
        path, kind = f"/{seed.GROUP}/{page['slug']}", action_types.of(page["type"])
        name = page["type"] if page["slug"] not in _ALSO else _ALSO[page["slug"]]
        found.append(Scene(name, path))
        if kind.takes_submissions:
            found.append(Scene(f"{name}, mistakes", path, sends=True, status=422))
            found.append(Scene(f"{name}, thanks", f"{path}/thanks"))
    return [
        *found,
        Scene("in another site", f"/embed/{seed.GROUP}/save-the-library/card"),
        Scene("in another site, mistakes", f"/embed/{seed.GROUP}/save-the-library/card", sends=True, status=422),
        Scene("the group", f"/{seed.GROUP}"),
        Scene("no such page", f"/{seed.GROUP}/nothing-here", status=404),
        Scene("leaving with a wrong link", "/u/nobody", status=404),
    ]


# Pages of a type that another page shows already.
_ALSO = {"salvemos-la-biblioteca": "petition in Spanish", "reading-on-the-steps": "event of a campaign"}
