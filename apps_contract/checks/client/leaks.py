"""CLI-ANS-9: log lines and error texts show no token and no credential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach
from apps_contract.http.authentication import basic_header
from apps_contract.http.secret_forms import SHORTEST_SECRET, written_forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from apps_contract.checks.client.record import Insight, Said


def shows_no_secret(heard: Iterable[Said], output: bytes, insight: Insight, apps: Iterable[Any]) -> Breach | None:
    """Look for each secret in error texts, and in what was written on standard error."""
    secrets = [("the key's secret", insight.key.key_secret)]
    secrets.append(("the key in its Basic form", basic_header(insight.key).removeprefix("Basic ")))
    secrets += [("an access token", token) for token in insight.tokens]
    secrets += [("a credential of an app", text) for app in apps for text in credentials_of(app)]
    texts = [("an error text", said.message.encode("utf-8", "replace")) for said in heard if not said.ok]
    texts.append(("the log", output))
    for what, secret in secrets:
        for where, text in texts:
            if len(secret) >= SHORTEST_SECRET and any(form in text for form in written_forms(secret)):
                return Breach("CLI-ANS-9", f"{where} shows {what}", "no secret", f"{what} in {where}")
    return None


def credentials_of(app: Any) -> Iterator[str]:
    """Walk the secret texts of an app: what stands in its credentials objects, and callback secrets."""
    entries = app.get("channel_credentials") if isinstance(app, dict) else None
    for entry in entries if isinstance(entries, list) else []:
        for name, value in entry.items():
            if name == "callback_secret" and isinstance(value, str):
                yield value
            elif isinstance(value, dict) and name != "state":
                yield from (text for text in _texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
