"""What a run was asked to do, checked once at the door."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from apps_contract.contract import DEFAULT_EDITION, Edition, Level

if TYPE_CHECKING:
    from apps_contract.http.authentication import KeyPair

Mode = Literal["read-only", "own", "full"]

DEFAULT_EXAMPLES = 12
DEFAULT_REPORT_DIR = Path("reports/latest")


class WrongUseError(Exception):
    """An option that cannot be right, with the mend; leads to exit code 2."""


@dataclass(frozen=True)
class Settings:
    """The options of one run.

    ``url`` is the base URL of the target, or ``asgi``/``wsgi`` name a Python application as ``module:attribute``; with
    none of them the embedded reference server is the target. ``timeout`` is in seconds per request, ``rate`` in
    requests per second, ``examples`` the number of generated bodies per property test. ``requirements`` are ids or
    prefixes of ids. For a client, ``adapter`` is the command of its adapter, ``auth`` which kinds of authentication
    are tested (``basic``, ``oauth2`` or ``both``), and ``command`` what runs its own tests. ``docs_url`` is where the
    requirements are published, for the links of the reports.
    """

    url: str | None = None
    asgi: str | None = None
    wsgi: str | None = None
    edition: Edition = DEFAULT_EDITION
    key: KeyPair | None = None
    other_key: KeyPair | None = None
    token_url: str | None = None
    level: Level = Level.MUST
    mode: Mode = "own"
    requirements: tuple[str, ...] = ()
    seed: int = 1
    examples: int = DEFAULT_EXAMPLES
    rate: float | None = None
    timeout: float = 30.0
    concurrency: int = 8
    report_dir: Path | None = DEFAULT_REPORT_DIR
    stop_at_first: bool = False
    baseline: Path | None = None
    adapter: str | None = None
    auth: str = "both"
    command: tuple[str, ...] = ()
    docs_url: str | None = None
