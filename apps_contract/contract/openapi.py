"""An OpenAPI 3.1 document per edition, made from the schemas and the operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.contract.library import document
from apps_contract.contract.openapi_components import component_schemas, reference
from apps_contract.contract.operations import OPERATIONS, Operation
from apps_contract.contract.schemas import bundle

if TYPE_CHECKING:
    from apps_contract.contract.editions import Edition

_JSON = "application/json"

# What delete answers besides an empty body (SRV-SHAPE-2).
_NOTHING = {"description": "null or {}", "type": ["null", "object"], "maxProperties": 0}


def openapi_document(edition: Edition) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of an edition: requests exact, answers tolerant, as the contract reads them."""
    facts = document("operations.json")
    names = {name for known in OPERATIONS for name in (known.request_schema, known.response_schema) if name}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sinch Conversation API: Apps",
            "summary": f"The Apps endpoints as documented in {edition}.",
            "description": "Made from the Apps contract by apps-contract. Requests are described exactly, answers "
            "tolerantly: unknown members are allowed in an answer.",
            "version": edition,
        },
        "servers": [_server(facts["server"])],
        "tags": [{"name": "App", "description": "Apps with their channels and their credentials."}],
        "security": [{"basic": []}, {"oauth2": []}],
        "paths": _paths(edition),
        "components": {
            "schemas": component_schemas([*sorted(names), facts["error_schema"]], edition),
            "parameters": {name: _path_parameter(name, text) for name, text in facts["path_parameters"].items()},
            "responses": _error_responses(edition),
            "securitySchemes": _security_schemes(facts["token"]["url"]),
        },
    }


def _server(server: dict[str, Any]) -> dict[str, Any]:
    regions = server["regions"]
    return {"url": server["url"], "variables": {"region": {"enum": regions, "default": regions[0]}}}


def _security_schemes(token_url: str) -> dict[str, Any]:
    flow = {"tokenUrl": token_url, "scopes": {}}
    return {
        "basic": {"type": "http", "scheme": "basic", "description": "Access key id and key secret."},
        "oauth2": {
            "type": "oauth2",
            "description": "A token for the same access key.",
            "flows": {"clientCredentials": flow},
        },
    }


def _path_parameter(name: str, description: str) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def _paths(edition: Edition) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for known in OPERATIONS:
        item = paths.setdefault(known.path, {"parameters": _path_parameter_references(known.path)})
        item[known.method.lower()] = _operation(known, edition)
    return paths


def _path_parameter_references(path: str) -> list[dict[str, str]]:
    names = [segment.strip("{}") for segment in path.split("/") if segment.startswith("{")]
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _operation(known: Operation, edition: Edition) -> dict[str, Any]:
    described: dict[str, Any] = {"operationId": known.id, "summary": known.summary, "tags": ["App"]}
    if mask := _mask_parameter(known, edition):
        described["parameters"] = [mask]
    if known.request_schema:
        described["requestBody"] = {"required": True, "content": _content(known.request_schema, edition)}
    errors = document("operations.json")["status_words"]
    described["responses"] = {"200": _success(known, edition)} | {
        status: {"$ref": f"#/components/responses/{status}"} for status in errors
    }
    return described


def _mask_parameter(known: Operation, edition: Edition) -> dict[str, Any] | None:
    name = known.mask_parameter(edition)
    if name is None or known.request_schema is None:
        return None
    fields = list(bundle(known.request_schema, edition)["properties"])
    return {
        "name": name,
        "in": "query",
        "description": f"The members to change, such as {' and '.join(fields[:2])}; all that are sent when absent.",
        "style": "form",
        "explode": known.mask_is_repeated(edition),
        "schema": {"type": "array", "items": {"type": "string"}},
    }


def _success(known: Operation, edition: Edition) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": known.response_description}
    if known.response_schema is None:
        answer["content"] = {_JSON: {"schema": _NOTHING, "example": None}}
        return answer
    answer["content"] = _content(known.response_schema, edition)
    if known.name == "create":
        answer["links"] = {followed.name: _link(followed) for followed in OPERATIONS if "{app_id}" in followed.path}
    return answer


def _link(followed: Operation) -> dict[str, Any]:
    parameters = {"project_id": "$request.path.project_id", "app_id": "$response.body#/id"}
    return {"operationId": followed.id, "parameters": parameters}


def _content(schema_name: str, edition: Edition) -> dict[str, Any]:
    samples = {**_published(schema_name, edition), **_own(schema_name, edition)}
    examples = {name: {"value": value} for name, value in samples.items()}
    return {_JSON: {"schema": reference(schema_name, edition), "examples": examples}}


def _own(schema_name: str, edition: Edition) -> dict[str, Any]:
    return {f"example {number}": value for number, value in enumerate(bundle(schema_name, edition)["examples"], 1)}


def _published(schema_name: str, edition: Edition) -> dict[str, Any]:
    """Return one sample of the published reference, in the edition that it documents."""
    index = document("examples/index.json")
    files = [sample["file"] for sample in index["samples"] if sample["schema"] == schema_name]
    return {"published": document(f"examples/{files[0]}")} if files and index["edition"] == edition else {}


def _error_responses(edition: Edition) -> dict[str, Any]:
    facts = document("operations.json")
    texts = facts["statuses"] | facts["tolerated_statuses"]
    responses: dict[str, Any] = {}
    for status, words in facts["status_words"].items():
        flat = {"code": int(status), "message": texts[status], "status": words[0]}
        examples = {"flat": {"value": flat}, "wrapped": {"value": {"error": flat}}}
        media = {"schema": reference(facts["error_schema"], edition), "examples": examples}
        responses[status] = {"description": texts[status], "content": {_JSON: media}}
    responses["401"]["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    responses["429"]["headers"] = {"Retry-After": {"schema": {"type": "string"}}}
    return responses
