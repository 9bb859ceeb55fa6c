"""Schemas for editors: bundles that also take the ``$schema`` member by which a payload names them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from apps_contract import contract

if TYPE_CHECKING:
    from pathlib import Path

    from apps_contract.contract import Edition

NAMES: Final = ("create", "update", "app", "list")


def editor_schema(name: str, edition: Edition) -> dict[str, Any]:
    """Return a bundled schema that an editor can complete and check a payload by; raise UnknownSchemaError."""
    bundle = contract.schema(name, edition)
    bundle["properties"] = {"$schema": {"type": "string"}, **bundle["properties"]}
    return bundle


def write_editor_schemas(folder: Path, edition: Edition) -> list[Path]:
    """Write the schemas as ``FOLDER/EDITION/NAME.json`` and return the paths; raise OSError."""
    place = folder / edition
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for name in NAMES:
        file = place / f"{name}.json"
        file.write_text(json.dumps(editor_schema(name, edition), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        written.append(file)
    return written
