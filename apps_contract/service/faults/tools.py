"""What several faults need."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from apps_contract.service.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apps_contract.service.store import App

Entry = dict[str, Any]

# Long enough for all calls of a burst to get in between.
RACE_WINDOW_S = 0.03


def with_entries(app: App, change: Callable[[Entry], Entry]) -> App:
    """Return an app, or a request for one, with every channel's entry changed; without entries, as it is."""
    if "channel_credentials" not in app:
        return app
    return {**app, "channel_credentials": [change(entry) for entry in app["channel_credentials"]]}


def with_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Return a JSON value with every text in it changed, member names excepted."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: with_texts(member, change) for name, member in value.items()}
    return [with_texts(element, change) for element in value] if isinstance(value, list) else value


def texts(value: Any) -> Iterator[str]:
    """Yield every text of a JSON value, member names included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from texts(member)
    elif isinstance(value, list):
        for element in value:
            yield from texts(element)


def server_error() -> RefusalError:
    """Return the refusal that an unhandled exception becomes."""
    return RefusalError(HTTPStatus.INTERNAL_SERVER_ERROR, "something went wrong on our end")
