"""The OpenAPI 3.1 document, made of the table and the shapes."""

import functools
import re
from typing import Any, Final

import msgspec

from appliance import __version__
from appliance.lan_server.api.shapes import Trouble
from appliance.lan_server.api.table import READ, WRITE, Act, Resource

_TROUBLES: Final = {
    "400": "The question is none of this kind",
    "401": "No token was shown, or one that does not count",
    "403": "The token's role is too low",
    "404": "There is no such thing",
    "422": "The shop's rules do not allow it",
    "429": "Too many questions; Retry-After says how many seconds to wait",
    "503": "The server is busy or is being stopped",
    "507": "The server cannot write",
}
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Any text. A request with the same key is done once; the same answer is given again.",
    "schema": {"type": "string", "maxLength": 200},
}
_REF: Final = "#/components/schemas/{name}"
_IN_PATH: Final = re.compile(r"\{(\w+)\}")


@functools.cache
def document() -> dict[str, Any]:
    """The whole document."""
    shown = (*(one.shape for one in READ), *(one.shape for one in WRITE))
    kinds: list[Any] = list(dict.fromkeys((Trouble, *shown, *(one.body for one in WRITE))))
    _refs, schemas = msgspec.json.schema_components(kinds, ref_template=_REF)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "open-pos",
            "version": __version__,
            "description": (
                "The shop for programs of the owner's own. Amounts are in minor units of the currency, quantities in "
                "thousandths, rates in parts per million, times in UTC milliseconds."
            ),
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for one in READ:
        paths.setdefault(one.path, {})["get"] = _operation(one, _in_query(one))
    for act in WRITE:
        told = _operation(act, [_KEY])
        told["requestBody"] = {"required": True, "content": _content(act.body.__name__)}
        told["responses"]["409"] = {
            "description": "The key was used before, for another request",
            "content": _content(Trouble.__name__),
        }
        told["responses"]["413"] = {
            "description": "The request is too long",
            "content": _content(Trouble.__name__),
        }
        paths.setdefault(act.path, {})[act.method.lower()] = told
    return paths


def _operation(one: Resource | Act, besides: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "operationId": one.name,
        "summary": one.told,
        "description": f"For the role `{one.role}` and higher ones.",
        "parameters": [*_in_path(one.path), *besides],
        "responses": {
            "200": {"description": one.told, "content": _content(one.shape.__name__)},
            **{
                status: {"description": told, "content": _content(Trouble.__name__)}
                for status, told in _TROUBLES.items()
            },
        },
    }


def _content(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REF.format(name=name)}}}


def _in_path(path: str) -> list[dict[str, Any]]:
    # A slash or nothing at all is another address, and so are one and two full stops.
    schema = {"type": "string", "minLength": 1, "maxLength": 80, "pattern": "^[^/.]+(\\.[0-9]+)?$"}
    return [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name in _IN_PATH.findall(path)
    ]


def _in_query(one: Resource) -> list[dict[str, Any]]:
    _refs, schemas = msgspec.json.schema_components([one.query], ref_template=_REF)
    schema = schemas[one.query.__name__]
    needed = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": of_name}
        for name, of_name in schema["properties"].items()
    ]
