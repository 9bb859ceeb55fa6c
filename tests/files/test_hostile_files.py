"""Hostile files: a clear error for that file, the rest still judged, and the exit code right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from file_payloads import CREATE, lines

from apps_contract.files import work

GOOD = json.dumps(CREATE).encode()

HOSTILE = {
    "deep": (b"[" * 100_000, "nested deeper than 500 levels"),
    "latin-1": (b'{"display_name": "caf\xe9"}', "is not UTF-8: the byte 0xe9"),
    "duplicate": (b'{"display_name": "a", "display_name": "b", "channel_credentials": []}', "stands twice"),
    "bom": (b"\xef\xbb\xbf" + GOOD, "byte order mark"),
    "huge": (b'{"retention_policy": {"ttl_days": 1e400}}', "beyond what a 64-bit float holds"),
    "digits": (b'{"retention_policy": {"ttl_days": ' + b"9" * 10_000 + b"}}", "beyond what a 64-bit float holds"),
    "nan": (b'{"retention_policy": {"ttl_days": NaN}}', "NaN is no JSON value"),
    "empty": (b"", "is empty"),
    "binary": (bytes(range(256)), "UTF-16"),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_a_hostile_file_is_refused_and_the_others_are_judged(validate, write, name, suffix):
    content, message = HOSTILE[name]
    write(f"in/a.{suffix}", content)
    write(f"in/b.{suffix}", GOOD)
    said = validate("in")
    if name == "empty" and suffix == "ndjson":
        assert said.code == 0  # no lines, nothing wrong
        return
    assert said.code == 1
    assert message in said.out
    assert "in/b" not in said.out
    assert "valid" not in said.lines[-1].split(";")[0]


def test_a_hostile_line_is_refused_and_the_others_are_judged(validate, write):
    content = b"\n".join([GOOD, *(text for text, _ in HOSTILE.values()), GOOD]) + b"\r\n" + GOOD
    said = validate(write("in.ndjson", content), "--schema", "create", "--all", "--format", "json")
    document = json.loads(said.out)
    assert said.code == 1
    # An empty line is no payload, and there is a newline among the bytes of the binary one.
    assert document["summary"]["payloads"] == len(HOSTILE) - 1 + 1 + 3
    assert [finding["line"] for finding in document["findings"]] == sorted(
        finding["line"] for finding in document["findings"]
    )


def test_loops_of_links_and_files_that_are_no_files(validate, write, tmp_path):
    write("in/app.json", CREATE)
    (tmp_path / "in/loop.json").symlink_to("loop.json")
    (tmp_path / "in/self").symlink_to(tmp_path / "in")
    os.mkfifo(tmp_path / "in/pipe.json")
    said = validate("in")
    assert said.code == 3
    assert "in/loop.json: cannot be read: too many levels of symbolic links" in said.out
    assert "1 payload in 1 file" in said.out
    (tmp_path / "in/loop.json").unlink()
    assert validate("in").code == 0


def test_an_unreadable_file_is_named_and_the_rest_judged(validate):
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)
        (place / "secret.json").write_bytes(GOOD)
        (place / "app.json").write_bytes(GOOD)
        (place / "secret.json").chmod(0)
        validate(place)  # everything that is imported late has been, while it may be read
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            said = validate(place)
        finally:
            if user == 0:
                os.seteuid(user)
    assert said.code == 3
    assert f"{place}/secret.json: cannot be read: permission denied" in said.out
    assert "1 payload" in said.out


def test_big_documents_are_refused_by_their_size(validate, write):
    for name, content in (("a.json", GOOD), ("a.ndjson", GOOD + b"\n" + GOOD[:50]), ("a.yaml", GOOD)):
        said = validate(write(name, content), "--max-bytes", "60")
        assert said.code == 1
        assert "bigger than 60 bytes" in said.out or "longer than 60 bytes" in said.out


@pytest.mark.parametrize("change", ["grown", "cut", "replaced", "rewritten"])
def test_a_file_that_changes_while_it_is_read_is_never_called_valid(validate, write, tmp_path, monkeypatch, change):
    write("in.ndjson", GOOD + b"\n" + GOOD + b"\n")
    file = tmp_path / "in.ndjson"
    monkeypatch.setattr(work, "_FILES_BYTES", 10)
    monkeypatch.setattr(work, "PART_BYTES", len(GOOD) + 1)
    judge = work._judge_source

    def judge_and_change(source, known, rules, part):
        tally = judge(source, known, rules, part)
        if part.start == 0:
            match change:
                case "grown":
                    with file.open("ab") as end:
                        end.write(GOOD)
                case "cut":
                    os.truncate(file, len(GOOD) + 1)
                case "replaced":
                    write("other", GOOD + b"\n" + GOOD + b"\n" + GOOD)
                    (tmp_path / "other").replace(file)
                case _:
                    file.write_bytes(b"\n" * file.stat().st_size)
                    os.utime(file, (1, 1))
        return tally

    monkeypatch.setattr(work, "_judge_source", judge_and_change)
    said = validate("in.ndjson", "--schema", "create")
    if change == "grown":  # what was there when the reading began is judged
        assert said.code == 0
        assert "2 payloads in 1 file: valid" in said.out
    else:
        assert said.code == 3
        assert "in.ndjson: it was changed while it was read" in said.out


def test_a_huge_line_is_passed_over_in_flat_memory(tmp_path):
    file = tmp_path / "huge.ndjson"
    with file.open("wb") as out:
        out.write(GOOD + b"\n")
        out.seek(300 << 20, os.SEEK_CUR)  # a line of NUL bytes that takes no room on the disk
        out.write(b"\n" + GOOD + b"\n")
    program = (
        "import sys\n"
        "from apps_contract.files.rules import Rules\nfrom apps_contract.files.run import judge_files\n"
        "tally, _ = judge_files([sys.argv[1]], Rules(schema='create', largest=1 << 20), None, 1)\n"
        "print(tally.payloads, tally.invalid, *[f.line for f in tally.findings],"
        # Not ru_maxrss: a new process starts with what its parent once needed.
        " next(int(row.split()[1]) for row in open('/proc/self/status') if row.startswith('VmHWM')) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", program, file], capture_output=True, text=True, check=True)  # noqa: S603 -- our own
    payloads, invalid, line, megabytes = map(int, done.stdout.split())
    assert (payloads, invalid, line) == (3, 1, 2)
    assert megabytes < 200


def test_yaml_aliases_cannot_blow_up(validate, write):
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
    )
    said = validate(write("bomb.yaml", bomb))
    assert said.code == 1
    assert "its aliases stand for more than" in said.out
    loop = write("loop.yaml", "display_name: &a [*a]\n")
    assert "nested deeper than" in validate(loop).out


def test_a_folder_of_very_many_files(validate, tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(2_000):
        (folder / f"{number}.json").write_bytes(GOOD if number % 500 else b"{")
    said = validate("many")
    assert said.code == 1
    assert "2,000 payloads in 2,000 files: 4 errors" in said.out
    assert "… and 3 more like this" in said.out


def test_names_that_look_like_options_patterns_or_are_no_text(validate, write, tmp_path):
    write("-a.json", CREATE)
    write("[x].json", CREATE)
    (tmp_path / os.fsdecode(b"\xff.json")).write_bytes(GOOD)
    assert validate("--", "-a.json", "[x].json").code == 0
    assert validate(".").code == 0
    (tmp_path / os.fsdecode(b"\xff.json")).write_bytes(b"{")
    for output in ("text", "json", "junit", "sarif", "github"):
        assert validate(".", "--format", output).code == 1


def test_many_unknown_names_do_not_fill_memory_or_screen(validate, write):
    write("in.ndjson", lines(*({**CREATE, f"member_{number}": 1} for number in range(300))))
    said = validate("in.ndjson", "--strict")
    assert said.code == 1
    assert len(said.lines) == 3
