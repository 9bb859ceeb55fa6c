"""Reads the options of a run, from whichever door they came, into settings."""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from apps_contract._options import ADAPTER, AUTH, CLIENT_OPTIONS, OPTIONS, TARGET, TRAFFIC_OPTIONS, Option
from apps_contract.clients.command import shown_command
from apps_contract.contract import EDITIONS, Edition, Level
from apps_contract.http.authentication import KeyPair
from apps_contract.run.settings import Mode, Settings, WrongUseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = [
    "ADAPTER",
    "AUTH",
    "CLIENT_OPTIONS",
    "DOCS_URL",
    "LEVELS",
    "MODES",
    "OPTIONS",
    "TARGET",
    "TRAFFIC_OPTIONS",
    "Option",
    "client_settings_of",
    "docs_url_of",
    "recorded_options",
    "report_dir_of",
    "settings_of",
]

MODES: tuple[Mode, ...] = ("read-only", "own", "full")
AUTH_KINDS = ("basic", "oauth2", "both")
DOCS_URL = next(option for option in OPTIONS if option.name == "docs-url")
LEVELS = {"must": Level.MUST, "should": Level.SHOULD}

# What stands in links of every kind of report as it is; schemas/report.schema.json says the same.
_LINK = re.compile(r"https?://[^\s<>|\"]+")
_KEY_PARTS = ("project", "key_id", "key_secret")


def settings_of(
    url: str | None, value: Callable[[str], Any], *, prefix: str = "--", environment: Mapping[str, str] = os.environ
) -> Settings:
    """Return the settings that the options give; raise WrongUseError, with the mend, for one that cannot be right.

    ``value`` returns what was given for an option by its key (``key_id``), None or an empty tuple if nothing was; what
    was not given is looked for in the environment. ``prefix`` is what stands before an option's name at this door.
    """
    given = _Given({option.key: _given(option, value(option.key), environment) for option in OPTIONS}, prefix)
    url, asgi, wsgi = _one_target(url, value, environment)
    key, other = given.key_pair(""), given.key_pair("other_")
    if key and other and key.project_id == other.project_id:
        raise WrongUseError(
            f"{prefix}other-project names the same project as {prefix}project: isolation needs two projects"
        )
    return Settings(
        url=_checked_url(url),
        asgi=asgi,
        wsgi=wsgi,
        edition=cast("Edition", given.choice("edition", EDITIONS)),
        key=key,
        other_key=other,
        token_url=_checked_token_url(given.values["token_url"]),
        level=LEVELS[given.choice("level", tuple(LEVELS))],
        mode=cast("Mode", given.choice("mode", MODES)),
        requirements=tuple(given.values["requirement"] or ()),
        seed=given.whole("seed", least=0),
        examples=given.whole("examples", least=1),
        rate=None if given.values["rate"] is None else given.number("rate"),
        timeout=given.number("timeout"),
        report_dir=Path(given.values["report_dir"]),
        baseline=Path(given.values["baseline"]) if given.values["baseline"] else None,
        docs_url=_checked_docs_url(given.values[DOCS_URL.key]),
    )


def client_settings_of(
    value: Callable[[str], Any],
    *,
    prefix: str = "--",
    environment: Mapping[str, str] = os.environ,
    options: Sequence[Option] = CLIENT_OPTIONS,
) -> Settings:
    """Return the settings of a run against a client; as settings_of, by those of its options that apply to the run."""
    defaults = {option.key: option.default for option in CLIENT_OPTIONS}
    given = _Given(
        {**defaults, **{option.key: _given(option, value(option.key), environment) for option in options}}, prefix
    )
    return Settings(
        edition=cast("Edition", given.choice("edition", EDITIONS)),
        level=LEVELS[given.choice("level", tuple(LEVELS))],
        requirements=tuple(given.values["requirement"] or ()),
        seed=given.whole("seed", least=0),
        examples=given.whole("examples", least=1),
        report_dir=Path(given.values["report_dir"]),
        baseline=Path(given.values["baseline"]) if given.values["baseline"] else None,
        adapter=given.values[ADAPTER.key],
        auth=given.choice(AUTH.key, AUTH_KINDS),
        docs_url=_checked_docs_url(given.values[DOCS_URL.key]),
    )


def report_dir_of(value: Callable[[str], Any]) -> Path:
    """Return the report folder alone, whatever else was given."""
    option = next(option for option in OPTIONS if option.name == "report-dir")
    return Path(_given(option, value(option.key)))


