"""Several workers, parts of a big file, and lines that lie across their borders: always the same outcome."""

from __future__ import annotations

import io
import json
import os
import random
import signal

import pytest
from file_payloads import CREATE, create

from apps_contract.files import pool, work
from apps_contract.files.lines import blocks_of_part
from apps_contract.files.outcome import Outcome
from apps_contract.files.rules import Rules
from apps_contract.files.run import judge_files


def _outcome(tally):
    kinds = [(str(kind.first), kind.count) for kind in tally.kinds.values()]
    return kinds, dict(tally.choices), tally.files, tally.severities, [str(finding) for finding in tally.listed]


@pytest.mark.parametrize(("every", "way"), [(False, "spawn"), (True, "spawn"), (False, "fork"), (True, "fork")])
def test_the_outcome_and_its_order_do_not_depend_on_the_workers(tmp_path, monkeypatch, every, way):
    monkeypatch.setattr(pool, "_way_to_start", lambda: way)
    monkeypatch.setattr(work, "PART_BYTES", 1 << 16)
    monkeypatch.setattr(work, "_FILES_BYTES", 1 << 12)
    source = random.Random(2)  # noqa: S311 -- the same file in every run
    payloads = [CREATE] * 20 + [create(display_name=7), create(processing_mode="X"), {"nothing": 1}]
    big = tmp_path / "big.ndjson"
    big.write_text("".join(json.dumps(source.choice(payloads)) + "\n" for _ in range(2_000)), encoding="utf-8")
    names = [str(big)]
    for number in range(70):
        small = tmp_path / f"{number}.json"
        small.write_text(json.dumps(source.choice(payloads)), encoding="utf-8")
        names.append(str(small))
    rules = Rules(every=every)
    one, two = (judge_files(names, rules, None, workers)[0] for workers in (1, 2))
    assert _outcome(one) == _outcome(two)
    assert one.payloads + one.undecided_payloads == 2_070
    assert one.files[str(big)].lines == 2_000


def test_parts_hold_each_line_once_wherever_the_borders_are():
    source = random.Random(4)  # noqa: S311 -- the same file in every run
    for ending in (b"", b"\n"):
        rows = [bytes([97 + n % 26]) * source.choice([0, 1, 2, 30]) for n in range(40)]
        data = b"\n".join(rows) + (ending or b"end")
        expected = data.removesuffix(b"\n").split(b"\n")
        for size in range(1, 60):
            found = []
            for start in range(0, len(data), size):
                part = blocks_of_part(io.BytesIO(data), start, min(start + size, len(data)), 1 << 20)
                found += [line for block in part for line in block.split(b"\n")]
            assert found == expected, size


def _interrupt():
    raise KeyboardInterrupt


def _die():
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("workers", "happens", "said"),
    [(1, _interrupt, "not judged: interrupted"), (2, _die, "not judged: a worker process died")],
)
def test_what_was_found_is_kept_when_the_run_ends_early(tmp_path, monkeypatch, workers, happens, said):
    big = tmp_path / "big.ndjson"
    big.write_text(json.dumps(create(display_name=7)) + "\n" + f"{json.dumps(CREATE)}\n" * 60_000, encoding="utf-8")
    monkeypatch.setattr(work, "PART_BYTES", big.stat().st_size // 2)
    monkeypatch.setattr(pool, "_way_to_start", lambda: "fork")  # so that the workers have what is patched here
    judge = work._judge_source

    def judge_the_first_part(source, known, rules, part=None):
        if part and part.start:
            happens()
        return judge(source, known, rules, part)

    monkeypatch.setattr(work, "_judge_source", judge_the_first_part)
    tally, _ = judge_files([str(big)], Rules(), None, workers)
    assert tally.unreadable["the rest"].startswith(said)
    if workers == 1:  # of several, the first part's may not have arrived
        assert [finding.line for finding in tally.findings] == [1]
    assert Outcome(Rules(), tally).exit_code == (1 if tally.findings else 3)
