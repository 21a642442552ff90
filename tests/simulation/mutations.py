"""Takes the product's guards away, one at a time, and looks whether the simulation notices. Prints the table, writes nothing.

A guard is taken away in the source text, in memory; a patch that finds nothing to change is an error.
"""

import importlib
import inspect
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

from chalicelib import wire as product_wire
from simulation import explore, install, runner, stories
from simulation.scenarios import SCENARIOS

# Enough for every guard to be missed; the unharmed product is run through the same first.
_SEEDS = 250


class Guard(NamedTuple):
    """`where` is `module:function`; what is replaced by what; and what it guards, for the table."""

    name: str
    where: str
    guard: str
    without: str


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


def main() -> int:
    with install.installed() as wire:
        print(
            f"| guard taken away | noticed | by |\n|---|---|---|\n| none | {_noticed(wire, _SEEDS) or 'no'} | nothing is broken |",
            flush=True,
        )
        chosen = [guard for guard in GUARDS if not sys.argv[1:] or guard.name in sys.argv[1:]]
        missed = [guard.name for guard in chosen if not _told(guard.name, _without(wire, guard))]
        if not sys.argv[1:] and not _told("SES is called once", _retrying(wire)):
            missed.append("SES is called once")
    looked_at = len(chosen) + (not sys.argv[1:])
    print(f"{looked_at - len(missed)} of {looked_at} guards bear load" + "".join(f"\nnot: {name}" for name in missed))
    return 1 if missed else 0


def _told(name: str, noticed: str) -> bool:
    print(f"| {name} | {'yes' if noticed else 'NO'} | {noticed} |", flush=True)
    return bool(noticed)


def _without(wire: Any, guard: Guard) -> str:
    with taken_away(guard):
        return _noticed(wire, _SEEDS)


def _retrying(wire: Any) -> str:
    with patch.object(product_wire, "SES", product_wire.SES._replace(tries=3)):
        return _noticed(wire, _SEEDS)


def _noticed(wire: Any, seeds: int) -> str:
    """The first violation, and where; '' when there is none."""
    for story in stories.STORIES:
        if violations := story(wire).invariants.violations:
            return f"`{story.__name__}`: {violations[0]}"
    explorer = explore.Explorer(wire)
    explorer.explore(1)
    if explorer.found:
        return f"one placed fault: {explorer.found[0].violations[0]}"
    for seed in range(seeds):
        for scenario in SCENARIOS:
            if violations := runner.one(wire, scenario, seed).violations:
                return f"{scenario}, seed {seed}: {violations[0]}"
    return ""


@contextmanager
def taken_away(guard: Guard) -> Iterator[None]:
    """The function as it would be without its guard, in its own module."""
    module_name, _, path = guard.where.partition(":")
    module = importlib.import_module(module_name)
    *outer, name = path.split(".")
    owner: Any = getattr(module, outer[0]) if outer else module
    source = textwrap.dedent(inspect.getsource(getattr(owner, name)))
    assert source.count(guard.guard) >= 1, f"{guard.where} no longer holds {guard.guard!r}"
    made: dict[str, Any] = {}
    exec(compile(source.replace(guard.guard, guard.without, 1), guard.where, "exec"), module.__dict__, made)
    with patch.object(owner, name, made[name]):
        yield


if __name__ == "__main__":
    sys.exit(main())
