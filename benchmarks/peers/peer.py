"""One peer of ``benchmarks/validate.py``: judges the first lines of a corpus and prints how many it accepts, as JSON.

Usage: ``peer.py KIND SCHEMA CORPUS COUNT``. Runs in the peers' own environment, which has no apps-contract.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def judge_of(kind: str, schema: dict[str, Any]) -> Callable[[bytes], Any]:
    """Return the function that judges one line, for one kind of peer."""
    if kind == "jsonschema-rs-json":
        import jsonschema_rs  # noqa: PLC0415 -- one peer, one library

        is_valid = jsonschema_rs.Draft7Validator(schema).is_valid
        return lambda line: is_valid(json.loads(line))
    import orjson  # noqa: PLC0415

    loads = orjson.loads
    if kind == "orjson":
        return lambda line: loads(line) is not None
    if kind == "jsonschema-rs":
        import jsonschema_rs  # noqa: PLC0415

        is_valid = jsonschema_rs.Draft7Validator(schema).is_valid
    elif kind == "jsonschema":
        import jsonschema  # noqa: PLC0415

        is_valid = jsonschema.Draft7Validator(schema).is_valid
    elif kind == "fastjsonschema":
        is_valid = _fastjsonschema(schema)
    else:
        import corvus_json_schema_rs  # noqa: PLC0415

        validator = corvus_json_schema_rs.compile(schema)
        if kind == "corvus-bytes":
            return validator.is_valid_json
        is_valid = validator
    return lambda line: is_valid(loads(line))


def _fastjsonschema(schema: dict[str, Any]) -> Callable[[Any], bool]:
    import fastjsonschema  # noqa: PLC0415

    validate = fastjsonschema.compile(schema)

    def is_valid(value: Any) -> bool:
        try:
            validate(value)
        except fastjsonschema.JsonSchemaException:
            return False
        return True

    return is_valid


def check_jsonschema(schema_file: str, lines: list[bytes]) -> int:
    """Return how many payloads check-jsonschema accepts; it reads one payload from each file."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, line in enumerate(lines):
            file = Path(folder) / f"{number}.json"
            file.write_bytes(line)
            files.append(str(file))
        command = [str(Path(sys.executable).with_name("check-jsonschema")), "--schemafile", schema_file, "-o", "json"]
        done = subprocess.run([*command, *files], capture_output=True, check=False)
        said = json.loads(done.stdout)
        return len(files) - len({error["filename"] for error in said.get("errors", [])})


def main() -> None:
    """Judge and print."""
    kind, schema_file, corpus, count = sys.argv[1:]
    with open(corpus, "rb") as file:  # noqa: PTH123 -- as a peer's user would
        lines = islice(file, int(count))
        if kind == "check-jsonschema":
            accepted = check_jsonschema(schema_file, list(lines))
        else:
            schema = json.loads(Path(schema_file).read_bytes())
            accepted = sum(map(bool, map(judge_of(kind, schema), lines)))
    print(json.dumps({"accepted": accepted} if kind != "orjson" else {}))


if __name__ == "__main__":
    main()
