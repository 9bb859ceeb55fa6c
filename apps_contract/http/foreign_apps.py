"""Taking apps that somebody else made out of recorded answers: their credentials are real."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from apps_contract.http.exchange import NotJsonError

if TYPE_CHECKING:
    from collections.abc import Collection

    from apps_contract.http.exchange import Response

FOREIGN_NOTE: Final = "not made by this run"

# The members that make an app; an object without one of them is something else, such as an error.
_APP_MEMBERS: Final = frozenset({"id", "channel_credentials"})
# Texts under these names hold no secret.
_HARMLESS: Final = ("id", "display_name", "channel", "status", "message", "code", "retention_type", "processing_mode")
_OTHER_TEXT: Final = re.compile(
    rf'("(?!(?:{"|".join(_HARMLESS)})")[^"\\]{{1,64}}"\s*:\s*")(?:[^"\\]|\\.)+'.encode(), re.DOTALL
)


def without_foreign_apps(response: Response, own_ids: Collection[str], asked_for: str | None) -> bytes:
    """Return the body with each app whose id is not in ``own_ids`` cut down to its id and a note.

    ``asked_for`` is the app id that the request named; None for a list. A body that is not JSON, and an app in a list
    that has no id, keep their shape, and the texts in them are masked as far as their member's name is not known to be
    harmless.
    """
    try:
        answer = response.json
        if isinstance(answer, dict) and isinstance(answer.get("apps"), list):
            shown: Any = {**answer, "apps": [_shown(app, own_ids, None) for app in answer["apps"]]}
        else:
            shown = _shown(answer, own_ids, asked_for)
        if shown == answer:
            return response.body
        return json.dumps(shown, ensure_ascii=False).encode("utf-8", "surrogatepass")
    except (NotJsonError, RecursionError):
        return response.body if asked_for in own_ids else _mask_texts(response.body)


def _shown(app: Any, own_ids: Collection[str], asked_for: str | None) -> Any:
    if not isinstance(app, dict) or not _APP_MEMBERS & app.keys():
        return app
    app_id = app.get("id")
    if not isinstance(app_id, str):
        masked = _mask_texts(json.dumps(app, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        return app if asked_for in own_ids else json.loads(masked)
    return app if app_id in own_ids else {"id": app_id, "note": FOREIGN_NOTE}


def _mask_texts(body: bytes) -> bytes:
    return _OTHER_TEXT.sub(rb"\1***", body)
