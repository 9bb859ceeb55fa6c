"""What a person or a pipeline gets from ``apps-contract validate``."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from file_payloads import APP, CREATE, ENTRY, TOKEN, create, lines


def test_a_valid_file_is_said_to_be_valid_and_a_guess_is_said_to_be_one(validate, write):
    said = validate(write("app.json", CREATE))
    assert said == (0, "1 payload in 1 file: valid; schema create of edition 2023 (guessed)\n", "")


def test_an_error_names_line_column_path_finding_and_requirement(validate, write):
    body = """{
  "display_name": "Demo",
  "channel_credentials": [
    {"channel": "WHATSAPP", "static_bearer": {"claimed_identity": "x"}}
  ],
  "retention_policy": {
    "ttl_days": "180"
  }
}"""
    said = validate(write("app.json", body))
    path, advice = "channel_credentials[0].static_bearer.token", "WHATSAPP needs claimed_identity and token"
    assert said.code == 1
    assert said.lines == [
        f"app.json:4:46: error: {path}: is missing, but required; {advice} (SRV-INPUT-2)",
        'app.json:7:17: error: retention_policy.ttl_days: found the string "180", expected an integer (SRV-INPUT-3)',
        "1 payload in 1 file: 2 errors; 1 invalid; schema create of edition 2023 (guessed)",
    ]


def test_an_entry_that_fits_no_form_is_explained_by_its_channel_alone(validate, write):
    said = validate(write("app.json", create(channel_credentials=[{"channel": "MESSENGER", "static_bearer": {}}])))
    findings = said.lines[:-1]
    assert all("static_token" in line or "static_bearer" in line for line in findings)
    assert not any(word in said.out for word in ("line_credentials", "wechat", "telegram", "mms"))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("static_bearer", TOKEN),
        ("static_bearer", {"claimed_identity": "x", "token": 7316}),
        ("callback_secret", TOKEN * 20),
        ("callback_secret", 7316),
        ("statik_bearer", TOKEN),
    ],
)
@pytest.mark.parametrize("output", ["text", "json", "junit", "sarif", "github"])
def test_no_output_shows_a_secret(validate, write, place, value, output):
    said = validate(write("app.json", create(channel_credentials=[{**ENTRY, place: value}])), "--format", output)
    assert "secret-token" not in said.out
    assert "7316" not in said.out


def test_the_first_error_of_each_kind_is_shown_and_the_rest_counted(validate, write):
    bad = [create(processing_mode=word) for word in ("DISPATCHED", "x", "y")]
    file = write("apps.ndjson", lines(CREATE, *bad, create(display_name=7)))
    said = validate(file)
    message = 'found the string "DISPATCHED", expected "CONVERSATION" or "DISPATCH"; did you mean "DISPATCH"?'
    assert said.lines == [
        f"apps.ndjson:2:179: error: processing_mode: {message} (SRV-INPUT-4)",
        "    … and 2 more like this (--all shows each)",
        "apps.ndjson:5:18: error: display_name: found the number 7, expected a string (SRV-INPUT-3)",
        "5 payloads in 1 file: 4 errors; 4 invalid; schema create of edition 2023 (guessed)",
    ]
    assert [line.split(" ")[0] for line in validate(file, "--all").lines[:-1]] == [
        "apps.ndjson:2:179:",
        "apps.ndjson:3:179:",
        "apps.ndjson:4:179:",
        "apps.ndjson:5:18:",
    ]


def test_unknown_members_are_warnings_and_errors_if_strict_with_the_nearest_name(validate, write):
    for name, payload in (("create.json", create(retention_polcy={})), ("app.json", {**APP, "retention_polcy": {}})):
        assert validate(write(name, payload)).code == 0
        strict = validate(name, "--strict")
        assert strict.code == 1
        assert "did you mean" in strict.out
        assert "retention_policy" in strict.out
    nested = {**APP, "rate_limits": {"inbond": 1}}
    assert "rate_limits.inbond" in validate(write("nested.json", nested), "--strict").out
    many = write("apps.ndjson", lines(*[APP] * 40, nested, {"apps": [APP, nested]}))
    assert validate(many).code == 0
    assert validate(many, "--strict", "--all").out.count("inbond") == 2


def test_a_should_is_a_warning_and_fails_when_asked_for(validate, write):
    write("app.json", create(channel_credentials=[{"channel": "SMS"}]))
    said = validate("app.json", "--edition", "2023")
    assert said.code == 0
    assert "warning: channel_credentials[0].static_bearer" in said.out
    assert "SMS needs claimed_identity and token" in said.out
    assert validate("app.json", "--level", "should").code == 1
    assert validate("app.json", "--edition", "2026").code == 1  # a MUST there


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("app.json", json.dumps(CREATE)),
        ("app.jsonl", json.dumps(CREATE)),
        (
            "app.yaml",
            'display_name: "Demo"\nchannel_credentials: []\n---\n{"display_name": "x", "channel_credentials": []}\n',
        ),
        ("app.toml", 'display_name = "Demo"\nchannel_credentials = []\n[retention_policy]\nttl_days = 30\n'),
        ("app.txt", lines(CREATE, CREATE)),
        ("app", json.dumps(CREATE, indent=2)),
    ],
)
def test_each_format_is_read(validate, write, name, content):
    said = validate(write(name, content))
    assert said.code == 0, said.out


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        (
            "a.yaml",
            "display_name: Demo\nchannel_credentials:\n  - channel: SMSS\n",
            "a.yaml:3:14: error: channel_credentials[0].channel",
        ),
        ("a.yaml", "display_name: Demo\nchannel_credentials: []\nretention_policy: {ttl_days: 1e9}\n", "a.yaml:3:30"),
        ("a.yaml", "display_name: a\ndisplay_name: b\n", "a.yaml:2:1: error: the name 'display_name' stands twice"),
        ("a.yaml", "display_name: 12:30\n", "a.yaml:1:15: error: 12:30 is a number to the base 60"),
        ("a.yaml", "display_name: .inf\n", "a.yaml:1:15: error: .inf is no JSON value"),
        ("a.yaml", "display_name: [\n", "a.yaml:2:1: error: is no YAML"),
        ("a.toml", "display_name = 7\nchannel_credentials = []\n", "a.toml: error: display_name"),
        ("a.toml", "display_name = \n", "a.toml:1:16: error: is no TOML"),
    ],
)
def test_errors_in_yaml_and_toml_say_where(validate, write, name, content, place):
    said = validate(write(name, content))
    assert said.code == 1
    assert said.out.startswith(place)


def test_yaml_merges_and_aliases_are_written_out(validate, write):
    text = """
