"""Rows of the database become the nouns of the model, and back."""

from __future__ import annotations

import json
from typing import Any

from jobs.database import Row
from jobs.model import (
    ApiKey,
    Edge,
    Edit,
    Face,
    Job,
    JobKind,
    JobStatus,
    NewJob,
    Page,
    Person,
    Project,
    ProjectStatus,
    Role,
    Stage,
)
from jobs.outgoing import Outgoing, OutgoingKind
from jobs.payloads import edit_from_json, edit_to_json, source_from_json, source_to_json


def to_text(data: object) -> str:
    """JSON as it is kept in a column."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def json_from_text(text: str) -> dict[str, Any]:
    """An object that `to_text` wrote."""
    found: dict[str, Any] = json.loads(text)
    return found


def job_from_row(row: Row) -> Job:
    return Job(
        id=row["id"],
        kind=JobKind(row["kind"]),
        status=JobStatus(row["status"]),
        stage=Stage(row["stage"]),
        progress=row["progress"],
        project_id=row["project_id"],
        owner_id=row["owner_id"],
        chat_id=row["chat_id"],
        input=json.loads(row["input"]),
        result=json.loads(row["result"]),
        error_code=row["error_code"],
        error_params=json.loads(row["error_params"]),
        attempt=row["attempt"],
        failures=row["failures"],
        lease_owner=row["lease_owner"],
        lease_until=row["lease_until"],
        run_after=row["run_after"],
        after_job=row["after_job"],
        call_id=row["call_id"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        started_at=row["started_at"],
        losses=row["losses"],
    )


def new_job_to_row(job: NewJob) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind.value,
        "project_id": job.project_id,
        "owner_id": job.owner_id,
        "chat_id": job.chat_id,
        "input": to_text(job.input),
        "dedupe_key": job.dedupe_key,
        "after_job": job.after_job,
        "delay_s": job.delay_s,
    }


def project_from_row(row: Row) -> Project:
    return Project(
        id=row["id"],
        owner_id=row["owner_id"],
        chat_id=row["chat_id"],
        source=source_from_json(json.loads(row["source"])),
        source_message_id=row["source_message_id"],
        ingest_job=row["ingest_job"],
        status=ProjectStatus(row["status"]),
        revision=row["revision"],
        edit=None if row["edit"] is None else edit_from_text(row["edit"]),
        face=Face(row["face"]),
        edge=Edge(row["edge"]),
        page=row["page"],
        card_job=row["card_job"],
        save_job=row["save_job"],
        render_job=row["render_job"],
        preview_job=row["preview_job"],
        glimpse_job=row["glimpse_job"],
        cover_job=row["cover_job"],
        message_id=row["message_id"],
        created_at=row["created_at"],
        touched_at=row["touched_at"],
    )


def project_to_row(project: Project) -> dict[str, Any]:
    """All that a decision may write; what the database itself keeps is left out."""
    return {
        "id": project.id,
        "owner_id": project.owner_id,
        "chat_id": project.chat_id,
        "source": to_text(source_to_json(project.source)),
        "source_message_id": project.source_message_id,
        "ingest_job": project.ingest_job,
        "status": project.status.value,
        "revision": project.revision,
        "edit": None if project.edit is None else to_text(edit_to_json(project.edit)),
        "face": project.face.value,
        "edge": project.edge.value,
        "page": project.page,
        "card_job": project.card_job,
        "save_job": project.save_job,
        "render_job": project.render_job,
        "preview_job": project.preview_job,
        "glimpse_job": project.glimpse_job,
        "cover_job": project.cover_job,
    }


def page_from_row(row: Row) -> Page:
    return Page(
        slug=row["slug"],
        project_id=row["project_id"],
        job_id=row["job_id"],
        is_closed=row["closed_at"] is not None,
    )


def page_to_row(page: Page) -> dict[str, Any]:
    return {"slug": page.slug, "project_id": page.project_id, "job_id": page.job_id}


def edit_from_text(text: str) -> Edit:
    return edit_from_json(json.loads(text))


def outgoing_from_row(row: Row) -> Outgoing:
    return Outgoing(
        id=row["id"],
        kind=OutgoingKind(row["kind"]),
        project_id=row["project_id"],
        job_id=row["job_id"],
        chat_id=row["chat_id"],
        view=json.loads(row["view"]),
        asked=row["asked"] > row["done"],
        wanted=row["wanted"],
        shown=row["shown"],
        is_quiet=row["kind"] == OutgoingKind.CARD and row["wanted"] <= row["done"],
        tries=row["tries"],
        since=row["since"],
    )


def api_key_from_row(row: Row) -> ApiKey:
    return ApiKey(
        id=row["id"], owner_id=row["owner_id"], made_at=row["made_at"], used_at=row["used_at"]
    )


def person_from_row(row: Row) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        language=row["language"],
        role=Role(row["role"]),
        attested=bool(row["attested"]),
        blocked=bool(row["blocked"]),
        chosen_language=row["chosen_language"],
    )


def person_to_row(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "language": person.language,
        "role": person.role.value,
        "attested": int(person.attested),
        "blocked": int(person.blocked),
        "chosen_language": person.chosen_language,
    }
