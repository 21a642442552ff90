"""Uploading a list: keep the file, see what its columns hold, and put what it says to where it is found."""

from chalicelib import clock, files
from chalicelib.action_types.letter import columns, list_file, store
from chalicelib.action_types.letter.columns import Kind
from chalicelib.action_types.letter.list_file import Left, Look
from chalicelib.action_types.letter.store import TargetList
from chalicelib.actions.submission import Problem

LONGEST_NAME = 80


def begin(group: str, name: str) -> TargetList:
    made = TargetList(id=clock.new_id(), group=group, name=name[:LONGEST_NAME], created=clock.now())
    store.add(made)
    return made


def keep(target_list: TargetList, kind: Kind, content: bytes) -> None:
    """Keep the file as it came, for a week: whatever is wrong with its columns, nobody uploads it twice."""
    files.put(_key(target_list, kind), content, "text/csv")


def look(target_list: TargetList, kind: Kind) -> Look | str | None:
    """What the file that was kept seems to hold; why it cannot be read; None when there is none."""
    content = files.get(_key(target_list, kind))
    return None if content is None else list_file.look(content, kind)


def take(target_list: TargetList, kind: Kind, meanings: list[str]) -> TargetList | Problem:
    """Make the file that was kept the one in use, its columns holding what `meanings` say; or what is wrong with it."""
    content = files.get(_key(target_list, kind)) or b""
    seen = list_file.look(content, kind)
    if isinstance(seen, str) or len(meanings) != len(seen.heading):
        return Problem("file", "unreadable")
    if columns.missing(kind, meanings):
        return Problem("columns", "missing")
    try:
        return (
            _take_targets(target_list, content, seen, meanings)
            if kind is columns.TARGETS
            else _take_places(target_list, content, seen, meanings)
        )
    except store.TooDense:
        return Problem("file", "too_dense")


def _take_targets(target_list: TargetList, content: bytes, seen: Look, meanings: list[str]) -> TargetList | Problem:
    found = list_file.read_targets(content, seen, meanings)
    if not found.everyone:
        return Problem("file", "nobody")
    everyone = found.everyone.values()
    changes = {
        "targets": store.fill(target_list.group, target_list.id, found.by_key),
        "size": len(everyone),
        "with_email": sum(bool(target.email) for target in everyone),
        "placed": found.placed,
        "parties": list_file.each_value(everyone, "party"),
        "titles": list_file.each_value(everyone, "title"),
        "unreached": found.unreached,
    }
    return _changed(target_list, target_list.targets, changes, found.left, found.left_out)


def _take_places(target_list: TargetList, content: bytes, seen: Look, meanings: list[str]) -> TargetList | Problem:
    found = list_file.read_places(content, seen, meanings)
    if not found.by_zip:
        return Problem("file", "nowhere")
    changes = {
        "places": store.fill(target_list.group, target_list.id, found.by_zip),
        "zip_codes": len(found.by_zip),
    }
    return _changed(target_list, target_list.places, changes, found.left, found.left_out)


def _changed(
    target_list: TargetList, before: str, changes: dict[str, object], left: list[Left], left_out: int
) -> TargetList | Problem:
    told = [f"Line {each.line}: {each.why}" for each in left]
    changed = store.change(target_list.group, target_list.id, left=told, left_out=left_out, **changes)
    if changed is None:
        return Problem("file", "gone")
    store.throw_away(target_list.group, target_list.id, before)
    return changed


def _key(target_list: TargetList, kind: Kind) -> str:
    return f"imports/{target_list.group}/targets-{target_list.id}-{kind.name}.csv"
