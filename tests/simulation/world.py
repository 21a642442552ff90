"""A small world: an agenda of what happens when, the services, and the handlers that run in it, one at a time.

`later` puts something on the agenda; `run` takes it off in order of time. A handler gives way at every call (`wait`), so
that whatever else is due happens in between. The agenda holds only plain values, so a world at rest can be copied.
"""

import heapq
import pickle
from collections.abc import Callable
from typing import Any

import app
from simulation import dynamodb, faults, install, schemas
from simulation.history import History
from simulation.invariants import Invariants
from simulation.jobs import Jobs
from simulation.s3 import Files
from simulation.ses import Ses
from simulation.sqs import Queues
from simulation.stripe_side import Stripe
from simulation.tasks import Task

START = 1_800_000_000.0
_SCHEMAS = schemas.schemas()

# Seconds that `.chalice/config.json` gives each function, and what Lambda takes longer to kill it.
TIMEOUTS = {"send_chunks": 120, "take_feedback": 120, "deliver_emails": 60, "record_submissions": 30,
            "plan_mailing": 900, "sweep_mailing": 300, "web": 29}  # fmt: skip

Acts = dict[str, Callable[..., Any]]


class Endless(Exception):
    """The world does not come to rest."""


class World:
    """`acts` are what people do in it, by name: functions of the world that run as tasks of the web Lambda.

    `after <name>` is told what they were answered, None where no answer came.
    """

    def __init__(self, source: faults.Calm, acts: Acts) -> None:
        self.now, self.order, self.ids, self.started = START, 0, 0, 0
        self.faults, self.acts = source, acts
        self.agenda: list[tuple[float, int, str, tuple[Any, ...]]] = []
        self.history = History(START)
        self.running: Task | None = None
        self.tasks: dict[int, Task] = {}
        self.tells_all = False
        # When the call was made that arrives just now, long after its task has gone on.
        self.called_at = START
        self.deferred: dict[int, Callable[[], Any]] = {}
        self.db = dynamodb.Database(_SCHEMAS, source)
        self.sqs, self.jobs, self.s3, self.ses = Queues(self), Jobs(self), Files(), Ses(self)
        self.stripe = Stripe(self)
        self.invariants = Invariants(self)
        # What looks after money, where there is some.
        self.treasury: Any = None
        self.db.watch = self.invariants.written

    # Time

    def later(self, seconds: float, kind: str, *what: Any) -> None:
        self.order += 1
        heapq.heappush(self.agenda, (self.now + seconds, self.order, kind, what))

    def run(self, until: float = START + 5 * 86400, at_rest: bool = False) -> None:
        """Let everything happen until the agenda is empty (or, `at_rest`, until no handler is under way)."""
        while self.agenda:
            if self.agenda[0][0] > until:
                raise Endless(f"still {self.agenda[0][2]} after {until - START:.0f} s")
            self.now, _, kind, what = heapq.heappop(self.agenda)
            getattr(self, f"_do_{kind}")(*what)
            if at_rest and not self.tasks:
                return

    def wait(self, seconds: float) -> None:
        """Called by a task: go on that much later."""
        task = self.running
        assert task is not None
        task.check()
        self.later(seconds, "resume", task.number)
        task.give_way()

    def freeze(self, most: float) -> None:
        """The running Lambda stands still, `most` seconds at most."""
        task = self.running
        assert task is not None
        seconds, outlives = self.faults.stall()
        # The console's Lambda has 29 s, less than a sweep takes to come round: it is not imagined to go on after them.
        task.may_outlive = task.may_outlive or (outlives and not task.name.startswith("web"))
        self.wait(min(seconds, most))

    def new_id(self) -> str:
        self.ids += 1
        return f"{int(self.now * 1000):012x}7{self.ids:019x}"

    def say(self, who: str, what: str) -> None:
        self.history.add(self.now, who, what)

    # Tasks

    def invoke(self, handler: str, event: Any, ended: Callable[[Any, Any], Any], gone: Callable[[], Any]) -> None:
        """Start a handler now. `ended` hears how it ended if it did in time, `gone` that Lambda is done with it."""
        work = getattr(app, handler)
        fault = self.faults.choose(("cold start", "killed at once"), handler)
        if fault == "cold start":
            install.cold_start()
        if fault == "killed at once":
            self.say("Lambda", f"KILLED AT ONCE: {handler}")
            gone()
        else:
            self.start(handler, lambda: work(event, None), ended, gone)

    def start(
        self, name: str, work: Callable[[], Any], ended: Callable[[Any, Any], Any], gone: Callable[[], Any]
    ) -> None:
        self.started += 1
        open_ = [True]

        def over(result: Any, error: BaseException | None) -> None:
            if error is not None:
                self.say(task.name, f"fails: {type(error).__name__} {error}")
            if open_[0]:
                ended(result, error)

        def close() -> None:
            if open_[0]:
                open_[0] = False
                gone()

        task = Task(name, self.started, work, over)
        task.close = close
        self.tasks[task.number] = task
        self.later(TIMEOUTS[name] + self.faults.span(0.0, 1.0), "timeout", task.number)
        self.say(task.name, "starts")
        self._go_on(task)

    def _go_on(self, task: Task) -> None:
        self.running = task
        try:
            task.go_on()
        finally:
            self.running = None
        self._bury(task)

    def _bury(self, task: Task) -> None:
        if task.over and self.tasks.pop(task.number, None):
            self.say(task.name, "is killed" if task.dead else "ends")
            task.close()

    # What the agenda may hold

    def _do_resume(self, number: int) -> None:
        if task := self.tasks.get(number):
            self._go_on(task)

    def _do_timeout(self, number: int) -> None:
        task = self.tasks.get(number)
        if task is None:
            return
        self.say(task.name, "is past its timeout" + (" and goes on" if task.may_outlive else ""))
        task.close()
        if not task.may_outlive:
            self.running = task
            task.kill()
            self.running = None
            self._bury(task)

    def _do_poll(self, queue: str) -> None:
        self.sqs.poll(queue)

    def _do_fire(self, name: str, version: int) -> None:
        self.jobs.fire(name, version)

    def _do_attempt(self, handler: str, payload: str, tried: int) -> None:
        self.jobs.attempt(handler, payload, tried)

    def _do_tell(self, kind: str, way: str, numbers: tuple[int, ...]) -> None:
        self.ses.tell(kind, way, numbers)

    def _do_free_quota(self) -> None:
        self.ses.free_quota()

    def _do_calm(self) -> None:
        self.say("world", "nothing goes wrong any more")
        self.faults.paused = True

    def _do_forge(self, place: int) -> None:
        from simulation import signing  # noqa: PLC0415  (it is about this world)

        self.say("stranger", "forges events")
        signing.forge(self, place)

    def _do_deferred(self, number: int) -> None:
        self.deferred.pop(number)()

    def _do_act(self, name: str, *what: Any) -> None:
        self.say("world", f"{name} {' '.join(map(str, what))}".rstrip())
        act = self.acts[name]
        answer: list[Any] = []

        def gone() -> None:
            if then := self.acts.get(f"after {name}"):
                then(self, answer[0] if answer else None, *what)

        self.start("web", lambda: act(self, *what), lambda result, _error: answer.append(result), gone)

    def _do_outside(self, name: str, *what: Any) -> None:
        """What people do without us: at Stripe, or at their bank."""
        self.say("people", f"{name} {' '.join(map(str, what))}".rstrip())
        self.acts[name](self, *what)

    def _do_hook(self, account: str, event: str, tried: int) -> None:
        self.stripe.bring(account, event, tried)

    def _do_stripe_due(self) -> None:
        self.stripe.fall_due()

    # Copies

    def freeze_state(self) -> bytes:
        assert not self.tasks
        sqs, jobs, ses, rules = self.sqs, self.jobs, self.ses, self.invariants
        return pickle.dumps((
            self.now, self.order, self.ids, self.started, self.agenda, self.db.rows, self.s3.files,
            (sqs.messages, sqs.dead, sqs.running, sqs.trigger_on, sqs.turning_until, sqs.last),
            (jobs.schedules, jobs.dead, jobs.versions),
            (ses.accepted, ses.daily, ses.used, ses.refused, ses.files),
            rules.memory, self.history.told, self.stripe.kept(), self.db.tokens,
        ))  # fmt: skip

    def thaw_state(self, frozen: bytes) -> None:
        sqs, jobs, ses = self.sqs, self.jobs, self.ses
        (
            self.now, self.order, self.ids, self.started, self.agenda, self.db.rows, self.s3.files,
            (sqs.messages, sqs.dead, sqs.running, sqs.trigger_on, sqs.turning_until, sqs.last),
            (jobs.schedules, jobs.dead, jobs.versions),
            (ses.accepted, ses.daily, ses.used, ses.refused, ses.files),
            self.invariants.memory, self.history.told, stripe, self.db.tokens,
        ) = pickle.loads(frozen)  # fmt: skip
        self.stripe.restore(stripe)
        self.db.before.clear()
