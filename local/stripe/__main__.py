"""Run the double of Stripe: `python -m local.stripe --port 20200 --state .muster/stripe`. See `--help` for the rest."""

import argparse
import asyncio
import contextlib
import json
import logging
import secrets
import signal
import time
from pathlib import Path
from typing import Any

from local.http11 import serve
from local.stripe.postman import Postman
from local.stripe.server import Double
from local.stripe.world import World

# The world grows, and writing it down takes as long as it is large.
_PAUSE_SECONDS = 5.0


class Keeper:
    """Writes the world down, every few seconds at most and at the end."""

    def __init__(self, path: Path) -> None:
        self.path, self.due = path, 0.0
        self.latest: Any = None

    def keep(self, world: Any) -> None:
        self.latest = world
        if time.monotonic() >= self.due:
            self.write()

    def write(self) -> None:
        if self.latest is not None:
            self.path.with_suffix(".new").write_text(json.dumps(self.latest))
            self.path.with_suffix(".new").replace(self.path)
        self.due = time.monotonic() + _PAUSE_SECONDS


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s stripe %(levelname)s %(message)s")
    options = _read_options()
    options.state.mkdir(parents=True, exist_ok=True)
    keeper = Keeper(options.state / "world.json")
    try:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(_serve(_double(options, keeper), options.port))
    finally:
        keeper.write()


def _double(options: argparse.Namespace, keeper: Keeper) -> Double:
    world = World(lambda: time.time() + double.ahead, lambda prefix: prefix + secrets.token_hex(12), options.public_url)
    double = Double(world, Postman(options.hook, options.secret), keeper.keep)
    if keeper.path.exists():
        world.load(json.loads(keeper.path.read_text()))
    return double


async def _serve(double: Double, port: int) -> None:
    task = asyncio.ensure_future(serve(double.handle, port))
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    await task


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="local.stripe", description="A double of Stripe on 127.0.0.1.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True, help="folder that keeps everything")
    parser.add_argument("--hook", default="", help="where events are posted; without it they are only kept")
    parser.add_argument("--secret", default="whsec_local", help="what events are signed with")
    parser.add_argument("--public-url", default="", help="where visitors find its pages")
    return parser.parse_args()


if __name__ == "__main__":
    main()
