"""The templates as they are packaged: the one that goes to AWS, and the one that the local stack deploys."""

import pytest

from infra import target
from infra.package import package


@pytest.fixture(scope="session")
def prod(tmp_path_factory):
    return package("prod", target.AWS, tmp_path_factory.mktemp("prod") / "workshop")


@pytest.fixture(scope="session")
def local(tmp_path_factory):
    return package("local", target.this_machine(), tmp_path_factory.mktemp("local") / "workshop")
