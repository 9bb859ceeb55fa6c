"""The table of options against what it repeats, and how options, environment and defaults come together."""

from __future__ import annotations

import pytest

from apps_contract._options import OPTIONS, TARGET
from apps_contract.contract import DEFAULT_EDITION, EDITIONS, Level
from apps_contract.run.options import LEVELS, MODES, recorded_options, settings_of
from apps_contract.run.settings import Settings, WrongUseError

KEY = {"project": "p", "key_id": "k", "key_secret": "s"}


def settings(url=None, **given):
    return settings_of(url, given.get)


def test_the_table_says_what_the_contract_and_the_settings_say():
    table = {option.name: option for option in OPTIONS}
    assert table["edition"].metavar == "|".join(EDITIONS)
    assert table["edition"].default == DEFAULT_EDITION
    assert table["level"].metavar == "|".join(LEVELS)
    assert table["mode"].metavar == "|".join(MODES)
    assert settings() == Settings()


def test_an_option_outdoes_the_environment_which_outdoes_the_default(monkeypatch):
    monkeypatch.setenv("APPS_EDITION", "2021")
    monkeypatch.setenv("APPS_REQUIREMENT", "SRV-STATE,SRV-AUTH-1 SRV-LOAD")
    assert settings().edition == "2021"
    assert settings(edition="2026").edition == "2026"
    assert settings().requirements == ("SRV-STATE", "SRV-AUTH-1", "SRV-LOAD")
    assert settings(requirement=["SRV-SHAPE"]).requirements == ("SRV-SHAPE",)


def test_a_target_given_outdoes_any_of_the_environment(monkeypatch):
    monkeypatch.setenv("APPS_TARGET", "http://127.0.0.1:1")
    assert settings().url == "http://127.0.0.1:1"
    assert settings(asgi="m:a").url is None
    assert settings("http://127.0.0.1:2").url == "http://127.0.0.1:2"
    monkeypatch.setenv("APPS_ASGI", "m:a")
    assert settings("http://127.0.0.1:2").asgi is None


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"edition": "2022"}, "--edition '2022': choose from 2021, 2023, 2026"),
        ({"level": "may"}, "--level 'may': choose from must, should"),
        ({"mode": "rw"}, "--mode 'rw': choose from"),
        ({"seed": "x"}, "--seed 'x': give a whole number of at least 0"),
        ({"examples": "0"}, "--examples '0': give a whole number of at least 1"),
        ({"rate": "0"}, "--rate '0': give a number above 0"),
        ({"timeout": "nan"}, "--timeout 'nan': give a number above 0"),
        ({"timeout": "inf"}, "--timeout 'inf': give a number above 0"),
        ({"project": "p"}, "--key-id, --key-secret is missing"),
        ({"other_key_secret": "s"}, "--other-project, --other-key-id is missing"),
        ({**KEY, **{f"other_{name}": value for name, value in KEY.items()}}, "names the same project as --project"),
        ({"token_url": "ftp://x"}, "'ftp://x': give a path at the target"),
    ],
)
def test_what_cannot_be_right_is_told_with_the_mend(given, line):
    with pytest.raises(WrongUseError) as error:
        settings(**given)
    assert line in str(error.value)


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "localhost", "/v1", "file:///x", "http://", "http://[::1"])
def test_a_url_that_is_none(url):
    with pytest.raises(WrongUseError, match="is no base URL"):
        settings(url)


def test_no_secret_is_recorded():
    given = settings("http://h", **KEY | {"key_secret": "the-secret"}, token_url="/t", rate="2.5", level="should")
    recorded = recorded_options(given)
    assert "the-secret" not in str(recorded)
    again = settings_of(recorded[TARGET.key], {**recorded, "key_secret": "the-secret"}.get)
    assert again == given
    assert given.level is Level.SHOULD
