"""The app in this process, for `make dev`: answers what the deployed forwarders hand on.

Run as `python -m local.in_process <port>`. The environment is the deployed functions' own. An exception is printed here
in full and told to the caller.
"""

import asyncio
import json
import logging
import sys
import traceback
from typing import Any

from local.http11 import Request, Response, plain, serve


class Context:
    """As much of a Lambda's context as Chalice looks at."""

    aws_request_id = "local"
    function_name = "muster-local-in-process"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:muster-local-in-process"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 900_000


async def handle(request: Request) -> Response:
    return await asyncio.to_thread(_call, request.path.strip("/"), json.loads(request.body))


def _call(handler: str, event: Any) -> Response:
    try:
        import app  # noqa: PLC0415 - after the server is up, so that a mistake in it is shown and not fatal

        result = getattr(app, handler)(event, Context())
    except Exception as error:
        traceback.print_exc()
        return plain(500, f"{type(error).__name__}: {error}")
    return Response(200, [("Content-Type", "application/json")], json.dumps(result).encode())


def main() -> None:
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(serve(handle, int(sys.argv[1])))


if __name__ == "__main__":
    main()
