"""Freezing an audience out of a list so long that the planner is nearly taken for dead."""

from mail_flow import join, now, written

from chalicelib import clock
from chalicelib.audiences import find
from chalicelib.audiences.query import Tagged
from chalicelib.mailings import conduct, plan, sweep
from chalicelib.mailings.mailing import Status


def test_a_planner_that_finds_few_people_in_a_long_list_says_that_it_is_alive(aws, group, jobs, monkeypatch):
    join(group, "Ada")
    draft = written(group, Tagged("nobody has this tag"))
    conduct.send_now(group.id, draft.id)
    real_now, real_read, passed, starts = clock.now, find.find_in_shard, [0.0], []

    def read_slowly(*args):
        passed[0] += 4.0  # 256 shards: a quarter of an hour
        if int(passed[0]) % 60 == 0:
            jobs.clear()
            sweep.run(group.id, draft.id)
            starts.extend(job for job, _ in jobs if job == "plan")
        return real_read(*args)

    monkeypatch.setattr(clock, "now", lambda: real_now() + passed[0])
    monkeypatch.setattr(find, "find_in_shard", read_slowly)
    plan.run(group.id, draft.id)
    assert starts == []
    assert now(draft).status == Status.FINISHED
