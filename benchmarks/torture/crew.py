"""Workers kept running: one that is killed is replaced at once, as Lambda does."""

import random
import signal
import subprocess
import sys
import threading
import time

JOBS = ("sends", "sends", "sends", "sends", "feedback", "sweep")


class Crew:
    """Starts the workers for one mailing; `kill_one` takes any of them, also a planner."""

    def __init__(self, group: str, mailing: str, chance: random.Random) -> None:
        self.group, self.mailing, self.chance = group, mailing, chance
        self.workers = [self._start(job) for job in JOBS]
        self.planner = self._start("plan")
        self.killed = 0
        self._ended = threading.Event()
        self._keeper = threading.Thread(target=self._keep_running, daemon=True)
        self._keeper.start()

    def kill_one(self) -> None:
        running = [each for each in [*self.workers, self.planner] if each.poll() is None]
        self.chance.choice(running).send_signal(signal.SIGKILL)
        self.killed += 1

    def kill_planner(self) -> None:
        if self.planner.poll() is None:
            self.planner.send_signal(signal.SIGKILL)
            self.killed += 1

    def end(self) -> None:
        self._ended.set()
        self._keeper.join()
        for worker in [*self.workers, self.planner]:
            worker.kill()
            worker.wait()

    def _keep_running(self) -> None:
        while not self._ended.is_set():
            for place, job in enumerate(JOBS):
                if self.workers[place].poll() is not None:
                    self.workers[place] = self._start(job)
            time.sleep(0.05)

    def _start(self, job: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "benchmarks.torture.worker", job, self.group, self.mailing]
        return subprocess.Popen(command)
