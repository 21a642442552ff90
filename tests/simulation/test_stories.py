"""What the simulation once found, told again with the very faults that did it, however the seeds' weather changes."""

import pytest

from simulation import giving_stories, install, stories
from simulation.stories import At, Told


@pytest.fixture(scope="module")
def wire():
    with install.installed() as installed:
        yield installed


@pytest.fixture
def lived(wire):
    return lambda faults, *acts: stories.live(wire, faults, *acts)


@pytest.mark.parametrize("story", stories.STORIES + giving_stories.STORIES)
def test_the_rarest_of_them_end_well(wire, story):
    assert story(wire).invariants.violations == []


@pytest.mark.parametrize(
    ("act", "before"),
    [
        (("send",), ()),
        (("send_at", 30.0), ()),
        (("resume",), ((1.0, "send"), (30.0, "pause"))),
        (("stop",), ((1.0, "send"),)),
    ],
)
def test_a_console_that_dies_between_two_calls_leaves_no_mailing_without_a_watch(lived, act, before):
    for operation in ("UpdateItem", "CreateSchedule", "UpdateSchedule"):
        world = lived(Told(At("web", operation, "killed after", since=99.0)), *before, (100.0, *act))
        assert world.invariants.violations == []


def test_a_sweeper_that_cannot_ask_for_the_quota_looks_again(lived):
    faults = Told(
        *(At("sweep_mailing", "GetAccount", "outage", nth=nth, since=62.0) for nth in (1, 2, 3)), once=("quota gone",)
    )
    world = lived(faults, (1.0, "send"), (100.0, "pause"), (200.0, "resume"), (80_000.0, "stop"))
    assert world.invariants.violations == []


def test_an_email_that_could_not_be_rendered_is_not_shown_as_sent(lived):
    world = lived(Told(always=("not rendered",)), (1.0, "send"))
    (mailing,) = world.db.all("mailings")
    assert (mailing["sent"]["N"], mailing["refused"]["N"]) == ("0", "3")
    assert world.invariants.violations == []


@pytest.mark.parametrize("seconds", [0.5, 2.0, 5.0, 20.0])
def test_an_undo_that_is_slow_on_its_way_does_not_undo_what_has_left(lived, seconds):
    faults = Told(At("web", "UpdateItem", "stalled before", since=60.0, stall=seconds))
    world = lived(faults, (1.0, "send"), (60.5, "undo"), (120.0, "send"))
    assert world.invariants.violations == []
    assert len(world.ses.accepted) == 3


def test_numbers_read_before_a_pause_are_not_written_over_the_final_ones(lived):
    faults = Told(At("sweep_mailing", "UpdateItem", "stalled before", stall=200.0))
    world = lived(faults, (1.0, "send"), (30.0, "pause"), (61.0, "resume"))
    assert world.invariants.violations == []


@pytest.mark.parametrize("fault", ["killed after", "reply lost", "reply cut"])
@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_numbers_of_a_mailing_at_rest_are_those_of_its_rows_whatever_the_live_ones_missed(lived, fault, nth):
    for handler, acts in (("take_feedback", ()), ("send_chunks", ()), ("take_feedback", ((63.0, "stop"),))):
        world = lived(Told(At(handler, "UpdateItem", fault, nth=nth)), (1.0, "send"), *acts)
        assert world.invariants.violations == []


def test_what_is_learned_by_a_worker_that_stood_still_is_summed_too(lived):
    faults = Told(At("take_feedback", "UpdateItem", "stalled before", nth=5, stall=150.0), always=("not rendered",))
    assert lived(faults, (1.0, "send")).invariants.violations == []
