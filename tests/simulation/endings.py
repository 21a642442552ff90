"""What must be true when a history is over: everything came to rest for a reason, and every number adds up."""

from typing import Any

import msgspec

from chalicelib.dynamo.items import unpack_item
from chalicelib.mailings import clicks, retry, store
from chalicelib.mailings.chunk import Recipient
from chalicelib.mailings.mailing import SUMMED, Mailing
from simulation import signing
from simulation.expressions import Item
from simulation.invariants import places

_read_line = msgspec.json.Decoder(list[Recipient]).decode
_AFTERWARDS = {"delivered": "dv", "bounced": "bo", "complained": "co"}
_RESTING = ("finished", "stopped", "paused", "draft")


def check(world: Any) -> None:
    signing.check(world)
    if world.treasury:
        world.treasury.check()
    for mailing in world.db.all("mailings"):
        _check_rests(world, mailing)
        if mailing["status"]["S"] in ("finished", "stopped", "paused"):
            _check_ends(world, mailing)


def _check_rests(world: Any, mailing: Item) -> None:
    status = mailing["status"]["S"]
    if status not in _RESTING and world.jobs.dead:
        # Three failures of one job in a row: it lies among the dead jobs, and an alarm says so.
        world.invariants.count("left to the alarm: a job failed three times in a row")
    elif status not in _RESTING:
        world.invariants.broken(f"nobody looks after the mailing any more, and it is {status}")
    if status == "paused" and not mailing["reason"]["S"]:
        world.invariants.broken("paused without a reason")


def _check_ends(world: Any, mailing: Item) -> None:
    run = f"{mailing['id']['S']}.{mailing['run']['N']}"
    totals = dict.fromkeys(SUMMED, 0)
    size = 0
    for row in _rows(world, run):
        _check_clicks(world, run, row)
        people = _people(world, mailing, row)
        size += len(people)
        for name, short in _AFTERWARDS.items():
            totals[name] += len(places(row, short))
        totals["hard_bounced"] += sum(why["S"].startswith("Permanent") for why in row["bo"]["M"].values())
        for place, person in enumerate(people):
            end = _end_of(row, place)
            if end:
                totals[end] += 1
                _check_true(world, run, row, place, person, end)
            elif mailing["status"]["S"] == "finished":
                world.invariants.broken(f"{person.email} was lost: the mailing is finished, and they met no end")
    _check_numbers(world, mailing, totals, size)


def _check_numbers(world: Any, mailing: Item, totals: dict[str, int], size: int) -> None:
    """What the screens show is what the rows say."""
    progress = store.progress(msgspec.convert(unpack_item(mailing) | {"group": mailing["g"]["S"]}, Mailing))
    shown = {name: getattr(progress, name) for name in SUMMED}
    if size != int(mailing["size"]["N"]):
        world.invariants.broken(f"the audience was {size}, and {mailing['size']['N']} are shown")
    if shown != totals and (world.jobs.dead or world.sqs.dead["feedback"]):
        world.invariants.count("left to the alarm: numbers that no sweeper could sum")
    elif shown != totals:
        world.invariants.broken(f"{mailing['status']['S']} and shows {shown}, the rows say {totals}")


def _check_clicks(world: Any, run: str, row: Item) -> None:
    """Every click that the queue took stands in the row, and no other."""
    number = int(row["n"]["N"])
    told = {click for name, chunk, click in world.invariants.memory["clicked"] if (name, chunk) == (run, number)}
    known = {clicks.from_number(int(one)) for one in row.get("ck", {}).get("NS", ())}
    if invented := known - told:
        world.invariants.broken(f"chunk {number} knows of clicks that nobody made: {sorted(invented)}")
    if told - known and not world.sqs.dead["feedback"]:
        world.invariants.broken(f"chunk {number} lost clicks: {sorted(told - known)}")


def _check_true(world: Any, run: str, row: Item, place: int, person: Recipient, end: str) -> None:
    """What a row says of a recipient is what really happened."""
    taken = world.invariants.memory["took"].get((run, int(row["n"]["N"]), place), [])
    world.invariants.count(end)
    whose = (row["g"]["S"], person.email)
    # Of a mailing that was stopped, and then sent to those who had been refused, the others get nothing.
    stopped = row["sp"]["M"].get(str(place)) == {"S": retry.STOPPED} and whose[0] in world.invariants.memory["closed"]
    if end == "suppressed" and not stopped and whose not in world.invariants.memory["ever_left"]:
        world.invariants.broken(f"{person.email} was passed over as suppressed, and never left")
    emails = [world.ses.accepted[number] for number in taken]
    if end in ("suppressed", "refused") and any(one.fate != "not rendered" and one.told_at for one in emails):
        world.invariants.broken(f"{person.email} was mailed, and is listed as {end}")
    if len(taken) > 1 and int(row["at"]["N"]) < 2 and end != "unknown":
        world.invariants.broken(f"{person.email} was mailed twice, and nothing shows it")


def _end_of(row: Item, place: int) -> str:
    if str(place) in row["rf"]["M"]:
        return "refused"
    if str(place) in row.get("s", {}).get("NS", ()):
        return "sent"
    if str(place) in row["sp"]["M"]:
        return "suppressed"
    return "unknown" if str(place) in row.get("u", {}).get("NS", ()) else ""


def _rows(world: Any, run: str) -> list[Item]:
    rows = [row for row in world.db.all("chunks") if row["m"]["S"].partition("#")[0] == run]
    return sorted(rows, key=lambda row: int(row["n"]["N"]))


def _people(world: Any, mailing: Item, row: Item) -> list[Recipient]:
    key = f"audiences/{mailing['g']['S']}/{mailing['id']['S']}/{mailing['run']['N']}/{row['f']['N']}.json"
    start, length = int(row["o"]["N"]), int(row["w"]["N"])
    return _read_line(world.s3.files[key][start : start + length])
