"""What tests share: the product's code in process against the emulator, with the tables and queues of the real template.

Rules need none of this. Flows ask for `aws`; each makes a group of its own, so nothing is ever cleaned up between them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cloud import Cloud
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from chalicelib import aws as doors
from chalicelib import config
from chalicelib.giving.stripe_gateway import client
from local import bare
from local.stack import Stack


class ByFile(LoadScopeScheduling):
    """Side by side (`make test`), a file stays together; and so does whatever needs the one deployed stack."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "end_to_end" if "/end_to_end/" in file else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Emulator and SES double, with everything of the template but its Lambdas."""
    package = bare.write_package(tmp_path_factory.mktemp("package"))
    state = tmp_path_factory.mktemp("cloud")
    with Stack(state=state, package=package, proxy=False, enforce_iam=False, firehose_seconds=0.5) as stack:
        yield Cloud(stack)


@pytest.fixture(scope="session")
def aws(cloud: Cloud) -> Iterator[Cloud]:
    """The environment that the product's code finds in a Lambda, pointing at the emulator."""
    before = dict(os.environ)
    os.environ.update(cloud.environment)
    doors.forget()
    config.forget_parameters()
    client.forget()
    yield cloud
    os.environ.clear()
    os.environ.update(before)
    doors.forget()
    config.forget_parameters()
    client.forget()


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parent.parent
