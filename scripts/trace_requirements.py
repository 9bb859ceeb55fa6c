"""Writes into schemas/requirements.json which tests prove each requirement; run it after adding or renaming a test."""

import json
from pathlib import Path

from apps_contract.run.trace import proofs

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "schemas" / "requirements.json"

if __name__ == "__main__":
    catalogue = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    tests = proofs(ROOT / "contract_tests")
    for entry in catalogue["requirements"]:
        entry["tests"] = list(tests.get(entry["id"], ()))
    CATALOGUE.write_text(json.dumps(catalogue, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
