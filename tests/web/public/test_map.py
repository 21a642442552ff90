"""Somebody who has never seen the code finds in the map every file that a signature passes."""

import sys
from pathlib import Path

import pytest

from chalicelib.actions import take_action
from chalicelib.mailings import deliver

ROOT = Path(__file__).parents[3]
CODE = ROOT / "chalicelib"


@pytest.fixture
def passed(aws):
    """The files of ours whose functions were called, as paths within `chalicelib`."""
    for queue, handler in (("submissions", take_action.record_all), ("mail", deliver.deliver_all)):
        aws.handle(queue, handler)  # what others have left there is not of this signature
    files = set()

    def called(frame, event, argument):
        code = frame.f_code
        if code.co_filename.startswith(str(CODE)) and code.co_name != "<module>":
            files.add(Path(code.co_filename).relative_to(CODE))

    before = sys.getprofile()
    sys.setprofile(called)
    yield files
    sys.setprofile(before)


def test_the_map_names_every_file_that_a_signature_passes(browser, aws, petition, address, passed):
    browser.get(address)
    answer = browser.post(address, {"email": f"ada-{petition.id[-8:]}@example.org", "name": "Ada Lovelace"})
    browser.get(answer.headers["Location"])
    aws.handle("submissions", take_action.record_all)
    aws.handle("mail", deliver.deliver_all)
    story = (ROOT / "docs/map.md").read_text("utf-8").partition("## One signature")[2].partition("\n## ")[0]
    folders = {Path("dynamo"), Path("texts"), Path("wire")}
    unnamed = {file for file in passed if file.parent not in folders and f"{file.name}`" not in story}
    assert "action_pages.py" in {file.name for file in passed}
    assert sorted(map(str, unnamed)) == []
