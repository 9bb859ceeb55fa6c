"""Where a cluster is, as ``--workers`` names it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from apps_contract.run.fuzz.options import DEFAULT_WORKERS
from apps_contract.run.settings import WrongUseError

SCHEME = "dask"
FORM = "dask://HOST:PORT[?shards=N&threads=N]"
MOST_WORKERS = 64
_MOST = {"shards": 10_000, "threads": MOST_WORKERS}


@dataclass(frozen=True)
class ClusterAddress:
    """A Dask scheduler. ``shards`` None means one for each of its workers; each sends from so many ``threads``."""

    host_and_port: str
    shards: int | None = None
    threads: int = DEFAULT_WORKERS

    def __str__(self) -> str:
        return f"{SCHEME}://{self.host_and_port}"


def workers_or_cluster(text: str) -> int | ClusterAddress:
    """Read ``--workers``: how many there are here, or where the cluster is. Raises WrongUseError."""
    if "://" in text:
        return cluster_address(text)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_WORKERS):
        raise WrongUseError(f"--workers {text}: give a number from 1 to {MOST_WORKERS}, or {FORM}")
    return int(text)


def cluster_address(text: str) -> ClusterAddress:
    """Read ``dask://HOST:PORT?shards=8&threads=4``; raise WrongUseError."""
    parts = urlsplit(text)
    numbers = dict(parse_qsl(parts.query, keep_blank_values=True))
    try:
        is_complete = bool(parts.scheme == SCHEME and parts.hostname and parts.port) and parts.path in ("", "/")
    except ValueError:  # no such port
        is_complete = False
    if not is_complete or parts.username is not None or not numbers.keys() <= _MOST.keys():
        raise WrongUseError(f"--workers {text}: give a number, or {FORM}")
    given = {name: _number(text, name, value) for name, value in numbers.items()}
    return ClusterAddress(parts.netloc, given.get("shards"), given.get("threads", DEFAULT_WORKERS))


def _number(text: str, name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= _MOST[name]):
        raise WrongUseError(f"--workers {text}: {name} is a number from 1 to {_MOST[name]}")
    return int(value)
