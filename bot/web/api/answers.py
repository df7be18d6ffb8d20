"""Jobs and recordings as programs read them."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.web.api.desk import Desk
from conversations import texts
from conversations.words.text import Language
from jobs.model import Asset, Job, JobKind, JobStatus
from jobs.payloads import Prepared, Preview, Rendered, asset_from_json
from storage.adapter import DOWNLOAD_LINK_S, StorageError

log = logging.getLogger(__name__)


def moment(at: float) -> str:
    """2026-11-26T14:30:00Z"""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def job_to_json(desk: Desk, job: Job, language: Language) -> dict[str, Any]:
    """A JOB of shapes.py; why it failed is told in `language`."""
    is_complete = job.status is JobStatus.COMPLETE
    return {
        "jobId": job.id,
        "kind": job.kind.value,
        "status": job.status.value,
        "stage": job.stage.value,
        "progress": job.progress,
        "queuePosition": await desk.store.jobs.queue_place(job),
        "createdAt": moment(job.created_at),
        "updatedAt": moment(job.updated_at),
        "result": _result(job) if is_complete else None,
        "error": _error(job, language) if job.status is JobStatus.FAILED else None,
        "downloadUrl": await _download_url(desk, job) if is_complete else None,
    }


def asset_to_json(job: Job, asset: Asset) -> dict[str, Any]:
    """An ASSET of shapes.py."""
    return {
        "assetId": asset.id,
        "title": asset.title,
        "artist": asset.artist,
        "createdAt": moment(job.created_at),
        "durationS": asset.duration_s,
        "sizeBytes": asset.size_bytes,
        "codec": asset.codec,
        "rateHz": asset.rate_hz,
        "channels": asset.channels,
        "hasVideo": asset.has_video,
        "loudnessLufs": asset.loudness_lufs,
        "truePeakDb": asset.true_peak_db,
        "soundStartS": asset.sound_start_s,
        "soundEndS": asset.sound_end_s,
        "pauses": [{"startS": start_s, "endS": end_s} for start_s, end_s in asset.pauses],
        "character": asset.character,
    }


def _error(job: Job, language: Language) -> Mapping[str, str]:
    return {"code": job.error_code, "message": texts.failure(language, job)}


def _result(job: Job) -> Mapping[str, Any]:
    match job.kind:
        case JobKind.INGEST:
            asset = asset_from_json(job.result)
            return {
                "assetId": asset.id,
                "durationS": asset.duration_s,
                "sizeBytes": asset.size_bytes,
            }
        case JobKind.PREVIEW:
            heard = Preview.from_json(job.result)
            return {
                "previewKey": heard.key,
                "durationS": heard.duration_s,
                "sizeBytes": heard.size_bytes,
            }
        case JobKind.SAVE:
            saved = Prepared.from_json(job.result)
            return {
                "preparedKey": saved.key,
                "durationS": saved.duration_s,
                "sizeBytes": saved.size_bytes,
                "loudnessLufs": saved.loudness_lufs,
                "truePeakDb": saved.true_peak_db,
            }
        case _:
            made = Rendered.from_json(job.result)
            return {
                "videoKey": made.video_key,
                "durationS": made.duration_s,
                "sizeBytes": made.size_bytes,
                "width": made.width,
                "height": made.height,
            }


async def _download_url(desk: Desk, job: Job) -> str | None:
    """Where the result is fetched; None where no link can be given, which is no failure."""
    try:
        return await _link(desk, job) or None
    except StorageError as wrong:
        log.warning("job %s: no link: %s", job.id, type(wrong).__name__)
        return None


async def _link(desk: Desk, job: Job) -> str:
    match job.kind:
        case JobKind.RENDER:
            is_old = time.time() >= job.updated_at + desk.facts.limits.link_s
            return "" if is_old else await desk.facts.link(job)
        case JobKind.INGEST:
            asset = asset_from_json(job.result)
            expires_at = int(time.time()) + DOWNLOAD_LINK_S
            stable = desk.streams.link(asset.id, "original", expires_at)
            return stable or await desk.storage.download_link(asset.original_key)
        case _:
            return await desk.storage.download_link(str(job.result["key"]))
