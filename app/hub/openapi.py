"""Request bodies in the OpenAPI text: the routes read bodies themselves, so the framework cannot see their types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema

_REFERENCE = "#/$defs/"


def takes(type_: Any, media_type: str = "application/json") -> type[Operation]:
    """The operation of a route whose body is of this type."""
    schema = _GivenSchema(given=_schema(type_))

    @dataclass
    class Described(Operation):
        def __post_init__(self) -> None:
            self.request_body = RequestBody(required=True, content={media_type: OpenAPIMediaType(schema=schema)})

    return Described


@dataclass
class _GivenSchema(Schema):
    """A JSON schema that is already written."""

    given: dict[str, Any] = field(default_factory=dict)

    def to_schema(self) -> dict[str, Any]:
        return self.given


def _schema(type_: Any) -> dict[str, Any]:
    schema = msgspec.json.schema(type_)
    parts = schema.pop("$defs", {})
    resolved: dict[str, Any] = _without_references(schema, parts)
    return resolved


def _without_references(value: Any, parts: dict[str, Any]) -> Any:
    # A reference into the schema's own parts would point nowhere in the whole OpenAPI text.
    if isinstance(value, dict):
        if reference := value.get("$ref"):
            return _without_references(parts[reference.removeprefix(_REFERENCE)], parts)
        return {name: _without_references(inner, parts) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_references(inner, parts) for inner in value]
    return value
