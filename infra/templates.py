"""Reads `infra/*.yml` and joins them into the one file that `chalice package --merge-template` takes."""

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent

_LINT = FOLDER / "checkov.yml"  # no resources, but how they are judged

Template = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms: `!Ref`, `!Sub`, `!GetAtt A.B`, `!If` and the like."""


def _short_form(loader: _Loader, tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    else:
        value = loader.construct_sequence(node, deep=True)  # type: ignore[arg-type]
    if tag == "Ref":
        return {"Ref": value}
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _short_form)


def joined() -> Template:
    """All files as one template. Raises ValueError when two files name the same resource."""
    whole: Template = {}
    for file in sorted(set(FOLDER.glob("*.yml")) - {_LINT}):
        for section, entries in yaml.load(file.read_text("utf-8"), _Loader).items():  # noqa: S506  (safe loader)
            known = whole.setdefault(section, {})
            if twice := known.keys() & entries.keys():
                raise ValueError(f"{file.name} names {', '.join(sorted(twice))} again")
            known |= entries
    return whole
