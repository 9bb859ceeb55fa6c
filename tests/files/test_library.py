"""Judging from Python."""

from __future__ import annotations

import subprocess
import sys

import pytest
from file_payloads import APP, CREATE, TOKEN, create

import apps_contract
from apps_contract import contract


def test_validate_returns_what_is_wrong():
    assert apps_contract.validate(CREATE, "create") == []
    [violation] = apps_contract.validate(create(processing_mode="DISPATCHED"), "create", edition="2026")
    assert isinstance(violation, apps_contract.Violation)
    assert violation.path == "processing_mode"
    assert 'did you mean "DISPATCH"?' in violation.message
    assert apps_contract.validate({**APP, "colour": 1}, "app") == []
    assert [one.path for one in apps_contract.validate({**APP, "colour": 1}, "app", strict=True)] == ["colour"]


def test_no_violation_holds_a_secret():
    entry = {"channel": "SMS", "static_bearer": TOKEN, "callback_secret": TOKEN * 20}
    found = apps_contract.validate(create(channel_credentials=[entry]), "create")
    assert len(found) == 2
    assert TOKEN not in repr(found)


def test_assert_valid_speaks_like_the_command():
    apps_contract.assert_valid(CREATE, "create")
    with pytest.raises(AssertionError) as failed:
        apps_contract.assert_valid(create(display_name=7), "create", edition="2021")
    assert str(failed.value) == (
        "no valid 'create' payload of edition 2021:\n"
        "  display_name: found the number 7, expected a string (SRV-INPUT-3)"
    )
    assert isinstance(failed.value, apps_contract.InvalidPayloadError)
    without = create(channel_credentials=[{"channel": "SMS"}])
    apps_contract.assert_valid(without, "create")  # a SHOULD in 2023
    with pytest.raises(AssertionError):
        apps_contract.assert_valid(without, "create", level="should")


def test_wrong_names_are_told():
    with pytest.raises(contract.UnknownSchemaError, match="did you mean 'create'"):
        apps_contract.validate({}, "creat")
    with pytest.raises(ValueError, match="unknown edition"):
        apps_contract.validate({}, "create", edition="2022")
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = apps_contract.nothing


def test_importing_the_package_loads_nothing_else():
    program = "import sys, apps_contract; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 -- our own
    assert not {"click", "jsonschema", "jsonschema_rs", "apps_contract.contract"} & set(done.stdout.split())


def test_a_valid_file_is_judged_without_slow_imports(tmp_path):
    file = tmp_path / "app.json"
    file.write_text('{"display_name": "x", "channel_credentials": []}')
    program = (
        "import sys; from apps_contract.cli import main\n"
        "try: main(['validate', sys.argv[1]])\nexcept SystemExit: pass\nprint(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, file], capture_output=True, text=True, check=True)  # noqa: S603 -- our own
    slow = {"jsonschema", "hypothesis", "pytest", "rich", "yaml", "msgspec", "multiprocessing", "starlette"}
    assert not slow & set(done.stdout.split())


@pytest.mark.parametrize("value", [b"x", {1}, object()])
def test_what_is_no_json_value_is_refused(value):
    name = type(value).__name__
    for payload, place in (
        (value, "it"),
        ({**CREATE, "retention_policy": {"ttl_days": value}}, "retention_policy.ttl_days"),
        ({**CREATE, "colour": [1, value]}, r"colour\[1\]"),
    ):
        for schema in ("create", "app"):
            with pytest.raises(TypeError, match=f"the payload is no JSON value: {place} is of type {name}"):
                apps_contract.validate(payload, schema)


def test_a_name_that_is_no_text_is_refused_and_a_value_that_holds_itself_is_judged():
    with pytest.raises(TypeError, match="it has the name 1, which is no text"):
        apps_contract.validate({**CREATE, 1: 2}, "create")
    payload = {"display_name": "a", "channel_credentials": []}
    payload["colour"] = [payload]
    assert [violation.path for violation in apps_contract.validate(payload, "create")] == ["colour"]


def test_a_missing_secret_was_not_found_as_null():
    [violation] = apps_contract.validate({"display_name": "a"}, "create")
    assert (violation.path, violation.found) == ("channel_credentials", None)


def test_a_tab_completes_the_public_names():
    assert {"validate", "assert_valid", "InvalidPayloadError"} <= set(dir(apps_contract))
