"""The sweeper: looks at a mailing once a minute while it is under way, and is the one who says that it is finished.

The rows of the chunks are the truth, the queue only carries hints. So a lost queue, a dead sender or a lost reply can
delay a recipient, and never lose one.
"""

from chalicelib import clock, lambdas, log
from chalicelib.mailings import conduct, hints, pace, quota_window, retry, ses, store, try_variants
from chalicelib.mailings.mailing import ZONES, Mailing, Status
from chalicelib.mailings.survey import Survey

# So many are told at once that there is more for them; all others find out within a minute.
_TOLD = 10


def run(group: str, mailing: str) -> None:
    found = store.find_mailing(group, mailing, consistent=True)
    if found:
        look_after(found)


def look_after(mailing: Mailing) -> None:
    """Do what the mailing needs now, and look again in a minute if it is not at rest."""
    if mailing.status in (Status.COUNTING, Status.WAITING, Status.SENDING):
        # Before anything else can fail.
        conduct.watch(mailing.group, mailing.id)
    match mailing.status:
        case Status.COUNTING:
            _start_again(mailing)
        case Status.WAITING:
            _try_again(mailing)
        case Status.SENDING:
            _tend(mailing)
        case Status.PAUSED | Status.STOPPED:
            _wind_down(mailing)
        case Status.FINISHED:
            _sum_up_again(mailing)
        case _:
            _let_senders_sleep(mailing)


def _start_again(mailing: Mailing) -> None:
    if mailing.planning_until < clock.now():
        lambdas.start("plan", {"group": mailing.group, "mailing": mailing.id})


def _try_again(mailing: Mailing) -> None:
    if _waits_for_people(mailing):
        # A sweeper that looked before the wait began may have entered it again.
        _let_senders_sleep(mailing)
    elif (mailing.reason == ZONES or _has_room()) and (going := conduct.go_on(mailing)):
        _tend(going)


def _waits_for_people(mailing: Mailing) -> bool:
    """True while it is not SES that it waits for."""
    if mailing.reason == ZONES:
        return mailing.resumes_at > clock.now()
    return mailing.reason == try_variants.WAITS and not try_variants.is_decided(mailing)


def _tend(mailing: Mailing) -> None:
    mailing = retry.reopen(mailing) if mailing.retrying else mailing
    survey = Survey(mailing)
    if survey.done > mailing.swept:
        quota_window.note()
    if survey.done == mailing.chunks:
        _finish(mailing, survey)
        return
    if conduct.trip(mailing, survey.tally):
        return
    survey.pending = try_variants.may_go(mailing, survey.pending)
    if mailing.variants and not (survey.pending or survey.claimed or mailing.winner):
        try_variants.wait(mailing)
        _let_senders_sleep(mailing)
        return
    if survey.next_due and not (survey.pending or survey.claimed):
        _wait_for_zones(mailing, survey)
        _let_senders_sleep(mailing)
        return
    _ask_quota()
    if not (survey.pending or survey.in_work):
        _let_senders_sleep(mailing)  # whoever is in doubt needs nobody's share of the rate
    elif _call_senders(mailing) or mailing.hinted == 0 or survey.done == mailing.swept:
        # Also when nothing has moved: a deployment in between may have put the senders to sleep.
        lambdas.switch_sends(True)
    hints.give(mailing, survey)


def _call_senders(mailing: Mailing) -> bool:
    """True when they were not called for it before. While it can be undone it keeps no part of the rate from others."""
    held = mailing.release_at > clock.now() and not mailing.released
    return pace.expect(mailing.name) if held else pace.enter(mailing.name)


def _wait_for_zones(mailing: Mailing, survey: Survey) -> None:
    """Everybody who is due has been written to: wait for the time of the next."""
    store.change_mailing(
        mailing.group,
        mailing.id,
        when=[Status.SENDING],
        run=mailing.run,
        still={"tries": mailing.tries, "retrying": ""},
        status=Status.WAITING,
        reason=ZONES,
        resumes_at=survey.next_due,
        surveyed=survey.at,
        **survey.numbers,
    )


def _wind_down(mailing: Mailing) -> None:
    """Nothing more is sent; what was in the air when it stopped is still settled."""
    survey = Survey(mailing)
    if mailing.status == Status.PAUSED and survey.done == mailing.chunks:
        _finish(mailing, survey)  # nobody is left to go on to
        return
    _keep(mailing, survey)
    _let_senders_sleep(mailing)
    if survey.claimed:
        conduct.watch(mailing.group, mailing.id)


def _has_room() -> bool:
    quota = _ask_quota()
    return bool(quota and quota.has_room)


def _ask_quota() -> ses.Quota | None:
    """SES's quota, or None when it does not tell (it answers once a second): then all goes on at the rate we know."""
    try:
        return pace.learn()
    except (ses.Throttled, ses.Refused, ses.InDoubt) as error:
        log.failure("quota", error)
        return None


def _finish(mailing: Mailing, survey: Survey) -> None:
    finished = store.change_mailing(
        mailing.group,
        mailing.id,
        when=[Status.SENDING, Status.PAUSED],
        run=mailing.run,
        still={"tries": mailing.tries, "retrying": ""},
        status=Status.FINISHED,
        finished_at=clock.now(),
        surveyed=survey.at,
        **survey.numbers,
    )
    _let_senders_sleep(mailing)
    if finished:
        log.line("mailing finished", mailing=mailing.id, size=mailing.size, **survey.numbers)


def _sum_up_again(mailing: Mailing) -> None:
    """Events that came after the end told more."""
    _keep(mailing, Survey(mailing))
    _let_senders_sleep(mailing)


def _keep(mailing: Mailing, survey: Survey) -> None:
    """Write down what was summed up, unless some are written to again meanwhile."""
    still = {"tries": mailing.tries}
    store.change_mailing(mailing.group, mailing.id, run=mailing.run, still=still, surveyed=survey.at, **survey.numbers)


def _let_senders_sleep(mailing: Mailing) -> None:
    before = pace.leave(mailing.name)
    others = sorted(before - {mailing.name})
    if not others:
        lambdas.switch_sends(False)
        # Another mailing may have entered in between, and found the trigger on.
        if pace.is_anyone_sending():
            lambdas.switch_sends(True)
    elif len(others) < len(before):
        for other in others[:_TOLD]:
            group, _, mailing_id = other.partition("/")
            lambdas.start("sweep", {"group": group, "mailing": mailing_id})
