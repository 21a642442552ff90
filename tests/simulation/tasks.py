"""Handlers as tasks that take turns: one runs at a time, and gives way whenever it calls AWS or sleeps."""

from collections.abc import Callable
from typing import Any

from greenlet import getcurrent, greenlet


class Killed(BaseException):
    """The Lambda is gone. Not an Exception: no handler's `except` may see it."""


class Task:
    """One invocation. `ended` is told its result, or the exception it died of, unless it was killed."""

    def __init__(self, name: str, number: int, work: Callable[[], Any], ended: Callable[[Any, Any], None]) -> None:
        self.name, self.number = f"{name}.{number}", number
        self.close: Callable[[], Any] = lambda: None
        self.dead = self.over = False
        # When its call under way was made.
        self.called_at = 0.0
        self.out_until = 0.0
        self.may_outlive = False
        self._work, self._ended = work, ended
        self._body = greenlet(self._run)

    def go_on(self) -> None:
        """Let it run until it gives way. Called by the world alone."""
        if not self.over:
            self._body.switch()

    def kill(self) -> None:
        """It never does anything again; what its `finally` clauses try reaches nobody."""
        if not self.over:
            self.dead = True
            if getcurrent() is self._body:
                raise Killed
            self._body.switch()

    def give_way(self) -> None:
        """Called from inside: back to the world, until it lets us go on."""
        parent = self._body.parent
        assert parent is not None
        parent.switch()
        self.check()

    def check(self) -> None:
        if self.dead:
            raise Killed

    def _run(self) -> None:
        result: Any = None
        error: BaseException | None = None
        try:
            self.check()
            result = self._work()
        except Killed:
            pass
        except Exception as failure:
            error = failure
        self.over = True
        if not self.dead:
            self._ended(result, error)
