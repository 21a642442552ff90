"""`make dev` tells whoever looks at a page what is wrong with the app behind it."""

import asyncio
import sys

from local import in_process
from local.http11 import Request


def test_an_app_that_cannot_be_imported_says_why(monkeypatch):
    monkeypatch.setitem(sys.modules, "app", None)
    answer = asyncio.run(in_process.handle(Request("POST", "/app", "", [], b"{}", "127.0.0.1")))
    assert answer.status == 500
    assert b"ModuleNotFoundError" in answer.body
