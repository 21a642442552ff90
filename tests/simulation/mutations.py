"""Takes the product's guards away, one at a time, and looks whether the simulation notices. Prints the table, writes nothing.

A guard is taken away in the source text, in memory; a patch that finds nothing to change is an error.
"""

import sys
from collections.abc import Callable
from typing import Any, NamedTuple
from unittest.mock import patch

from chalicelib import wire as product_wire
from simulation import explore, giving_guards, giving_stories, install, runner, stories
from simulation.guards import Guard, taken_away
from simulation.scenarios import SCENARIOS
from simulation.world import World

_M = "chalicelib.mailings."
GUARDS = (
    Guard("a chunk is claimed only while pending", _M + "chunk_store:claim", "#st = :pending", "attribute_exists(#m) OR #st = :pending"),
    Guard("a claim recognises its own token", _M + "chunk_store:claim", 'rival.item.get("tok") == token', "False"),
    Guard("only the holder of the token moves a chunk on", _M + "chunk_store:record", "#tok = :token AND #st = :claimed", "#tok <> :token OR #st <> :claimed OR #tok = :token"),
    Guard("only a chunk that nobody moved is settled", _M + "chunk_store:settle", "#tok = :token AND #st = :claimed", "#tok <> :token OR #st <> :claimed OR #tok = :token"),
    Guard("a quarter of an hour of doubt", _M + "survey:_settle", "chunk.deadline + DOUBT_SECONDS > now", "chunk.deadline > now"),
    Guard("no answer is doubt, not refusal", _M + "send:_Batch._hand_over", "except ses.InDoubt as doubt:", 'except ses.InDoubt:\n        return [ses.Answer("later", "")] * len(ready.entries)\n    except ZeroDivisionError as doubt:'),
    Guard("nothing leaves on an old look at subscriptions", _M + "send:_Batch._is_fresh", "now - ready.looked <= _STANDING_SECONDS", "True"),
    Guard("nothing leaves on an old look at the mailing", _M + "send:_Batch._is_fresh", "now - status_at <= _STATUS_SECONDS", "True"),
    Guard("subscriptions are read at the claim", _M + "send:_suppressed", "elif standing != Subscription.SUBSCRIBED:", "elif False:"),
    Guard("deleted people are left out", _M + "send:_suppressed", 'reasons[place] = "deleted"', "continue"),
    Guard("suppressed addresses are left out", _M + "send:_suppressed", "elif hashes[person] in addresses:", "elif False:"),
    Guard("subscriptions are read consistently", "chalicelib.people.store:standings", "consistent=True", "consistent=False"),
    Guard("a single email does not leave on an old look", _M + "deliver:_send_once", "clock.now() - letter.looked > _FRESH_SECONDS", "False"),
    Guard("only the address written to confirms a single email", _M + "email_store:confirm", "#ah = :address", "#ah = :address OR #ah <> :address"),
    Guard("a released mailing cannot be undone", _M + "conduct:undo", "unreleased=True", "unreleased=False"),
    Guard("only open recipients are sent to", _M + "send:_Batch._prepare", "for place in chunk.open if", "for place in range(chunk.size) if"),
    Guard("the sweeper hints again", _M + "hints:_send", "waiting if stalled else [", "[] if stalled else ["),
    Guard("the sweeper arranges its next look", _M + "sweep:look_after", "if mailing.status in (Status.COUNTING, Status.WAITING, Status.SENDING):", "if False:"),
    Guard("the watch is set before the mailing is counting", _M + "conduct:_count", "watch_begin(group, mailing)", "pass"),
    Guard("the sweeper starts a dead planner again", _M + "sweep:_start_again", "mailing.planning_until < clock.now()", "False"),
    Guard("a planner's own run", _M + "plan:_change", "run=mailing.run, ", ""),
    Guard("finished only when every chunk is done", _M + "sweep:_tend", "survey.done == mailing.chunks", "survey.done >= mailing.chunks - 1"),
    Guard("what is late changes the numbers", _M + "feedback:_apply_all", "conduct.watch(*mailing)", "pass"),
    Guard("older numbers are not written over newer ones", _M + "store:change_mailing", "#surveyed <= :surveyed", "#surveyed <> :surveyed OR #id <> :surveyed"),
    Guard("events name the recipient", _M + "feedback:_outcome", "if event.kind in kinds}", "if event.kind in kinds and place == 0}"),
    Guard("events come from our own topic", _M + "feedback:_take", 'message.get("TopicArn") == config.events_topic()', "True"),
    Guard("a bounce of a mailing names the address written to", _M + "feedback:_Audience.place_of", "self.recipients[place].email != event.address", "False"),
    Guard("a bounce of a single email names the person's address", _M + "feedback:_single", "person and person.email == event.address", "person"),
    Guard("live numbers are not trusted at rest", _M + "mailing:Progress.with_sums", "if not mailing.is_summed:", "if True:"),
    Guard("events say that an email was sent", _M + "feedback:_apply", "outcome = _outcome(genuine)", "outcome = _outcome([])"),
    Guard("who waits gets the winner", _M + "mailing:Mailing.words_for", "label == REST or label in self.dropped", "False"),
    Guard("a winner is chosen once", _M + "try_variants:choose", 'still={"winner": ""}', "still={}"),
    Guard("a test ends", _M + "try_variants:is_decided", "mailing.decide_at > clock.now()", "True"),
    Guard("what is reopened is as it was read, and once for each time", _M + "chunk_store:reopen", "#st = :read AND (attribute_not_exists(#tr) OR #tr < :tries)", "(#st = :read OR #st <> :read) AND (attribute_not_exists(#tr) OR #tr <> :tries OR #tr = :tries)"),
    Guard("an organizer's word that arrives late is looked after", _M + "conduct:watch_begin", "_look(group", "abs(0) or (lambda *_: None)(group"),
    Guard("what was stopped goes on only for those who are written to again", _M + "retry:begin", "closed=found.closed or found.status == Status.STOPPED", "closed=False"),
    Guard("a wait for the quota ends", _M + "sweep:_has_room", "quota.has_room", "False"),
    Guard("nobody is claimed before they are due", _M + "chunk_store:claim", "#du <= :now", "#du <> :now"),
    Guard("what is not due does not wait for a sender", _M + "survey:Survey._add_pending", "chunk.due > self.at", "False"),
    Guard("a mailing waits for the next who are due", _M + "sweep:_tend", "if survey.next_due and", "if False and"),
    Guard("a wait for the next who are due ends", _M + "sweep:_waits_for_people", "mailing.resumes_at > clock.now()", "True"),
    Guard("what comes due meanwhile begins a new wave", _M + "hints:_in_a_wave", "survey.last_due <= mailing.surveyed", "True"),
)  # fmt: skip


