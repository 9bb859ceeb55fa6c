"""How long one small file takes from the start of the process to its end, beside check-jsonschema and a bare Python.

Usage: ``python benchmarks/startup.py [--rounds 15] [--keep FOLDER]``

Same files and same schema for both, in turn, in one run; check-jsonschema is installed into a throw-away environment
below the system's temporary folder. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from apps_contract import contract

EDITION: contract.Edition = "2023"


def commands(folder: Path) -> dict[str, list[str]]:
    """Write the files and return the commands to compare."""
    schema = folder / "create.schema.json"
    schema.write_text(json.dumps(contract.schema("create", EDITION)), encoding="utf-8")
    good, bad = folder / "good.json", folder / "bad.json"
    payload = contract.schema("create", EDITION)["examples"][-1]
    good.write_text(json.dumps(payload, indent=2), encoding="utf-8")
    bad.write_text(json.dumps({**payload, "display_name": 7}, indent=2), encoding="utf-8")
    ours = [
        str(Path(sys.executable).with_name("apps-contract")),
        "validate",
        "--schema",
        "create",
        "--edition",
        EDITION,
    ]
    peer = [str(folder / "venv" / "bin" / "check-jsonschema"), "--schemafile", str(schema)]
    return {
        "apps-contract validate, valid file": [*ours, str(good)],
        "check-jsonschema, valid file": [*peer, str(good)],
        "apps-contract validate, invalid file": [*ours, str(bad)],
        "check-jsonschema, invalid file": [*peer, str(bad)],
        "python -c pass": [sys.executable, "-c", "pass"],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--keep", type=Path, help="keep check-jsonschema here, for the next run")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        python = folder / "venv" / "bin" / "python"
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
            quiet = ["--quiet", "--disable-pip-version-check"]
            subprocess.run([str(python), "-m", "pip", "install", *quiet, "check-jsonschema"], check=True)
        compared = commands(folder)
        # As installed packages are: the round that does not count leaves their modules compiled.
        compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        seconds: dict[str, list[float]] = {name: [] for name in compared}
        for _ in range(arguments.rounds + 1):
            for name, command in compared.items():
                started = time.perf_counter()
                subprocess.run(command, capture_output=True, check=False, env=compiled)
                seconds[name].append(time.perf_counter() - started)
    print(f"{arguments.rounds} rounds in turn, after one that does not count; milliseconds.\n")
    print("| command | median | least | most | median of check-jsonschema on the same file = 1 |")
    print("| --- | --: | --: | --: | --: |")
    for name, found in seconds.items():
        counted = found[1:]
        file = name.partition(", ")[2]
        peer = seconds.get(f"check-jsonschema, {file}", [])[1:]
        ratio = f"{statistics.median(counted) / statistics.median(peer):.2f}" if peer else ""
        times = " | ".join(f"{value * 1000:.0f}" for value in (statistics.median(counted), min(counted), max(counted)))
        print(f"| {name} | {times} | {ratio} |")


if __name__ == "__main__":
    main()
