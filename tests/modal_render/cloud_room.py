"""What a render elsewhere needs around it: a bucket with sound in it, a bot, other containers."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modal_render.bucket import Bucket
from modal_render.bucket import Place as CloudPlace
from modal_render.contract import RenderReport, RenderRequest, Scene, from_json
from modal_render.dispatch import Assignment, token
from modal_render.fan_out import Said, Sharing, Stretch, encode_stretch
from modal_render.progress import Progress
from modal_render.video import render
from storage import keys
from storage.presigned import Place, Signing, presigned_url
from tests.modal_render.receiver import Receiver
from tests.storage.servers import client

KEY = b"k" * 32
AUDIO_KEY = keys.prepared("asset-1", "0" * 16, "wav")
COVER_KEY = keys.cover("asset-1")


@dataclass
class CloudRoom:
    """One bucket and one bot. `stretches` counts what other containers were given."""

    place: Place
    bot: Receiver
    bucket: Bucket
    stretches: list[Stretch] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What the secret at the place of rendering holds."""
        return {
            "R2_ENDPOINT_URL": self.place.endpoint_url,
            "R2_BUCKET": self.place.bucket,
            "R2_ACCESS_KEY_ID": self.place.access_key_id,
            "R2_SECRET_ACCESS_KEY": self.place.secret_access_key,
        }

    def assignment(self, shown: Scene, path: str = "auto", **more: Any) -> Assignment:
        usual: dict[str, Any] = {
            "job": "job",
            "attempt": 2,
            "scene": shown,
            "audio_url": self.link(AUDIO_KEY),
            "duration_s": 1.0,
            "video_key": keys.video("job", 2),
            "inline_key": keys.inline_video("job", 2),
            "thumbnail_key": keys.thumbnail("job", 2),
            "poster_key": keys.poster("job", 2),
            "levels_key": keys.render_levels("job", 2),
            "part_key": keys.render_part("job", 2),
            "inline_limit_bytes": 48 * 1024 * 1024,
            "base_url": self.bot.url,
            "token": token(KEY, "job", 2),
            "path": path,
        }
        return Assignment(**{**usual, **more})

    def link(self, key: str) -> str:
        signing = Signing(method="GET", key=key, at=time.time(), expires_s=3600)
        return presigned_url(self.place, signing)

    def bring(self, key: str, path: Path) -> None:
        """Store the file as the product does before a render."""
        self.bucket.put_file(key, path)

    def stored(self) -> dict[str, str]:
        """The keys of renders in the bucket, each with its content type."""
        s3 = client(self.place)
        found = s3.list_objects_v2(Bucket=self.place.bucket, Prefix="renders/").get("Contents", ())
        return {
            one["Key"]: s3.head_object(Bucket=self.place.bucket, Key=one["Key"])["ContentType"]
            for one in found
        }

    def sharing(self, stretch_frames: int = 150) -> Sharing:
        """Shares out every video that is longer than a stretch."""
        return Sharing(
            starmap=self._starmap,
            whole_from_frames=stretch_frames + 1,
            spliced_from_frames=stretch_frames + 1,
            stretch_frames=stretch_frames,
        )

    def _starmap(self, asked: Iterable[tuple[str]]) -> Iterator[Said]:
        for (text,) in asked:
            stretch = from_json(Stretch, text)
            self.stretches.append(stretch)
            yield encode_stretch(stretch, self.bucket, threads=1)


def cloud_room(place: Place, bot: Receiver) -> CloudRoom:
    there = CloudPlace(
        endpoint_url=place.endpoint_url,
        bucket=place.bucket,
        access_key_id=place.access_key_id,
        secret_access_key=place.secret_access_key,
    )
    return CloudRoom(place, bot, Bucket(there))


def made_here(
    audio: Path, folder: Path, shown: Scene, path: str = "auto"
) -> tuple[RenderReport, bytes, bytes]:
    """The same on one machine: the report, the video and the thumbnail."""
    folder.mkdir()
    request = RenderRequest(
        audio=str(audio),
        video=str(folder / "video.mp4"),
        thumbnail=str(folder / "thumbnail.jpg"),
        scene=shown,
        threads=2,
        path=path,
    )
    report = render(request, Progress())
    return report, Path(request.video).read_bytes(), Path(request.thumbnail).read_bytes()
