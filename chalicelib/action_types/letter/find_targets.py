"""Finding whom somebody writes to, by their ZIP code: the places first, then those who decide there."""

from chalicelib.action_types.letter import store, target
from chalicelib.action_types.letter.store import TargetList
from chalicelib.action_types.letter.target import Found


def at(target_list: TargetList, zip_code: str) -> Found:
    """Who on the list decides at a ZIP code, as somebody typed it ('' finds those who decide everywhere)."""
    code = target.zip_code(zip_code)
    places = store.places_at(target_list.group, target_list, code) if code else []
    listed = store.targets_under(target_list.group, target_list, target.keys_for(code, places))
    return target.find(code, places, listed)
