"""The options of a run, once for all doors: command line, pytest and environment."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from apps_contract.contract import DEFAULT_EDITION, EDITIONS, Edition, Level
from apps_contract.http.authentication import KeyPair
from apps_contract.run.settings import DEFAULT_REPORT_DIR, Mode, Settings, WrongUseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MODES: tuple[Mode, ...] = ("read-only", "own", "full")
_LEVELS = {"must": Level.MUST, "should": Level.SHOULD}


@dataclass(frozen=True)
class Option:
    """One option: ``--name`` on the command line, ``--apps-name`` for pytest, ``APPS_NAME`` in the environment."""

    name: str
    help: str
    choices: tuple[str, ...] = ()
    metavar: str = "TEXT"
    default: str | None = None
    repeatable: bool = False
    environment: bool = True

    @property
    def variable(self) -> str:
        """The environment variable that stands in for the option."""
        return "APPS_" + self.name.replace("-", "_").upper()

    @property
    def key(self) -> str:
        """The name of the option's value."""
        return self.name.replace("-", "_")


_defaults = Settings()

OPTIONS = (
    Option("asgi", "Test this ASGI application in process, without a socket, instead of a URL.", metavar="MODULE:APP"),
    Option("wsgi", "Test this WSGI application in process, without a socket, instead of a URL.", metavar="MODULE:APP"),
    Option("edition", "Edition of the contract to judge by.", EDITIONS, default=DEFAULT_EDITION),
    Option("project", "Project id to work in.", metavar="ID"),
    Option("key-id", "Access key id of the project.", metavar="ID"),
    Option("key-secret", "Secret of the access key; better given as APPS_KEY_SECRET.", metavar="SECRET"),
    Option(
        "token-url", "Token endpoint (a URL, or a path at the target); switches the Bearer tests on.", metavar="URL"
    ),
    Option("other-project", "A second project; switches the isolation tests on.", metavar="ID"),
    Option("other-key-id", "Access key id of the second project.", metavar="ID"),
    Option("other-key-secret", "Secret of the second key; better given as APPS_OTHER_KEY_SECRET.", metavar="SECRET"),
    Option("level", "What fails the run.", ("must", "should"), default="must"),
    Option("mode", "What may be touched: nothing, apps made by this run, everything.", MODES, default="own"),
    Option(
        "requirement", "Only this requirement, or group (SRV-STATE); may be repeated.", metavar="ID", repeatable=True
    ),
    Option("seed", "Seed of everything that is drawn.", metavar="N", default=str(_defaults.seed)),
    Option("examples", "Generated bodies for each property test.", metavar="N", default=str(_defaults.examples)),
    Option("rate", "At most this many requests per second.", metavar="N"),
    Option("timeout", "Seconds until a request counts as unanswered.", metavar="S", default=f"{_defaults.timeout:g}"),
    Option("report-dir", "Folder for the report files.", metavar="DIR", default=str(DEFAULT_REPORT_DIR)),
)


def settings_of(url: str | None, value: Callable[[str], Any]) -> Settings:
    """Return the settings that the options give; raise WrongUseError, with the mend, for one that cannot be right.

    ``value`` returns what was given for an option by its key (``key_id``), None or an empty tuple if nothing was.
    """
    values = {option.key: _given(option, value(option.key)) for option in OPTIONS}
    key = _key(values, "")
    other = _key(values, "other_")
    if key and other and key.project_id == other.project_id:
        raise WrongUseError("--other-project names the same project as --project: isolation needs two")
    rate = values["rate"]
    return Settings(
        url=_checked_url(url),
        asgi=values["asgi"],
        wsgi=values["wsgi"],
        edition=cast("Edition", _choice("edition", values, EDITIONS)),
        key=key,
        other_key=other,
        token_url=_checked_token_url(values["token_url"]),
        level=_LEVELS[_choice("level", values, tuple(_LEVELS))],
        mode=cast("Mode", _choice("mode", values, MODES)),
        requirements=tuple(values["requirement"] or ()),
        seed=_whole("seed", values, least=0),
        examples=_whole("examples", values, least=1),
        rate=None if rate is None else _number("rate", values),
        timeout=_number("timeout", values),
        report_dir=Path(values["report_dir"]),
    )


def _given(option: Option, value: Any) -> Any:
    """Return what was given on the command line, else in the environment, else the default."""
    if value not in (None, "", ()):
        return value
    from_environment = os.environ.get(option.variable)
    if from_environment:
        return tuple(from_environment.replace(",", " ").split()) if option.repeatable else from_environment
    return option.default


def _key(values: Mapping[str, Any], prefix: str) -> KeyPair | None:
    names = [f"{prefix}project", f"{prefix}key_id", f"{prefix}key_secret"]
    given = {name: values[name] for name in names if values[name]}
    if not given:
        return None
    if len(given) < len(names):
        missing = ", ".join(f"--{name.replace('_', '-')}" for name in names if name not in given)
        raise WrongUseError(f"{missing} is missing: a key is project, key id and key secret together")
    return KeyPair(*(str(given[name]) for name in names))


def _checked_url(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise WrongUseError(f"{url!r} is no base URL: give it as http://HOST:PORT or https://HOST")
    return url.rstrip("/")


def _checked_token_url(url: str | None) -> str | None:
    if url is None or url.startswith("/"):
        return url
    return _checked_url(url)


def _choice(key: str, values: Mapping[str, Any], known: tuple[str, ...]) -> str:
    given = str(values[key])
    if given not in known:
        raise WrongUseError(f"--{key.replace('_', '-')} {given!r}: choose from {', '.join(known)}")
    return given


def _whole(key: str, values: Mapping[str, Any], *, least: int) -> int:
    try:
        number = int(values[key])
    except ValueError:
        number = least - 1
    if number < least:
        raise WrongUseError(f"--{key} {values[key]!r}: give a whole number of at least {least}")
    return number


def _number(key: str, values: Mapping[str, Any]) -> float:
    try:
        number = float(values[key])
    except ValueError:
        number = 0.0
    if not number > 0 or not math.isfinite(number):
        raise WrongUseError(f"--{key} {values[key]!r}: give a number above 0")
    return number
