"""The OpenAPI document: the table of operations as other programs read it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot.web.api import examples, reports
from bot.web.api.desk import Call, Desk
from bot.web.api.errors import STATUS
from bot.web.api.operations import OPERATIONS, Credential, Operation
from bot.web.api.schema import Schema
from bot.web.api.shapes import COMPONENTS
from conversations import api_texts

VERSION = "1"
DESCRIBED: tuple[Operation, ...] = (*OPERATIONS, *reports.REPORTS)
_SCHEMAS: Mapping[str, Schema] = {**COMPONENTS, **reports.SCHEMAS}
_BODIES = {**examples.BODIES, **reports.BODIES}
_ANSWERS = {**examples.ANSWERS, **reports.ANSWERS}
_PARAMETERS = {**examples.PARAMETERS, **reports.PARAMETERS}
_KEY: Mapping[str, list[str]] = {"key": []}
_SECURITY: Mapping[Credential, list[Mapping[str, list[str]]]] = {
    Credential.NONE: [],
    Credential.KEY: [_KEY],
    Credential.KEY_OR_LINK: [_KEY, {"link": []}],
    Credential.ATTEMPT: [{"attempt": []}],
}
_PATH_ABOUT = {"job": "the jobId of an answer", "asset": "the assetId of an answer"}


async def openapi(desk: Desk, _: Call) -> web.Response:
    """The document, with the address under which this bot is reached."""
    return web.json_response(described(desk.facts.links.base))


@cache
def described(base: str) -> Mapping[str, Any]:
    """OpenAPI 3.1; `base` is the server's address, empty where it is not known."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in DESCRIBED:
        at = paths.setdefault(operation.path, {})
        at[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Pocketreel",
            "version": VERSION,
            "description": api_texts.ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": base or "/"}],
        "paths": paths,
        "components": {
            "schemas": {name: _referring(schema, name) for name, schema in _SCHEMAS.items()},
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": api_texts.KEY_HOW},
                "link": {
                    "type": "apiKey",
                    "in": "query",
                    "name": "sig",
                    "description": api_texts.LINK_HOW,
                },
                "attempt": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "job.attempt.mac",
                    "description": api_texts.ATTEMPT_HOW,
                },
            },
        },
    }


def _operation(operation: Operation) -> Mapping[str, Any]:
    said = {
        "operationId": operation.name,
        "summary": operation.about,
        "security": _SECURITY[operation.credential],
        "responses": {str(operation.status): _success(operation), **_refusals(operation)},
    }
    if parameters := _parameters(operation):
        said["parameters"] = parameters
    if operation.body:
        sent = {name: {"value": body} for name, body in _BODIES[operation.name].items()}
        content = {"schema": _ref(operation.body), "examples": sent}
        said["requestBody"] = {"required": True, "content": {"application/json": content}}
    return said


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    known = _PARAMETERS.get(operation.name, {})
    in_path: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": _PATH_ABOUT[name],
            "schema": {"type": "string"},
            "example": known[name],
        }
        for name in operation.parameters
    ]
    in_query = [
        {
            "name": name,
            "in": "query",
            "required": name in operation.needs,
            "schema": schema,
            **({"example": known[name]} if name in known else {}),
        }
        for name, schema in operation.query.items()
    ]
    return in_path + in_query


def _success(operation: Operation) -> Mapping[str, Any]:
    if operation.status == 302:
        location = {"schema": {"type": "string", "format": "uri"}, "required": True}
        return {"description": "It is there.", "headers": {"Location": location}}
    content: dict[str, Any] = {"schema": {"type": "object"}}
    if operation.answer:
        content = {"schema": _ref(operation.answer), "example": _ANSWERS[operation.name]}
    return {"description": "Done.", "content": {"application/json": content}}


def _refusals(operation: Operation) -> Mapping[str, Any]:
    """For each status the codes that have it, each with its words."""
    answers: dict[str, Any] = {}
    for code in operation.codes:
        status, message = _told(operation, code)
        found = answers.setdefault(
            str(status.value),
            {
                "description": status.phrase,
                "content": {"application/json": {"schema": _ref("Error"), "examples": {}}},
            },
        )
        told = found["content"]["application/json"]["examples"]
        told[code] = {"value": {"error": {"code": code, "message": message}}}
    return answers


def _told(operation: Operation, code: str) -> tuple[HTTPStatus, str]:
    """The status and the words of a refusal."""
    if operation.credential is Credential.ATTEMPT:
        return reports.told(operation, code)
    if code == "bad_request":
        return STATUS[code], examples.WRONG[operation.name].message
    return STATUS[code], examples.MESSAGES.get(code) or api_texts.ERRORS[code]


def _ref(name: str) -> Mapping[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _referring(schema: Any, own: str = "") -> Any:
    """The schema with its parts named that have names."""
    name = next((name for name, known in _SCHEMAS.items() if known is schema), "")
    if name and name != own:
        return _ref(name)
    if isinstance(schema, Mapping):
        return {key: _referring(part) for key, part in schema.items()}
    return [_referring(part) for part in schema] if isinstance(schema, list | tuple) else schema
