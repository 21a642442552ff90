"""S3 in memory: whole files, ranges of them, and the question how long one is."""

from simulation.answers import Failure, Reply


class Files:
    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def answer(self, operation: str, key: str, headers: dict[str, str], body: bytes) -> Reply:
        if operation == "PutObject":
            self.files[key] = body
            return Reply(200, b"", {"etag": '"e"'})
        if key not in self.files:
            raise Failure(404, "NoSuchKey", "The specified key does not exist.")
        content = self.files[key]
        if operation == "HeadObject":
            return Reply(200, b"", {"content-length": str(len(content))})
        if operation != "GetObject":
            raise NotImplementedError(operation)
        if "Range" in headers:
            first, _, last = headers["Range"].removeprefix("bytes=").partition("-")
            content = content[int(first) : int(last) + 1]
        return Reply(200, content, {"content-length": str(len(content))})
