"""Writes into schemas/requirements.json which tests prove each requirement; run it after adding or renaming a test."""

import json
from pathlib import Path

from apps_contract.run.catalogue import proofs_of

CATALOGUE = Path(__file__).parent.parent / "schemas" / "requirements.json"

if __name__ == "__main__":
    catalogue = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    for entry in catalogue["requirements"]:
        entry["tests"] = [test.id for test in proofs_of(entry["id"])]
    CATALOGUE.write_text(json.dumps(catalogue, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
