"""Throughput of ``apps-contract validate`` on JSON lines, beside other validators and beside parsing alone.

Usage: ``python benchmarks/validate.py [--payloads 1000000] [--rounds 3] [--invalid 0.01] [--workers 2] [--only NAME]
[--keep FOLDER]``

All read the same two corpora in one run, in turn, each in its own process from start to end: one of valid payloads
only, one with some invalid ones among them. The slow ones read the beginning only; each row tells how much. Peers are
installed into a throw-away folder below the system's temporary one.
Prints three Markdown tables: all contenders, what more workers gain, and what memory more payloads take. How many
payloads each accepts is compared: a row that disagrees says so. ``--only apps-contract`` leaves out contenders of other
names, but not parsing alone.
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
from itertools import islice
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
class Corpus:
    """Payloads in a file, and how many of them are invalid, as a share."""

    file: Path
    payloads: int
    invalid: float
    bytes: int = 0
    valid: int = 0


@dataclass
class Measured:
    """What was measured of one contender on one corpus, a number for each round."""

    accepted: int | None = None
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)


@dataclass
class Contender:
    """One way to judge a corpus: its command, ``{corpus}`` standing for the file, and how many payloads of it.

    ``workers`` is how many processes of ours judge, 0 for the others.
    """

    name: str
    command: list[str]
    payloads: int
    workers: int = 0
    measured: list[Measured] = field(default_factory=list)
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


def contenders(folder: Path, payloads: int, most_workers: int) -> list[Contender]:
    """Return all contenders, parsing alone first; the peers' environments lie in ``folder``."""
    python = str(folder / "venv" / "bin" / "python")
    peer = str(HERE / "peers" / "peer.py")
    conditions, alternatives = str(folder / "conditions.json"), str(folder / "alternatives.json")

    def ours(workers: int) -> Contender:
        options = ["--schema", "create", "--edition", EDITION, "--format", "json", "--workers", str(workers)]
        command = [str(Path(sys.executable).with_name("apps-contract")), "validate", "{corpus}", *options]
        return Contender(f"**apps-contract**, {workers} worker{'s' * (workers > 1)}", command, payloads, workers)

    def lines(name: str, kind: str, schema: str, count: int) -> Contender:
        return Contender(name, [python, peer, kind, schema, "{corpus}", str(count)], min(count, payloads))

    found = [
        lines("parsing alone: orjson", "orjson", conditions, payloads),
        *(ours(workers) for workers in range(1, most_workers + 1)),
        lines("orjson + corvus-json-schema-rs", "corvus", alternatives, payloads),
        lines("corvus-json-schema-rs on bytes", "corvus-bytes", alternatives, payloads),
        lines("orjson + jsonschema-rs", "jsonschema-rs", alternatives, payloads),
        lines("json + jsonschema-rs", "jsonschema-rs-json", alternatives, payloads),
        lines("orjson + fastjsonschema", "fastjsonschema", conditions, payloads // 50),
        lines("orjson + jsonschema", "jsonschema", conditions, payloads // 500),
        lines("check-jsonschema, a file each", "check-jsonschema", conditions, min(1000, payloads)),
    ]
    if (folder / "npm" / "node_modules" / "ajv").is_dir():
        command = ["node", str(HERE / "peers" / "peer.cjs"), str(folder / "npm"), conditions, "{corpus}"]
        found.append(Contender("ajv on Node", [*command, str(payloads)], payloads))
    return found


def set_up(folder: Path) -> None:
    """Install the peers, and write the schemas in both forms."""
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


def measure(contender: Contender, corpus: Corpus, into: Measured) -> None:
    """Let a contender judge a corpus once, and note its time, what it accepted and its largest process."""
    command = [part.replace("{corpus}", str(corpus.file)) for part in contender.command]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        text = process.stdout.read()
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    into.seconds.append(time.perf_counter() - started)
    into.cpu_seconds.append(usage.ru_utime + usage.ru_stime)
    contender.peak_kb = max(contender.peak_kb, usage.ru_maxrss)
    said: dict[str, Any] = json.loads(text)
    if "accepted" in said:
        into.accepted = said["accepted"]
    elif "summary" in said:
        into.accepted = said["summary"]["without_findings"]


def table(found: list[Contender], corpora: list[Corpus]) -> str:
    """Return the results as a Markdown table; the ratios are those of each round, so that a busy machine hits both."""
    parsing = found[0]
    heads = ["what", "payloads"]
    for corpus in corpora:
        share = f"{corpus.invalid:.0%} invalid" if corpus.invalid else "all valid"
        heads += [f"{share}: per second", "processor time of one", "parsing alone = 1", "accepted"]
    rows = [f"| {' | '.join([*heads, 'peak MB'])} |", f"| --- |{' --: |' * len(heads)}"]
    for one in sorted(found, key=lambda one: statistics.median(one.measured[0].cpu_seconds) / one.payloads):
        cells = [one.name, f"{one.payloads:,}"]
        for mine, theirs in zip(one.measured, parsing.measured, strict=True):
            ratios = [
                our_cpu / one.payloads * parsing.payloads / cpu
                for our_cpu, cpu in zip(mine.cpu_seconds, theirs.cpu_seconds, strict=True)
            ]
            cells += [
                f"{one.payloads / statistics.median(mine.seconds):,.0f}",
                f"{statistics.median(mine.cpu_seconds) / one.payloads * 1e6:,.1f} us",
                f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
                "" if mine.accepted is None else f"{mine.accepted:,}",
            ]
        rows.append(f"| {' | '.join([*cells, f'{one.peak_kb / 1024:.0f}'])} |")
    return "\n".join(rows)


def scaling(found: list[Contender], corpora: list[Corpus]) -> str:
    """Return what more workers of ours gain, as a Markdown table: whole runs, from start to end, round by round."""
    ours = [one for one in found if one.workers]
    rows = ["| corpus | workers | wall time, s | times as fast as 1 | processor time, s | times that of 1 |"]
    rows.append("| --- | --: | --: | --: | --: | --: |")
    for number, corpus in enumerate(corpora):
        first = ours[0].measured[number]
        for one in ours:
            mine = one.measured[number]
            faster = [alone / wall for alone, wall in zip(first.seconds, mine.seconds, strict=True)]
            dearer = [cpu / alone for alone, cpu in zip(first.cpu_seconds, mine.cpu_seconds, strict=True)]
            cells = [
                corpus.file.stem,
                str(one.workers),
                f"{statistics.median(mine.seconds):.2f}",
                f"{statistics.median(faster):.2f}",
                f"{statistics.median(mine.cpu_seconds):.2f}",
                f"{statistics.median(dearer):.2f}",
            ]
            rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def memory(one: Contender, corpus: Corpus) -> str:
    """Return the largest process of a contender over more and more of a corpus, as a Markdown table."""
    rows = ["| payloads | MB of text | peak MB |", "| --: | --: | --: |"]
    for share in (100, 10, 1):
        some = Corpus(corpus.file.with_name(f"part-{share}.ndjson"), corpus.payloads // share, corpus.invalid)
        with corpus.file.open("rb") as source, some.file.open("wb") as out:
            out.writelines(islice(source, some.payloads))
        alone = Contender(one.name, one.command, some.payloads)
        measure(alone, some, Measured())
        size = some.file.stat().st_size / 1e6
        rows.append(f"| {some.payloads:,} | {size:,.0f} | {alone.peak_kb / 1024:.0f} |")
        some.file.unlink()
    return "\n".join(rows)


def disagreements(found: list[Contender], corpora: list[Corpus]) -> list[str]:
    """Return a line for each contender that read a whole corpus and accepts another number than are valid."""
    return [
        f"{one.name} accepts {measured.accepted:,} of {corpus.valid:,}"
        for one in found
        for measured, corpus in zip(one.measured, corpora, strict=True)
        if measured.accepted is not None and one.payloads == corpus.payloads and measured.accepted != corpus.valid
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--payloads", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--invalid", type=float, default=0.01, help="share of invalid payloads in the second corpus")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="up to how many of ours")
    parser.add_argument("--only", action="append", default=[], help="only contenders with this in their name")
    parser.add_argument("--keep", type=Path, help="keep the peers and the corpora here, for the next run")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        set_up(folder)
        corpora = [Corpus(folder / "valid.ndjson", arguments.payloads, 0.0)]
        corpora.append(Corpus(folder / "mixed.ndjson", arguments.payloads, arguments.invalid))
        for corpus in corpora:
            corpus.valid = write_corpus(corpus.file, corpus.payloads, corpus.invalid)
            corpus.bytes = corpus.file.stat().st_size
        first, *others = contenders(folder, arguments.payloads, arguments.workers)
        wanted = [one for one in others if any(name in one.name for name in arguments.only or [""])]
        found = [first, *wanted]
        load = os.getloadavg()[0]
        for one in found:
            one.measured = [Measured() for _ in corpora]
        for number in range(arguments.rounds):
            for one in found:
                for corpus, measured in zip(corpora, one.measured, strict=True):
                    measure(one, corpus, measured)
                print(f"  round {number + 1}: {one.name}: {one.measured[-1].seconds[-1]:.2f} s", file=sys.stderr)
        sizes = " and ".join(f"{corpus.bytes / 1e6:,.0f} MB with {corpus.valid:,} valid" for corpus in corpora)
        print(f"{arguments.payloads:,} create requests of edition {EDITION} twice: {sizes}. ", end="")
        print(
            f"{arguments.rounds} rounds in turn, medians; load average before it {load:.1f} on {os.cpu_count()} cores."
        )
        print()
        print(table(found, corpora))
        print()
        print("\n".join(disagreements(found, corpora)) or "All that read all of it accept the same number of payloads.")
        for one in [one for one in found if one.workers == 1]:
            print(f"\n{scaling(found, corpora)}\n\n{memory(one, corpora[-1])}")


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()
