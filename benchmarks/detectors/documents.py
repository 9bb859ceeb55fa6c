"""The OpenAPI document of an edition, as the peers get it.

It is what ``apps-contract schema openapi`` prints, with links and examples; only what the document cannot know, or a
peer cannot use, is filled in: names of the update mask, the project, the scheme of the key that is given.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from apps_contract.contract.openapi import openapi_document

if TYPE_CHECKING:
    from apps_contract.contract import Edition

_PROJECT = "/v1/projects/{project_id}"


def document(edition: Edition) -> dict[str, Any]:
    """Return the document, with the names that an update mask may hold: else valid requests would hold any text."""
    made = deepcopy(openapi_document(edition))
    members = [*made["components"]["schemas"]["AppUpdateRequest"]["properties"]]
    for operation in _operations(made):
        for parameter in operation.get("parameters", ()):
            if parameter["name"].startswith("update_mask"):
                parameter["schema"]["items"] = {"type": "string", "enum": members}
    return made


def document_of_project(edition: Edition) -> dict[str, Any]:
    """Return the document for tools that fill in no project: paths begin behind it, and Basic is the only scheme."""
    made = document(edition)
    made["security"] = [{"basic": []}]
    del made["components"]["securitySchemes"]["oauth2"]
    made["servers"] = [{"url": "/"}]
    made["paths"] = {path.removeprefix(_PROJECT): item for path, item in made["paths"].items()}
    for item in made["paths"].values():
        item["parameters"] = [each for each in item["parameters"] if not each["$ref"].endswith("/project_id")]
    for operation in _operations(made):
        for response in operation["responses"].values():
            response.pop("links", None)
    return made


def _operations(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for item in made["paths"].values() for operation in item.values() if isinstance(operation, dict)]
