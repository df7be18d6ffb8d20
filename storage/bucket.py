"""A bucket over boto3: blocking calls that try again, and fail with storage's own errors.

Everything here belongs in a thread. The first argument of a call is the event that says that
nobody waits for it any more; it then raises GivenUp as soon as it can.
"""

from __future__ import annotations

import io
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

from storage import keys
from storage.adapter import ObjectInfo, ObjectMissing
from storage.headers import content_type
from storage.presigned import REGION, Place
from storage.tries import FOREIGN, PATIENCE_S, PAUSE_S, GivenUp, Tries, UploadGone, meaning

PART_BYTES = 8 * 1024 * 1024  # R2 wants all parts but the last of one size, 5 MiB at least
PAGE_KEYS = 1000  # the most that S3 lists at once
THREADS = 16
CONNECT_S = 5.0
READ_S = 20.0
_WRITER = "pocketreel-write"
_CONFIG = Config(
    region_name=REGION,
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    # R2 has refused the checksums that boto3 sends of its own accord.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    retries={"total_max_attempts": 1, "mode": "standard"},  # `Tries` can be stopped, its can not
    max_pool_connections=THREADS,
    connect_timeout=CONNECT_S,
    read_timeout=READ_S,
)


@dataclass(slots=True)
class Upload:
    """An object that comes in parts; nobody sees it before `Bucket.complete`."""

    key: str
    id: str = ""
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    etags: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the objects, and what asks for the page after it; empty on the last."""

    objects: Sequence[ObjectInfo]
    token: str


class Bucket:
    """One bucket through one client, which all threads share."""

    def __init__(
        self,
        place: Place,
        *,
        patience_s: float = PATIENCE_S,
        pause_s: float = PAUSE_S,
        page_keys: int = PAGE_KEYS,
    ) -> None:
        self._name = place.bucket
        self._patience_s = patience_s
        self._pause_s = pause_s
        self._page_keys = page_keys
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=place.endpoint_url,
            aws_access_key_id=place.access_key_id,
            aws_secret_access_key=place.secret_access_key,
            config=_CONFIG,
        )

    def put(self, stop: threading.Event, key: str, content: bytes) -> None:
        """Store the object in one request."""
        self._ask(stop, "put_object", content, Key=key, ContentType=content_type(key))

    def begin(self, stop: threading.Event, upload: Upload) -> None:
        """Open the upload for its parts."""
        answer = self._ask(
            stop,
            "create_multipart_upload",
            Key=upload.key,
            ContentType=content_type(upload.key),
            Metadata={_WRITER: upload.token},
        )
        upload.id = answer["UploadId"]

    def add(self, stop: threading.Event, upload: Upload, part: bytes) -> None:
        """Send the next part: PART_BYTES, or fewer when it is the last."""
        number = len(upload.etags) + 1
        answer = self._ask(
            stop, "upload_part", part, Key=upload.key, UploadId=upload.id, PartNumber=number
        )
        upload.etags.append(answer["ETag"])

    def complete(self, stop: threading.Event, upload: Upload) -> None:
        """Make the object of its parts, all at once."""
        parts = [
            {"PartNumber": number, "ETag": etag} for number, etag in enumerate(upload.etags, 1)
        ]
        try:
            self._ask(
                stop,
                "complete_multipart_upload",
                Key=upload.key,
                UploadId=upload.id,
                MultipartUpload={"Parts": parts},
            )
        except UploadGone:
            # An earlier try may have been heard although its answer was lost.
            if self._writer(stop, upload.key) != upload.token:
                raise

    def abort(self, upload: Upload) -> None:
        """Throw the parts away if that works at once; what is left is swept later."""
        if upload.id:
            with suppress(*FOREIGN):
                self._client.abort_multipart_upload(
                    Bucket=self._name, Key=upload.key, UploadId=upload.id
                )

    def get(self, stop: threading.Event, key: str, start: int, end: int | None) -> Any:
        """boto3's answer to a GET of bytes `start` to `end`. Raises ObjectMissing, PastTheEnd."""
        wanted: dict[str, Any] = {}
        if start or end is not None:
            wanted["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
        return self._ask(stop, "get_object", Key=key, **wanted)

    def stat(self, stop: threading.Event, key: str) -> ObjectInfo:
        """Raises ObjectMissing."""
        found = self._ask(stop, "head_object", Key=key)
        return _info(key, found["ContentLength"], found)

    def page(self, stop: threading.Event, prefix: str, token: str) -> Page:
        """The objects that follow on the page that gave `token`, in key order."""
        where: dict[str, Any] = {"Prefix": prefix, "MaxKeys": self._page_keys}
        if token:
            where["ContinuationToken"] = token
        answer = self._ask(stop, "list_objects_v2", **where)
        found = [
            _info(entry["Key"], entry["Size"], entry)
            for entry in answer.get("Contents", ())
            if keys.is_key(entry["Key"])
        ]
        return Page(found, answer.get("NextContinuationToken", ""))

    def delete(self, stop: threading.Event, *unwanted: str) -> None:
        """One by one: of a request for many, S3s differ in the checksum they demand."""
        for key in unwanted:
            with suppress(ObjectMissing):
                self._ask(stop, "delete_object", Key=key)

    def sweep(self, stop: threading.Event, before: float) -> int:
        """Abort uploads that got no part since `before` (seconds since 1970); how many."""
        swept = 0
        for upload, begun_at in tuple(self._unfinished(stop)):
            which: dict[str, Any] = {"Key": upload.key, "UploadId": upload.id}
            with suppress(UploadGone):
                parts = self._ask(stop, "list_parts", **which).get("Parts", ())
                news = [part["LastModified"].timestamp() for part in parts] or [begun_at]
                if max(news) < before:
                    self._ask(stop, "abort_multipart_upload", **which)
                    swept += 1
        return swept

    def tries(self, stop: threading.Event) -> Tries:
        """For what takes more than one call."""
        return Tries(stop, self._patience_s, self._pause_s)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _unfinished(self, stop: threading.Event) -> Iterator[tuple[Upload, float]]:
        """Uploads of ours, and when each was begun."""
        after: dict[str, Any] = {}
        while True:
            try:
                answer = self._ask(stop, "list_multipart_uploads", **after)
            except UploadGone:
                return  # so says rclone where there are none
            for entry in answer.get("Uploads", ()):
                if keys.is_key(entry["Key"]):
                    yield Upload(entry["Key"], entry["UploadId"]), entry["Initiated"].timestamp()
            if not answer.get("IsTruncated"):
                return
            after = {
                "KeyMarker": answer["NextKeyMarker"],
                "UploadIdMarker": answer["NextUploadIdMarker"],
            }

    def _writer(self, stop: threading.Event, key: str) -> str:
        """The token of the upload that the object was made of; empty for others and none."""
        try:
            found = self._ask(stop, "head_object", Key=key)
        except ObjectMissing:
            return ""
        # Servers differ in how they spell a name in `Metadata`; in headers it is lower case.
        return str(found["ResponseMetadata"]["HTTPHeaders"].get(f"x-amz-meta-{_WRITER}", ""))

    def _ask(
        self, stop: threading.Event, verb: str, body: bytes | None = None, **parameters: Any
    ) -> Any:
        call, tries = getattr(self._client, verb), self.tries(stop)
        tries.check()
        while True:
            content = {} if body is None else {"Body": _Body(body, stop)}
            try:
                return call(Bucket=self._name, **parameters, **content)
            except FOREIGN as problem:
                told = meaning(problem, parameters.get("Key", self._name))
                told.__cause__ = problem
                tries.check()
                tries.pause(told)


class _Body(io.BytesIO):
    """What is sent, until nobody waits for it any more."""

    def __init__(self, content: bytes, stop: threading.Event) -> None:
        super().__init__(content)
        self._stop = stop

    def read(self, size: int | None = -1, /) -> bytes:
        if self._stop.is_set():
            raise GivenUp("nobody waits for it")
        return super().read(size)


def _info(key: str, size_bytes: int, answer: Mapping[str, Any]) -> ObjectInfo:
    return ObjectInfo(
        key=key,
        size_bytes=size_bytes,
        etag=answer["ETag"].strip('"'),
        modified_at=answer["LastModified"].timestamp(),
    )
