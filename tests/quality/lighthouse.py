"""Lighthouse's scores of a page, as on a mid-range phone on a slow line."""

import json
from subprocess import run
from typing import NamedTuple

from quality import tools

_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"


class Scores(NamedTuple):
    """0 to 100 each; and what kept them from 100, by Lighthouse's names."""

    performance: int
    accessibility: int
    best_practices: int
    seo: int
    why: tuple[str, ...]


LEAST = Scores(98, 100, 95, 100, ())


def ask(url: str) -> Scores:
    categories = ("performance", "accessibility", "best-practices", "seo")
    asked = [
        *(tools.NODE, tools.LIGHTHOUSE, url, "--quiet", "--output=json", f"--chrome-flags={_FLAGS}"),
        f"--only-categories={','.join(categories)}",
    ]
    ran = run(
        asked, check=True, capture_output=True, text=True, env={"CHROME_PATH": tools.CHROMIUM, "PATH": "/usr/bin:/bin"}
    )
    report = json.loads(ran.stdout)
    scores = [round((report["categories"][name]["score"] or 0) * 100) for name in categories]
    weighed = {
        each["id"] for name in categories for each in report["categories"][name]["auditRefs"] if each["weight"] > 0
    }
    why = [name for name in sorted(weighed) if (report["audits"][name]["score"] or 0) < 0.9]
    return Scores(*scores, tuple(name for name in why if report["audits"][name]["scoreDisplayMode"] != "notApplicable"))
