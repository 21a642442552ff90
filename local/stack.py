"""`make run`: the whole of Muster on this machine, started together and stopped together.

Tests use the same thing: `with Stack(state=tmp_path, ses_rate=5000) as stack: requests.get(stack.url)`.
"""

import contextlib
import hashlib
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from local import aws, by_hand, deploy, emulator
from local.bridge import bridge
from local.children import Child, Died, free_port, own_environment, port_is_free
from local.deploy import STACK, Deployed, Package
from local.folder import BUILD, ROOT, STATE, CannotStart, hold, read_notes, write_notes

MAIL_FROM = "muster@example.org"


@dataclass
class Stack:
    """Emulator, doubles, deployment and proxy on a folder that keeps their data. Start it from the main thread.

    `port` 0 takes any free one. `package` is what `infra.build` made. `ses_rate` is in recipients a second,
    `firehose_seconds` how long common events are gathered. Without `proxy` only what stands behind it is started.
    """

    state: Path
    package: Path = BUILD
    port: int = 0
    ses_rate: float = 300
    ses_daily_quota: float = 1_000_000
    ses_counting: bool = False
    firehose_seconds: float = 5.0
    enforce_iam: bool = True
    proxy: bool = True
    seed: bool = False
    emulator_port: int = field(init=False, default=0)
    ses_port: int = field(init=False, default=0)
    stripe_port: int = field(init=False, default=0)
    deployed: Deployed = field(init=False)
    children: list[Child] = field(init=False, default_factory=list)
    _lock: TextIOWrapper = field(init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def endpoint(self) -> str:
        """The emulator: AWS_ENDPOINT_URL."""
        return f"http://127.0.0.1:{self.emulator_port}"

    @property
    def ses_url(self) -> str:
        return f"http://127.0.0.1:{self.ses_port}"

    @property
    def stripe_url(self) -> str:
        return f"http://127.0.0.1:{self.stripe_port}"

    def __enter__(self) -> "Stack":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self.state = self.state.resolve()
        self._lock = hold(self.state)
        self._choose_ports()
        package = deploy.read_package(self.package)
        self._start_ses()
        self._start_stripe()
        beside = {"AWS_ENDPOINT_URL_SESV2": self.ses_url, "STRIPE_API_BASE": self.stripe_url}
        self.children.append(emulator.start(self.emulator_port, self.state, beside, enforce_iam=self.enforce_iam))
        self._deploy(package)
        if self.proxy:
            self._start_proxy()
        if self.seed:
            self.run("local.seed")

    def stop(self) -> None:
        """The proxy first, the emulator last: it saves what it holds, which takes seconds when that is much."""
        for child in reversed(self.children):
            child.stop()
        self.children.clear()
        with contextlib.suppress(AttributeError):
            self._lock.close()

    def client(self, service: str) -> Any:
        """A botocore client that may do everything."""
        return aws.client(service, self.ses_url if service == "sesv2" else self.endpoint)

    def environment(self) -> dict[str, str]:
        """What product code needs around it to run in process: the deployed functions' own, and where AWS is."""
        lambdas = self.client("lambda")
        found = aws.environment(self.endpoint, self.ses_url, self.stripe_url)
        for name in ("web", "plan-mailing"):
            configuration = lambdas.get_function_configuration(FunctionName=f"{STACK}-{name}")
            found |= configuration.get("Environment", {}).get("Variables", {})
        return found

    def run(self, module: str, *words: str) -> None:
        """Run one of our modules in a process of its own against this stack, to its end."""
        environment = {**own_environment(), **self.environment(), "MUSTER_URL": self.url}
        subprocess.run([sys.executable, "-m", module, *words], env=environment, cwd=ROOT, check=True)

    def died(self) -> Child | None:
        return next((child for child in self.children if child.process.poll() is not None), None)

    def _choose_ports(self) -> None:
        """The same as last time where they are free; the visitors' port is never chosen for them."""
        if self.port and not port_is_free(self.port):
            raise CannotStart(
                f"Port {self.port} is taken by another program. Stop that, or choose another: PORT={self.port + 1}"
            )
        last = read_notes(self.state)
        self.port = self.port or free_port()
        self.emulator_port = free_port(last.get("emulator_port", 0))
        self.ses_port = free_port(last.get("ses_port", 0))
        self.stripe_port = free_port(last.get("stripe_port", 0))

    def _start_ses(self) -> None:
        options = {
            "port": self.ses_port,
            "state": self.state / "ses",
            "rate": self.ses_rate,
            "daily-quota": self.ses_daily_quota,
            "configuration-set": STACK,
            "endpoint": self.endpoint,
            "topic": f"arn:aws:sns:{aws.REGION}:{aws.ACCOUNT}:{STACK}-ses-events",
            "bucket": f"{STACK}-files-{aws.ACCOUNT}",
            "stream": f"{STACK}-ses-events",
            "interval": self.firehose_seconds,
        }
        self._start_own("ses", options, ["--counting"] if self.ses_counting else [], f"{self.ses_url}/healthz")
        ses = aws.client("sesv2", self.ses_url)
        with contextlib.suppress(ses.exceptions.AlreadyExistsException):
            ses.create_email_identity(EmailIdentity=MAIL_FROM.partition("@")[2])

    def _start_stripe(self) -> None:
        """It tells whoever stands at the visitors' port; where nobody does, its events are only kept."""
        options = {"port": self.stripe_port, "state": self.state / "stripe", "public-url": self.url}
        hook = {"hook": f"{self.url}/hooks/stripe"} if self.proxy else {}
        self._start_own("stripe", options | hook, [], f"{self.stripe_url}/healthz")

    def _start_proxy(self) -> None:
        api = self.deployed.resources["RestAPI"]
        stage = self.deployed.template["Resources"]["RestAPI"]["Properties"]["StageName"]
        options = {
            "port": self.port,
            "emulator": self.emulator_port,
            "ses": self.ses_port,
            "stripe": self.stripe_port,
            "api": f"/_aws/execute-api/{api}/{stage}",
            "media": f"{STACK}-media-{aws.ACCOUNT}",
            "sessions": self.state / "sessions.json",
            "template": self.package / "template.json",
        }
        self._start_own("proxy", options, [], self.url)

    def _start_own(self, name: str, options: dict[str, object], flags: list[str], answers_at: str) -> None:
        command = [sys.executable, "-m", f"local.{name}", *flags]
        command += [word for option, value in options.items() for word in (f"--{option}", str(value))]
        child = Child(name, command, {**own_environment(), "PYTHONPATH": str(ROOT)}, self.state)
        self.children.append(child)
        child.wait_until_up(answers_at)

    def _deploy(self, package: Package) -> None:
        """Only what changed since the last start; the bridges always, for they cost little."""
        parameters = {"Stage": "local", "PublicUrl": self.url, "MailFrom": MAIL_FROM}
        wanted = hashlib.sha256(f"{package.digest} {sorted(parameters.items())}".encode()).hexdigest()
        before = deploy.status(self.endpoint)
        if before in deploy.DONE and read_notes(self.state).get("deployed") == wanted:
            self.deployed = deploy.find(self.endpoint, package)
        else:
            self.deployed = deploy.deploy(self.endpoint, package, parameters)
        bridge(self.endpoint, self.deployed, created=before is None)
        ports = {name: getattr(self, name) for name in ("emulator_port", "ses_port", "stripe_port")}
        write_notes(self.state, {"deployed": wanted, **ports})


def main() -> None:
    by_hand.started(_run)


def from_environment() -> Stack:
    return Stack(
        state=STATE,
        port=int(os.environ.get("PORT") or 8000),
        ses_rate=float(os.environ.get("SES_RATE") or 300),
        ses_daily_quota=float(os.environ.get("SES_DAILY_QUOTA") or 1_000_000),
        seed=True,
    )


def _run() -> None:
    by_hand.build()
    with from_environment() as stack:
        by_hand.say(by_hand.READY.format(url=stack.url))
        while not (child := stack.died()):
            time.sleep(0.5)
        raise Died(f"{child.name} ended by itself. Its last words are in {child.log}.")


if __name__ == "__main__":
    main()
