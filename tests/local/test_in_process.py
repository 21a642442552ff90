"""`make dev` tells whoever looks at a page what is wrong with the app behind it."""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

from local import in_process
from local.http11 import Request


def test_an_app_that_cannot_be_imported_says_why(monkeypatch):
    monkeypatch.setitem(sys.modules, "app", None)
    request = Request("POST", "/app", "", [], b"{}", "127.0.0.1")
    with ThreadPoolExecutor(1) as thread:  # a browser's tests leave an event loop running in this one
        answer = thread.submit(lambda: asyncio.run(in_process.handle(request))).result()
    assert answer.status == 500
    assert b"ModuleNotFoundError" in answer.body
