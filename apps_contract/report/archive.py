"""``exchanges.har``: the exchanges of all findings as an HTTP archive, for browsers' tools and proxies."""

from __future__ import annotations

from typing import Any

from apps_contract.http.har import har
from apps_contract.http.json_view import exchange_from_json


def archive(document: dict[str, Any]) -> dict[str, Any]:
    """Return the exchanges of a report document as HAR 1.2, each once, in the order in which they were sent."""
    exchanges = {
        exchange["number"]: exchange_from_json(exchange)
        for finding in document["findings"]
        for exchange in finding["exchanges"]
    }
    return har(sorted(exchanges.values(), key=lambda one: one.started), document.get("base_url") or "http://app.test")
