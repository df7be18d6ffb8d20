"""The bucket that a renderer elsewhere puts its files into, by the little of boto3 that takes.

The other one, in storage/, is not in the image: it lives in an event loop and can be stopped, and
neither is of use here, where whoever gives up ends the container.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

BUCKET_FAILED = (BotoCoreError, ClientError, boto3.exceptions.Boto3Error)  # after all its tries
_PART_BYTES = 8 * 1024 * 1024
_TYPES: Mapping[str, str] = {".mp4": "video/mp4", ".jpg": "image/jpeg"}
_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A bucket, where it is, and the keys that open it."""

    endpoint_url: str
    bucket: str
    access_key_id: str
    secret_access_key: str = field(repr=False)


def place_in(environment: Mapping[str, str]) -> Place:
    """The bucket that the R2_* variables describe. Raises KeyError with the name of a missing one.

    They are those of the bot, kept at the place of rendering as a secret.
    """
    endpoint_url = environment.get("R2_ENDPOINT_URL", "")
    if not endpoint_url:
        endpoint_url = f"https://{environment['R2_ACCOUNT_ID']}.r2.cloudflarestorage.com"
    return Place(
        endpoint_url=endpoint_url,
        bucket=environment["R2_BUCKET"],
        access_key_id=environment["R2_ACCESS_KEY_ID"],
        secret_access_key=environment["R2_SECRET_ACCESS_KEY"],
    )


class Bucket:
    """One bucket through one client, which all threads share. Every verb raises BUCKET_FAILED."""

    def __init__(self, place: Place) -> None:
        self._name = place.bucket
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=place.endpoint_url,
            aws_access_key_id=place.access_key_id,
            aws_secret_access_key=place.secret_access_key,
            config=Config(
                region_name="auto",
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                # R2 has refused the checksums that boto3 sends of its own accord.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                retries={"total_max_attempts": 6, "mode": "standard"},
                connect_timeout=5,
                read_timeout=30,
            ),
        )

    def put_file(self, key: str, path: Path) -> None:
        """Store the file whole, in parts when it is large, as the type its key tells."""
        self._client.upload_file(
            str(path),
            self._name,
            key,
            ExtraArgs={"ContentType": _TYPES.get(Path(key).suffix, _UNKNOWN)},
            Config=TransferConfig(
                multipart_threshold=_PART_BYTES, multipart_chunksize=_PART_BYTES, max_concurrency=4
            ),
        )

    def put(self, key: str, content: bytes) -> None:
        self._client.put_object(Bucket=self._name, Key=key, Body=content, ContentType=_UNKNOWN)

    def get(self, key: str) -> bytes:
        content: bytes = self._client.get_object(Bucket=self._name, Key=key)["Body"].read()
        return content

    def delete(self, *keys: str) -> None:
        """One by one: of a request for many, S3s differ in the checksum they demand."""
        for key in keys:
            self._client.delete_object(Bucket=self._name, Key=key)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()
