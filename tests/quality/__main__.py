"""Weight, axe, vnu and Lighthouse of every public page, on the whole local stack: `make check-pages`."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from local.stack import BUILD, Stack
from quality import lighthouse, tools, vnu
from quality.scenes import Scene, all_scenes
from quality.visit import MOST_CRITICAL, MOST_IN_ALL, Visit, visit, wrong_with


def main() -> None:
    tools.need()
    command = [sys.executable, "-m", "infra.build", "--stage", "local", "--out", str(BUILD)]
    subprocess.run(command, cwd=tools.ROOT, check=True)
    with TemporaryDirectory() as state, Stack(state=Path(state), seed=True) as stack:
        scenes = all_scenes()
        visits = _visits(stack.url, scenes)
        said = vnu.check({scene.name: visits[scene].html for scene in scenes})
        print(f"\n{'':30} {'critical':>9} {'in all':>9}  axe  vnu  Lighthouse: fast, accessible, best practice, found")
        missed = [line for scene in scenes for line in _row(stack.url, scene, visits[scene], said[scene.name])]
    print(f"\nLimits: {MOST_CRITICAL:,} B critical, {MOST_IN_ALL:,} B in all without pictures, {lighthouse.LEAST[:4]}.")
    if missed:
        sys.exit("\n".join(["Missed:", *missed]))
    print(f"All {len(scenes)} scenes within them.")


def _visits(url: str, scenes: list[Scene]) -> dict[Scene, Visit]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tools.CHROMIUM, args=["--no-sandbox"])
        return {scene: visit(browser, url, scene) for scene in scenes}


def _row(url: str, scene: Scene, seen: Visit, vnu_said: list[str]) -> list[str]:
    """Print a scene's line; give what it misses."""
    line = f"{scene.name:30} {seen.critical:7,} B {seen.in_all:7,} B {len(seen.axe):4} {len(vnu_said):4}"
    scores = lighthouse.ask(url + scene.path) if scene.is_page else None
    print(line + ("  " + " ".join(f"{score:4}" for score in scores[:4]) if scores else ""), flush=True)
    problems = [*wrong_with(scene, seen), *(f"vnu: {said}" for said in vnu_said)]
    if scores and any(score < least for score, least in zip(scores[:4], lighthouse.LEAST[:4], strict=True)):
        problems.append(f"Lighthouse {scores[:4]}: {', '.join(scores.why)}")
    return [f"  {scene.name}: {problem}" for problem in problems]


if __name__ == "__main__":
    main()
