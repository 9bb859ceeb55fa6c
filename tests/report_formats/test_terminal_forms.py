import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from apps_contract._resources import folder
from apps_contract.cli.main import COMMANDS, group, main
from apps_contract.service.app import DEMO_KEYS

KEY = DEMO_KEYS[0]


@pytest.fixture
def check(tmp_path, monkeypatch):
    """Judge the faulty server, or the embedded one, by one requirement."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))

    def checked(*arguments, faulty=True):
        sys.modules.pop("faulty_app", None)
        key = ["--project", KEY.project_id, "--key-id", KEY.key_id, "--key-secret", KEY.key_secret]
        target = ["--asgi", "faulty_app:app", *key] if faulty else []
        common = ["--requirement", "SRV-STATE-6", "--report-dir", str(tmp_path)]
        return CliRunner().invoke(group, ["check", *target, *common, *arguments], standalone_mode=False)

    return checked


def test_json_is_the_report_and_nothing_else(check):
    result = check("--format", "json")
    assert result.return_value == 1
    schema = json.loads((folder("schemas") / "report.schema.json").read_text())
    jsonschema.validate(json.loads(result.stdout), schema)


def test_github_adds_an_annotation_for_each_finding(check, tmp_path):
    result = check("--format", "github")
    findings = json.loads((tmp_path / "report.json").read_text())["findings"]
    commands = [line for line in result.stdout.splitlines() if line.startswith("::")]
    assert len(commands) == len(findings) + 1
    assert "Life cycle" in result.stdout


def test_quiet_is_a_line_for_each_finding_and_the_verdict(check, tmp_path):
    result = check("-q")
    findings = json.loads((tmp_path / "report.json").read_text())["findings"]
    lines = result.stdout.splitlines()
    assert len(lines) == len(findings) + 1
    assert lines[-1].startswith("Does not conform: 1 of 1 requirements")
    assert check("--quiet", faulty=False).stdout == "Conforms: 1 of 1 requirements of edition 2023 are kept.\n"


@pytest.mark.parametrize("variable", [{}, {"TERM": "xterm-256color"}])
def test_no_colour_and_no_progress_when_piped(tmp_path, variable):
    command = [sys.executable, "-m", "apps_contract", "check", "--requirement", "SRV-SHAPE-2", "--report-dir", tmp_path]
    ran = subprocess.run(command, capture_output=True, check=True, env={"PATH": "/usr/bin:/bin", **variable})  # noqa: S603
    assert b"\x1b" not in ran.stdout + ran.stderr
    assert b"Conforms to edition 2023" in ran.stdout


def test_names_are_completed(monkeypatch):
    monkeypatch.setenv("_APPS_CONTRACT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "apps-contract rep")
    monkeypatch.setenv("COMP_CWORD", "1")
    result = CliRunner().invoke(group, prog_name="apps-contract")
    assert result.stdout.split() == ["plain,replay", "plain,report"]


def test_the_help_says_how_to_complete():
    assert "_APPS_CONTRACT_COMPLETE=bash_source" in CliRunner().invoke(group, ["--help"]).stdout


def test_plain_signs_stand_in_where_the_encoding_has_no_others(tmp_path):
    command = [sys.executable, "-m", "apps_contract", "check", "--requirement", "SRV-SHAPE-2", "--report-dir", tmp_path]
    narrow = {"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "ascii"}
    ran = subprocess.run(command, capture_output=True, check=True, env=narrow)  # noqa: S603
    said = ran.stdout.decode("ascii")
    assert "  + SRV-SHAPE-2" in said
    assert "edition 2023 - the embedded reference server" in said
    assert ran.stderr == b""


@pytest.mark.parametrize(
    "command",
    [["check"], ["judge", "--", "true"], ["fuzz", "--budget", "1s"], ["proxy", "--target", "http://127.0.0.1:1"]],
)
def test_a_folder_that_cannot_be_written_to_is_told_before_anything_is_sent(tmp_path, command):
    (tmp_path / "file").write_text("")
    arguments = [command[0], "--report-dir", str(tmp_path / "file"), *command[1:]]
    result = CliRunner().invoke(group, arguments, standalone_mode=False)
    assert result.exception.exit_code == 2
    assert "name another folder by --report-dir" in str(result.exception)
    assert result.output == ""


def test_a_group_of_commands_alone_lists_them(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["schema"])
    assert ended.value.code == 2
    assert "Commands:\n  bundle" in capsys.readouterr().err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_completion(monkeypatch, shell):
    monkeypatch.setenv("_APPS_CONTRACT_COMPLETE", f"{shell}_source")
    assert "_APPS_CONTRACT_COMPLETE=" in CliRunner().invoke(group, prog_name="apps-contract").stdout


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"replay"}))
def test_the_help_of_a_command_teaches_by_examples(name):
    said = CliRunner().invoke(group, [name, "--help"]).stdout
    assert f"Examples:\n    apps-contract {name}" in said
