"""Every public page is light, accessible, usable by keyboard and on a small phone: `make check-pages` asks vnu and Lighthouse too."""

from collections.abc import Callable
from functools import cache

import pytest
from playwright.sync_api import Browser
from quality.scenes import Scene, all_scenes
from quality.visit import Visit, visit, wrong_with

from end_to_end.installation import Installation

SCENES = all_scenes()


@pytest.fixture(scope="module")
def visited(installation: Installation, chromium: Browser) -> Callable[[Scene], Visit]:
    """Each scene is looked at once."""
    return cache(lambda scene: visit(chromium, installation.url, scene))


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_nothing_is_wrong_with(visited: Callable[[Scene], Visit], scene: Scene) -> None:
    assert wrong_with(scene, visited(scene)) == []
