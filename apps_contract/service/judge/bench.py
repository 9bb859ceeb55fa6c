"""What the judge answers to a call: by its script, else as the reference service does."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from apps_contract.http.routes import TOKEN_PATH
from apps_contract.service.auth import KeyRing
from apps_contract.service.judge.script import ORDINARY, Script
from apps_contract.service.judge.variants import changed
from apps_contract.service.message import Answer
from apps_contract.service.refusal import RefusalError, status_word
from apps_contract.service.service import AppsService, Parts
from apps_contract.service.store import Store
from apps_contract.service.tokens import TokenBook

if TYPE_CHECKING:
    from apps_contract.contract import Edition
    from apps_contract.http.authentication import KeyPair
    from apps_contract.service.judge.script import Reply
    from apps_contract.service.message import Call

_FIRST_ERROR = 400


class NotedTokens(TokenBook):
    """A token book that remembers what it issued, so that leaks can be found by value."""

    def __init__(self, lifetime_s: float) -> None:
        super().__init__(lifetime_s)
        self.issued: list[str] = []

    def issue(self, key: KeyPair) -> str:
        """Return a new token, and remember it."""
        token = super().issue(key)
        self.issued.append(token)
        return token


class Bench:
    """One scenario's service: its apps, its key, its tokens, and the script that answers follow.

    Used from one event loop; ``script`` may be changed between requests.
    """

    def __init__(self, edition: Edition, key: KeyPair, script: Script) -> None:
        self.edition = edition
        self.key = key
        self.script = script
        self.tokens = NotedTokens(script.token_lifetime_s)
        self.store = Store(edition)
        self.service = AppsService(Parts(edition, self.store, KeyRing([key]), self.tokens))
        self.counts: Counter[str] = Counter()

    def seed(self, app: dict[str, Any]) -> dict[str, Any]:
        """Put an app into the store, with the defaults that a create adds, and return it."""
        complete = self.service.apply_defaults(app)
        self.store.insert(self.key.project_id, complete)
        return complete

    async def answer(self, call: Call) -> tuple[Answer, Reply, str, str]:
        """Return the answer to a call, the reply that the script has for it, and the operation's name and app id."""
        name, app_id, operation_id = self._meant(call)
        self.counts[name] += 1
        reply = self.script.reply(name, self.counts[name])
        if reply is ORDINARY:
            return await self.service.handle(call), reply, operation_id, app_id
        answer = await self.service.handle(call) if reply.status is None or reply.performed else Answer(200)
        return self._dressed(answer, reply), reply, operation_id, app_id

    def _meant(self, call: Call) -> tuple[str, str, str]:
        """Return operation name, app id and operation id of a call; empty texts for what is no operation."""
        path = call.path
        if path == TOKEN_PATH:
            return "token", "", ""
        try:
            routed = self.service.route(replace(call, path=path))
        except RefusalError:
            return "", "", ""
        assert routed.operation
        return routed.name, unquote(routed.app_id), routed.operation.id

    def _dressed(self, answer: Answer, reply: Reply) -> Answer:
        headers = answer.headers
        body, payload = answer.body, answer.payload
        status = answer.status
        if reply.status is not None:
            status = reply.status
            payload, body, headers = None, b"", (("content-type", reply.media_type),)
            if status >= _FIRST_ERROR:
                payload = {"code": status, "message": reply.message, "status": status_word(status), "details": []}
                payload = {"error": payload} if reply.envelope == "wrapped" else payload
        elif reply.variant and status < _FIRST_ERROR:
            payload = changed(payload, reply.variant, self.edition)
        if reply.payload is not None:
            payload = reply.payload
        if reply.body is not None:
            body, headers = reply.body, ((("content-type", reply.media_type),) if reply.media_type else ())
        elif payload is not None:
            body = Answer.of_json(status, payload).body
        added = list(reply.headers)
        if reply.retry_after_date_s is not None:
            added.append(("retry-after", formatdate(time.time() + reply.retry_after_date_s, usegmt=True)))
        named = {name for name, _ in added}
        headers = (*(pair for pair in headers if pair[0] not in named), *added)
        return Answer(status, body, headers, payload)
