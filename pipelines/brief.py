"""What a render job asks for, looked up: the recording, its prepared sound, the scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jobs.errors import SourceGone
from jobs.model import Asset, Edit, Job, JobStatus
from jobs.payloads import Prepared, RenderWork
from jobs.store import JobStore
from modal_render import contract
from pipelines.bench import Bench
from pipelines.renderer import seed

# Half a video's size, drawn in a quarter of the time: for what is only looked at to choose.
SMALL_SIZES: Mapping[str, tuple[int, int]] = {"v": (540, 960), "s": (540, 540), "w": (960, 540)}
INLINE_BYTES = 48 * 1024 * 1024  # a bot may send 50 MB
_LEAST_LIMIT_S = 600.0
_LIMIT_PER_S = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A render that can begin."""

    work: RenderWork
    asset: Asset
    prepared: Prepared

    @property
    def limit_s(self) -> float:
        """How long the render may take, wherever it is made."""
        return max(_LEAST_LIMIT_S, _LIMIT_PER_S * self.prepared.duration_s)

    def scene(self, cover: str) -> contract.Scene:
        """What the video shows; `cover` is where its renderer finds the picture, or empty."""
        edit = self.work.edit
        sizes = contract.SMALL_SIZES if edit.is_small else contract.SIZES
        return scene_of(edit, self.asset, cover, sizes[edit.shape.value])


def scene_of(edit: Edit, asset: Asset, cover: str, size: tuple[int, int]) -> contract.Scene:
    """What a video or picture of the edit shows, drawn at `size`; `cover` is a path or empty."""
    width, height = size
    return contract.Scene(
        look=edit.look,
        width=width,
        height=height,
        title=edit.title,
        subtitle=edit.subtitle,
        cover=cover,
        brand=edit.brand,
        response=edit.response or asset.character,
        seed=seed(asset, edit),
    )


async def brief_of(bench: Bench, store: JobStore, job: Job) -> Brief:
    """Raises SourceGone."""
    work = RenderWork.from_json(job.input)
    asset = await bench.recording(store, work.ingest_job)
    saved = await store.get(work.save_job)
    if saved is None or saved.status is not JobStatus.COMPLETE:
        raise SourceGone(work.save_job)
    return Brief(work=work, asset=asset, prepared=Prepared.from_json(saved.result))