class Field(NamedTuple):
    """What is guarded, and where the loss of a guard would show: the unharmed product is run through the same first."""

    guards: tuple[Guard, ...]
    stories: tuple[Callable[[Any], World], ...]
    small: tuple[explore.Small, ...]
    scenarios: tuple[str, ...]
    seeds: int = 250


SENDING = Field(GUARDS, stories.STORIES, (explore.SEND,), tuple(name for name in SCENARIOS if name != "giving"))
GIVING = Field(giving_guards.GUARDS, giving_stories.STORIES, (explore.GIFT, explore.MONTHLY), ("giving",), 120)


def main() -> int:
    """Of `giving` or `sending` only, or of the guards of these names."""
    asked = sys.argv[1:]
    fields = {"sending": (SENDING,), "giving": (GIVING,)}.get("".join(asked), (SENDING, GIVING))
    names = [] if asked in (["sending"], ["giving"]) else asked
    with install.installed() as wire:
        print("| guard taken away | noticed | by |\n|---|---|---|", flush=True)
        missed = [missed for field in fields for missed in _missed(wire, field, names)]
        if SENDING in fields and not names and not _told("SES is called once", _retrying(wire)):
            missed.append("SES is called once")
    print(f"{len(missed)} guards bear no load" + "".join(f"\nnot: {name}" for name in missed))
    return 1 if missed else 0


def _missed(wire: Any, field: Field, names: list[str]) -> list[str]:
    chosen = [guard for guard in field.guards if not names or guard.name in names]
    if chosen and not names:
        print(f"| none | {_noticed(wire, field) or 'no'} | nothing is broken |", flush=True)
    return [guard.name for guard in chosen if not _told(guard.name, _without(wire, field, guard))]


def _told(name: str, noticed: str) -> bool:
    print(f"| {name} | {'yes' if noticed else 'NO'} | {noticed} |", flush=True)
    return bool(noticed)


def _without(wire: Any, field: Field, guard: Guard) -> str:
    with taken_away(guard):
        return _noticed(wire, field)


def _retrying(wire: Any) -> str:
    with patch.object(product_wire, "SES", product_wire.SES._replace(tries=3)):
        return _noticed(wire, SENDING)


def _noticed(wire: Any, field: Field) -> str:
    """The first violation, and where; '' when there is none."""
    for story in field.stories:
        if violations := story(wire).invariants.violations:
            return f"`{story.__name__}`: {violations[0]}"
    for small in field.small:
        explorer = explore.Explorer(wire, small=small)
        explorer.explore(1)
        if explorer.found:
            return f"one placed fault: {explorer.found[0].violations[0]}"
    for seed in range(field.seeds):
        for scenario in field.scenarios:
            if violations := runner.one(wire, scenario, seed).violations:
                return f"{scenario}, seed {seed}: {violations[0]}"
    return ""


if __name__ == "__main__":
    sys.exit(main())
