"""The door to S3: private files (audiences, imports, exports, SES's events) and public pictures."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import aws, config


def put(key: str, content: bytes, media_type: str = "application/octet-stream") -> None:
    _s3().put_object(Bucket=config.files_bucket(), Key=key, Body=content, ContentType=media_type)


def get(key: str) -> bytes | None:
    """A whole private file, or None when there is none."""
    try:
        content: bytes = _s3().get_object(Bucket=config.files_bucket(), Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise
    return content


def read_range(key: str, start: int, length: int) -> bytes:
    """`length` bytes of a private file from `start` on; fewer at its end."""
    asked = f"bytes={start}-{start + length - 1}"
    content: bytes = _s3().get_object(Bucket=config.files_bucket(), Key=key, Range=asked)["Body"].read()
    return content


def size(key: str) -> int | None:
    """How many bytes a private file has, or None when there is none."""
    try:
        length: int = _s3().head_object(Bucket=config.files_bucket(), Key=key)["ContentLength"]
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise
    return length


def each_line(key: str) -> Iterator[bytes]:
    """The lines of a private file, as they stream in."""
    yield from _s3().get_object(Bucket=config.files_bucket(), Key=key)["Body"].iter_lines()


def presigned_form(key: str, most_bytes: int, then: str) -> tuple[str, dict[str, str]]:
    """Where and with which fields a browser may upload one file, within an hour; it is sent on to the URL `then`."""
    conditions: list[Any] = [["content-length-range", 0, most_bytes], {"success_action_redirect": then}]
    form = _s3().generate_presigned_post(
        Bucket=config.files_bucket(),
        Key=key,
        Fields={"success_action_redirect": then},
        Conditions=conditions,
        ExpiresIn=3600,
    )
    return form["url"], form["fields"]


def presigned_link(key: str, filename: str, seconds: int = 600) -> str:
    """Where a private file can be fetched for a while, to be saved under this name."""
    asked = {
        "Bucket": config.files_bucket(),
        "Key": key,
        "ResponseContentDisposition": f'attachment; filename="{filename}"',
    }
    link: str = _s3().generate_presigned_url("get_object", Params=asked, ExpiresIn=seconds)
    return link


def put_media(key: str, content: bytes, media_type: str) -> None:
    """Publish a picture at /media/<key>; its name never means another picture, so it may be kept for ever."""
    _s3().put_object(
        Bucket=config.media_bucket(),
        Key=f"media/{key}",
        Body=content,
        ContentType=media_type,
        CacheControl="public, max-age=31536000, immutable",
    )


def _s3() -> Any:
    return aws.client("s3")