def docs_url_of(value: str | None, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return where the requirements are published, as given at the door or in the environment."""
    return _checked_docs_url(_given(DOCS_URL, value, environment))


def recorded_options(settings: Settings) -> dict[str, str]:
    """Return what a later run needs to repeat this one, by option key: everything but secrets and files."""
    key, other = settings.key, settings.other_key
    adapter = shown_command(settings.adapter) if settings.adapter else None
    options = {
        ADAPTER.key: adapter,
        AUTH.key: adapter and settings.auth,
        TARGET.key: settings.url,
        "asgi": settings.asgi,
        "wsgi": settings.wsgi,
        "edition": settings.edition,
        "project": key and key.project_id,
        "key_id": key and key.key_id,
        "token_url": settings.token_url,
        "other_project": other and other.project_id,
        "other_key_id": other and other.key_id,
        "level": settings.level.lower(),
        "mode": settings.mode,
        "seed": str(settings.seed),
        "examples": str(settings.examples),
        "rate": settings.rate and f"{settings.rate:g}",
        "timeout": f"{settings.timeout:g}",
    }
    return {name: value for name, value in options.items() if isinstance(value, str)}


@dataclass(frozen=True)
class _Given:
    """The values of all options, by key, and how this door calls an option in what it tells the user."""

    values: dict[str, Any]
    prefix: str

    def name(self, key: str) -> str:
        return self.prefix + key.replace("_", "-")

    def choice(self, key: str, known: tuple[str, ...]) -> str:
        given = str(self.values[key])
        if given not in known:
            raise WrongUseError(f"{self.name(key)} {given!r}: choose from {', '.join(known)}")
        return given

    def whole(self, key: str, *, least: int) -> int:
        try:
            number = int(self.values[key])
        except ValueError:
            number = least - 1
        if number < least:
            raise WrongUseError(f"{self.name(key)} {self.values[key]!r}: give a whole number of at least {least}")
        return number

    def number(self, key: str) -> float:
        try:
            number = float(self.values[key])
        except ValueError:
            number = 0.0
        if not number > 0 or not math.isfinite(number):
            raise WrongUseError(f"{self.name(key)} {self.values[key]!r}: give a number above 0")
        return number

    def key_pair(self, whose: str) -> KeyPair | None:
        parts = {whose + part: self.values[whose + part] for part in _KEY_PARTS}
        if not any(parts.values()):
            return None
        missing = [self.name(key) for key, value in parts.items() if not value]
        if missing:
            raise WrongUseError(f"{', '.join(missing)} is missing: a key is project, key id and key secret together")
        return KeyPair(*(str(value) for value in parts.values()))


def _given(option: Option, value: Any, environment: Mapping[str, str] = os.environ) -> Any:
    """Return what was given at the door, else in the environment, else the default."""
    if value not in (None, "", ()) and value != []:
        return tuple(value) if option.repeatable else value
    from_environment = environment.get(option.variable)
    if from_environment:
        return tuple(from_environment.replace(",", " ").split()) if option.repeatable else from_environment
    return option.default


def _one_target(
    url: str | None, value: Callable[[str], Any], environment: Mapping[str, str]
) -> tuple[str | None, str | None, str | None]:
    """Return URL, ASGI and WSGI target; one that was given at the door outdoes those of the environment."""
    asgi, wsgi = (option for option in OPTIONS if option.name in {"asgi", "wsgi"})
    at_the_door = (url or None, value(asgi.key) or None, value(wsgi.key) or None)
    if any(at_the_door):
        return at_the_door
    from_environment = [_given(option, None, environment) for option in (TARGET, asgi, wsgi)]
    return from_environment[0], from_environment[1], from_environment[2]


def _checked_url(url: str | None) -> str | None:
    if url is None:
        return None
    if not _is_url(url):
        raise WrongUseError(f"{url!r} is no base URL: give it as http://HOST:PORT or https://HOST")
    return url.rstrip("/")


def _is_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _checked_docs_url(url: str | None) -> str | None:
    if url is not None and not (_is_url(url) and _LINK.fullmatch(url)):
        raise WrongUseError(
            f"the documentation's address {url!r}: give that of our published site, or of a requirements.html,"
            " beginning with http:// or https://"
        )
    return url


def _checked_token_url(url: str | None) -> str | None:
    if url is None or url.startswith("/"):
        return url
    try:
        return _checked_url(url)
    except WrongUseError:
        raise WrongUseError(
            f"the token URL {url!r}: give a path at the target, such as /oauth2/token, or a URL"
        ) from None
