"""One HTTP exchange of the reference client, with a deadline for all of it: also for answers that drip."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter

from apps_contract.clients.reference.errors import LostError, TimedOutError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON; raise UnreadableError, whose text repeats nothing of the body."""
        try:
            return json.loads(self.body.decode("utf-8"))
        except ValueError:
            raise UnreadableError(f"the answer ({self.status}, {len(self.body)} bytes) is not JSON") from None


class Exchanger:
    """Sends requests over connections that are kept; follows no redirect and sends nothing twice."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=32, max_retries=0))

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None,
        deadline: float,
        auth: tuple[str, str] | None = None,
    ) -> Answer:
        """Return the answer; raise TimedOutError at the deadline (monotonic seconds), LostError without an answer."""
        request = requests.Request(method, url, dict(headers), data=body, auth=auth)
        prepared = self._session.prepare_request(request)
        prepared.url = url  # as it was built: nothing is normalised, nothing decoded
        outcome: Future[Answer] = Future()
        # In a thread that can be left behind: a time-out of the library is for each read, and a drip never reaches it.
        threading.Thread(target=self._fetch, args=(prepared, deadline, outcome), daemon=True).start()
        try:
            return outcome.result(max(0.0, deadline - time.monotonic()))
        except (TimeoutError, requests.Timeout):
            raise TimedOutError("no whole answer within the overall time-out") from None
        except (requests.RequestException, OSError) as error:
            raise LostError(f"the connection failed: {type(error).__name__}") from None

    def _fetch(self, prepared: requests.PreparedRequest, deadline: float, outcome: Future[Answer]) -> None:
        try:
            left = max(0.01, deadline - time.monotonic())
            answer = self._session.send(prepared, timeout=left, allow_redirects=False)
            outcome.set_result(Answer(answer.status_code, answer.headers, answer.content))
        except Exception as error:  # noqa: BLE001 -- whoever waits for the outcome gets it
            outcome.set_exception(error)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()