base: &base {ttl_days: 4000, retention_type: MESSAGE_EXPIRE_POLICY}
display_name: Demo
channel_credentials: []
retention_policy: {<<: *base, ttl_days: 30}
dispatch_retention_policy: {<<: [*base]}
"""
    said = validate(write("a.yaml", text), "--all")
    assert [line.split(" ")[2] for line in said.lines[:-1]] == ["base:", "dispatch_retention_policy.ttl_days:"]


def test_recorded_traffic_is_judged_by_operation(validate, write):
    def entry(method, url, sent, status, answer):
        posted = {"postData": {"text": sent}} if sent else {}
        return {
            "request": {"method": method, "url": url, **posted},
            "response": {"status": status, "content": {"text": answer}},
        }

    base = "https://us.conversation.api.sinch.com/v1/projects/p/apps"
    har = {
        "log": {
            "entries": [
                entry("GET", "https://elsewhere.test/v1/things", None, 200, "<html>"),
                entry("POST", base, json.dumps(CREATE), 200, json.dumps(APP)),
                entry(
                    "PATCH", f"{base}/x?update_mask=display_name", json.dumps({"display_name": 7}), 400, '{"error": 1}'
                ),
                entry("GET", base, None, 200, '{"apps": [{"id": ""}]}'),
                entry("DELETE", f"{base}/x", None, 200, "null"),
            ]
        }
    }
    said = validate(write("traffic.har", har), "--all")
    assert said.code == 1
    assert "5 payloads in 1 file" in said.lines[-1]
    assert "log.entries[2].request.postData.text.display_name: found the number 7" in said.out
    assert "log.entries[3].response.content.text.apps[0].id" in said.out
    assert validate(write("same.json", har), "--all").code == 1


def test_the_schema_comes_from_option_member_configuration_or_guess(validate, write):
    write(
        "payload.json",
        {"$schema": "https://apps-contract.invalid/schemas/bundled/2026/update.json", "display_name": "x"},
    )
    assert "update of edition 2026 ($schema)" in validate("payload.json").out
    write("editor.json", {"$schema": "../.vscode/credential.schema.json", "channel": "SMS"})
    assert "credential_request of edition 2023 ($schema)" in validate("editor.json").out
    assert "create of edition 2023 (option)" in validate("payload.json", "--schema", "create").out
    write(
        "pyproject.toml",
        '[tool.apps-contract]\nedition = "2021"\nstrict = true\nschemas = {"fixtures/*.json" = "app"}\n',
    )
    write("fixtures/one.json", CREATE)
    said = validate("fixtures")
    assert said.code == 1
    assert "app of edition 2021 (configuration)" in said.out
    write("apps-contract.toml", '[schemas]\n"one.json" = "create"\n')
    assert "create of edition 2023 (configuration)" in validate("fixtures").out


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ('editon = "2023"', "did you mean 'edition'?"),
        ('edition = "2022"', "unknown edition '2022'"),
        ("strict = 1", "strict must be"),
        ('[schemas]\n"a" = "creat"', "did you mean 'create'?"),
        ("edition = ", "apps-contract.toml"),
    ],
)
def test_a_wrong_configuration_is_wrong_use(validate, write, text, advice):
    write("app.json", CREATE)
    write("apps-contract.toml", text)
    said = validate("app.json")
    assert said.code == 2
    assert advice in said.err
    assert len(said.err.splitlines()) == 1


def test_exit_codes(validate, write):
    good, bad = write("good.json", CREATE), write("bad.json", {**CREATE, "display_name": 7})
    assert validate(good).code == 0
    assert validate(good, bad).code == 1
    assert validate(good, "no-such.json").code == 2
    assert validate(bad, "no-such.json").code == 1  # the violation is known, whatever else went wrong
    assert validate(good, "*.yaml").code == 2
    assert validate(good, "--schema", "creat").code == 2
    assert validate(write("empty/readme.txt", "x") and "empty").code == 3
    assert validate(write("other.json", {"name": "package"})).code == 3


def test_a_folder_passes_over_files_that_are_no_payloads(validate, write):
    write("all/package.json", {"name": "package"})
    write("all/.hidden/bad.json", {"display_name": 7})
    write("all/sub/app.json", CREATE)
    said = validate("all")
    assert said.code == 0
    assert "1 file of no known schema passed over" in said.out
    assert validate("all/**/*.json", "--schema", "create").code == 1


def test_standard_input_is_read_as_lines_or_as_one_document(validate, monkeypatch, write):
    for content, count in ((lines(CREATE, CREATE), 2), (json.dumps(CREATE, indent=1), 1)):
        with open(write("input", content)) as file:  # noqa: PTH123 -- a descriptor stands in for the input
            monkeypatch.setattr("sys.stdin", file)
            assert validate("-").out.startswith(f"{count} payload")


def test_colour_only_where_it_is_wanted(validate, write):
    write("app.json", create(display_name=7))
    assert "\x1b[" not in validate("app.json").out
    assert "\x1b[31m" in validate("app.json", "--color").out


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ({"displayName": "D"}, '"displayName" is a member of none; did you mean "display_name"?'),
        ({"app": CREATE}, '"app" is a member of none; the payload seems to stand in it, one level too deep'),
        ([CREATE], "it is no object; it seems to hold several payloads: each stands in a file of its own"),
        ({"colour": 1}, "its members are those of none"),
        ({}, "it is empty"),
    ],
)
def test_a_payload_of_no_known_schema_says_why(validate, write, payload, why):
    said = validate(write("a.json", payload))
    assert said.code == 3
    assert said.lines[0].startswith(f"a.json: cannot tell its schema: {why}")


def test_where_nothing_is_to_judge_that_is_said(validate, write, tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("empty", write("a.yaml", "# only a comment\n")):
        said = validate(name)
        assert (said.code, said.out) == (3, "nothing was judged: no payload was found\n")
    (tmp_path / "link.json").symlink_to("nowhere")
    assert validate("link.json").lines[0] == "link.json: cannot be read: it is a link that leads nowhere"


def test_an_invalid_file_is_explained_without_loading_what_is_slow_to_load(write, tmp_path):
    write("a.json", {**CREATE, "display_name": 7})
    program = (
        "import sys\nfrom apps_contract.cli import main\n"
        "try: main(['validate', 'a.json'])\nexcept SystemExit as end: print(end.code, *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)  # noqa: S603 -- our own
    code, *loaded = done.stdout.splitlines()[-1].split()
    assert code == "1"
    assert not {"jsonschema", "referencing", "msgspec", "multiprocessing"} & set(loaded)


def test_a_file_that_several_names_mean_is_judged_once_and_named_as_the_repository_does(validate, write):
    write("in/app.json", create(display_name=7))
    said = validate("in/", "**/*.json", "./in/app.json", "in/app.json")
    assert said.lines[-1].startswith("1 payload in 1 file: 1 error")
    assert validate(".").lines[0].startswith("in/app.json:1:")
    write("in/other.json", {"colour": 1})
    assert validate("in").code == 1
    assert "in/other.json: cannot tell its schema" in validate("in", "in/other.json").out


def test_members_that_were_probably_misspelt_are_each_shown_and_other_unknown_ones_counted(validate, write):
    rows = [create(colour=1), create(retention_polcy={}), create(shade=1), create(callback_settings={})]
    said = validate(write("in.ndjson", lines(*rows)), "--strict")
    assert [line.partition(": error: ")[2].partition(":")[0] for line in said.lines if ": error: " in line] == [
        "colour",
        "retention_polcy",
        "callback_settings",
    ]
    assert "… and 1 more like this" in said.out
    assert "knows here; edition 2026 knows it" in said.out


def test_a_recorded_body_that_is_no_json_is_named(validate, write):
    entry = {
        "request": {"method": "GET", "url": "https://host/v1/projects/p/apps"},
        "response": {"status": 404, "content": {"text": "<html>"}},
    }
    said = validate(write("in.har", {"log": {"entries": [entry]}}))
    assert said.code == 1
    assert "log.entries[0].response.content.text: found '<', expected a value; this looks like XML or HTML" in said.out
