"""The rules of section 7 that traffic can tell of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apps_contract.checks.client import passing
from apps_contract.checks.client import requests as rules
from apps_contract.http.routes import route
from apps_contract.run.traffic.look import Look, Rule

if TYPE_CHECKING:
    from apps_contract.checks.breach import Breach
    from apps_contract.checks.client.record import Gap

_UNAUTHORIZED = 401
_WRITING = ("create", "update")
_BODY: frozenset[Gap] = frozenset({"request body"})
_HEADERS: frozenset[Gap] = frozenset({"request headers"})
# A path that was meant for the Apps resource; what else a client calls is no affair of this contract.
_MEANT = re.compile(r"/apps?(?:/|$)", re.IGNORECASE)


def _is_call(look: Look) -> bool:
    request = look.seen.exchange.request
    if look.seen.endpoint != "api":
        return False
    return route(request.method, request.target) is not None or bool(_MEANT.search(request.target.partition("?")[0]))


def _is_operation(look: Look) -> bool:
    return look.seen.endpoint == "api" and look.seen.operation != ""


def _body(look: Look) -> Breach | None:
    sent_back = look.seen.operation == "update" and look.memory.may_be_sent_back(look.seen)
    return rules.body_matches_schema(look.seen, look.edition, sent_back=sent_back)


def _secret_in_url(look: Look) -> Breach | None:
    if look.insight and (breach := rules.url_holds_no_secret(look.seen, look.insight)):
        return breach
    return passing.url_shows_no_secret(look.seen, look.secrets)


CLIENT_RULES: tuple[Rule, ...] = (
    Rule("CLI-REQ-1", "call", _is_call, lambda look: rules.path_is_documented(look.seen, "", [])),
    Rule("CLI-REQ-2", "create or update", lambda look: look.seen.operation in _WRITING, _body, _BODY),
    Rule("CLI-REQ-3", "call", _is_operation, lambda look: rules.body_is_declared(look.seen), _HEADERS),
    Rule("CLI-REQ-3", "call", _is_operation, lambda look: rules.body_reads_as_json(look.seen), _BODY),
    Rule(
        "CLI-REQ-4",
        "call",
        _is_operation,
        lambda look: passing.carries_credentials(look.seen, look.insight),
        frozenset({"authorization"}),
        note="whether key and token are the right ones is the server's to say",
    ),
    Rule("CLI-REQ-4", "call", lambda look: look.seen.endpoint != "none", _secret_in_url),
    Rule("CLI-REQ-5", "call", _is_operation, lambda look: rules.accepts_json(look.seen), _HEADERS),
    Rule(
        "CLI-REQ-6",
        "token request",
        lambda look: look.seen.endpoint == "token",
        lambda look: passing.token_is_asked_for(look.seen, look.insight),
        note="whether tokens are reused stays open: traffic does not tell one client from another",
    ),
    Rule(
        "CLI-REQ-8",
        "update with a mask",
        lambda look: passing.has_mask(look.seen),
        lambda look: passing.mask_is_well_formed(look.seen, look.edition),
        unproved="no mask was malformed, but which members the caller named is not known",
    ),
)

# Only where clients meet the judge's own answers: elsewhere it may be a caller that waits for its key to work.
LOOP_RULE = Rule(
    "CLI-ANS-7",
    "answer 401",
    lambda look: look.seen.endpoint == "api" and look.seen.exchange.status == _UNAUTHORIZED,
    lambda look: look.memory.loops_on_401(look.seen),
    unproved="no endless loop was seen, but what one call of the client leads to is not known without an adapter",
)
