"""Throughput of ``apps-contract validate`` on JSON lines, beside other validators and beside parsing alone.

Usage: ``python benchmarks/validate.py [--payloads 1000000] [--rounds 3] [--keep FOLDER]``

All read the same corpus in one run, in turn, each in its own process from start to end. The slow ones read its
beginning only; each row tells how much. Peers are installed into a throw-away folder below the system's temporary one.
Prints a Markdown table. How many payloads each accepts is compared: a row that disagrees says so.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apps_contract import contract
from apps_contract.payloads.invalid import invalid_bodies
from apps_contract.payloads.valid import all_entries, full_create

EDITION: contract.Edition = "2023"
HERE = Path(__file__).resolve().parent
LONGEST_BROKEN = 3000
PACKAGES = ["jsonschema", "fastjsonschema", "jsonschema-rs", "check-jsonschema", "orjson", "corvus-json-schema-rs"]


@dataclass
class Contender:
    """One way to judge the corpus: its command, how many payloads of it, and what was measured."""

    name: str
    command: list[str]
    payloads: int
    accepted: int | None = None
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    peak_kb: int = 0


def write_corpus(file: Path, payloads: int, invalid_share: float) -> int:
    """Write create requests of about 1 KB as JSON lines; return how many are valid."""
    source = random.Random(1)  # noqa: S311 -- the same corpus every time
    entries = [_compact(entry) for tag in map(str, range(40)) for entry in all_entries(EDITION, tag=tag)]
    full = full_create(EDITION, "x")
    rest = ",".join(
        f'"{name}":{_compact(full[name])}' for name in full if name not in {"display_name", "channel_credentials"}
    )
    broken = [_compact(case.body) for case in invalid_bodies(EDITION, "create")]
    broken = [text for text in broken if len(text) < LONGEST_BROKEN]
    valid = 0
    with file.open("w", encoding="utf-8") as out:
        for number in range(payloads):
            if source.random() < invalid_share:
                out.write(source.choice(broken) + "\n")
                continue
            valid += 1
            credentials = ",".join(source.sample(entries, source.randint(3, 6)))
            name = f"Aplicación № {number} \N{GRINNING FACE}"
            out.write(f'{{"display_name":"{name}","channel_credentials":[{credentials}],{rest}}}\n')
    return valid


def contenders(folder: Path, corpus: Path, payloads: int) -> list[Contender]:
    """Return all contenders; the peers' environments lie in ``folder``."""
    ours = str(Path(sys.executable).with_name("apps-contract"))
    python = str(folder / "venv" / "bin" / "python")
    peer = str(HERE / "peers" / "peer.py")
    conditions, alternatives = str(folder / "conditions.json"), str(folder / "alternatives.json")
    judge = [ours, "validate", str(corpus), "--schema", "create", "--edition", EDITION, "--format", "json"]

    def lines(name: str, kind: str, schema: str, count: int) -> Contender:
        return Contender(name, [python, peer, kind, schema, str(corpus), str(count)], min(count, payloads))

    found = [
        Contender("**apps-contract**, 1 worker", [*judge, "--workers", "1"], payloads),
        Contender("**apps-contract**, 2 workers", [*judge, "--workers", "2"], payloads),
        lines("parsing alone: orjson", "orjson", conditions, payloads),
        lines("orjson + corvus-json-schema-rs", "corvus", alternatives, payloads),
        lines("corvus-json-schema-rs on bytes", "corvus-bytes", alternatives, payloads),
        lines("orjson + jsonschema-rs", "jsonschema-rs", alternatives, payloads),
        lines("json + jsonschema-rs", "jsonschema-rs-json", alternatives, payloads),
        lines("orjson + fastjsonschema", "fastjsonschema", conditions, payloads // 50),
        lines("orjson + jsonschema", "jsonschema", conditions, payloads // 500),
        Contender(
            "check-jsonschema, a file each", [python, peer, "check-jsonschema", conditions, str(corpus), "1000"], 1000
        ),
    ]
    if (folder / "npm" / "node_modules" / "ajv").is_dir():
        command = ["node", str(HERE / "peers" / "peer.cjs"), str(folder / "npm"), conditions, str(corpus)]
        found.insert(4, Contender("ajv on Node", [*command, str(payloads)], payloads))
    return found


def set_up(folder: Path) -> None:
    """Install the peers and write the schemas in both forms."""
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
        quiet = ["--quiet", "--disable-pip-version-check"]
        subprocess.run([str(python), "-m", "pip", "install", *quiet, *PACKAGES], check=True)
    if not (folder / "npm").exists():
        (folder / "npm").mkdir()
        command = ["npm", "install", "--silent", "--no-save", "--prefix", str(folder / "npm"), "ajv@8"]
        subprocess.run(command, check=False)
    for name, one_of in (("conditions", False), ("alternatives", True)):
        text = json.dumps(contract.schema("create", EDITION, one_of=one_of))
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def measure(contender: Contender) -> None:
    """Run a contender once, and note its time, what it accepted and its largest process."""
    started = time.perf_counter()
    with subprocess.Popen(contender.command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        text = process.stdout.read()
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    contender.seconds.append(time.perf_counter() - started)
    contender.cpu_seconds.append(usage.ru_utime + usage.ru_stime)
    contender.peak_kb = max(contender.peak_kb, usage.ru_maxrss)
    said: dict[str, Any] = json.loads(text)
    if "accepted" in said:
        contender.accepted = said["accepted"]
    elif "summary" in said:
        contender.accepted = said["summary"]["without_findings"]


def table(found: list[Contender]) -> str:
    """Return the results as a Markdown table; the ratios are those of each round, so that a busy machine hits both."""
    parsing = next(one for one in found if one.name.startswith("parsing"))
    rows = [
        "| what | payloads | per second | processor time of one | parsing alone = 1 | peak MB | accepted |",
        "| --- | --: | --: | --: | --: | --: | --: |",
    ]
    for one in sorted(found, key=lambda one: statistics.median(one.cpu_seconds) / one.payloads):
        ratios = [
            mine / one.payloads * parsing.payloads / theirs
            for mine, theirs in zip(one.cpu_seconds, parsing.cpu_seconds, strict=True)
        ]
        cells = [
            one.name,
            f"{one.payloads:,}",
            f"{one.payloads / statistics.median(one.seconds):,.0f}",
            f"{statistics.median(one.cpu_seconds) / one.payloads * 1e6:,.1f} us",
            f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
            f"{one.peak_kb / 1024:.0f}",
            "" if one.accepted is None else f"{one.accepted:,}",
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--payloads", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--invalid", type=float, default=0.01, help="share of invalid payloads")
    parser.add_argument("--keep", type=Path, help="keep the peers and the corpus here, for the next run")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        set_up(folder)
        corpus = folder / "corpus.ndjson"
        valid = write_corpus(corpus, arguments.payloads, arguments.invalid)
        size = corpus.stat().st_size
        each = size / arguments.payloads
        print(f"{arguments.payloads:,} create requests of edition {EDITION}, {valid:,} of them valid, ", end="")
        print(f"{size / 1e6:,.0f} MB, {each:,.0f} bytes each; {arguments.rounds} rounds in turn, medians.")
        found = contenders(folder, corpus, arguments.payloads)
        for number in range(arguments.rounds):
            for contender in found:
                measure(contender)
                print(f"  round {number + 1}: {contender.name}: {contender.seconds[-1]:.2f} s", file=sys.stderr)
        print()
        print(table(found))


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()
