"""The exchanges of a finding as lines of a test: each request sent again, with fresh apps and keys as variables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import requests
from urllib3.util import parse_url

from apps_contract.contract import Edition, operation
from apps_contract.http.exchange import NotJsonError, parse_json
from apps_contract.http.head import serialise
from apps_contract.payloads.valid import full_create
from apps_contract.report.regression.literals import LINE, Names
from apps_contract.run.api import encoded
from apps_contract.run.history import made_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.http.exchange import Exchange, Request

NAME_OF_A_RUN: Final = re.compile(r"apps-contract [0-9a-f]{8} \d+")
_RUN_NAME: Final = re.compile(r"apps-contract [0-9a-f]{8}(?= \d)")
_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_PLAIN_VALUE: Final = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")
_FRAMING: Final = frozenset({"host", "content-length", "transfer-encoding", "connection", "expect", "upgrade"})
_MASKED: Final = re.compile(r"^(Basic|Bearer) \*\*\*( \(other\))?$")
_ENCODED: Final = re.compile(r"^(\S+) \*\*\*( \(other\))? ?\(base64 of (.*)\)$")
_MASKED_IN_RAW: Final = re.compile(rb"(Basic|Bearer) \*\*\*( \(other\))?")
_HOST_LINE: Final = re.compile(rb"(?im)^(Host: ?)[^\r\n]*")
_VERBS: Final = {"list": "listed", "create": "created", "get": "got", "update": "updated", "delete": "deleted"}
_HOST: Final = "host.of.the.target.invalid"
_ORDINARY: Final = {"application/json"}


@dataclass(frozen=True)
class Sent:
    """One step of the test: the variable of its answer, and the exchange that it repeats."""

    name: str
    exchange: Exchange


@dataclass
class Steps:
    """The steps of a test, as lines of its body. ``uses`` names the helpers that the file needs."""

    projects: tuple[str, str]
    base_url: str
    edition: Edition
    key_id: str = ""
    lines: list[str] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    names: Names = field(default_factory=Names)
    uses: set[str] = field(default_factory=set)
    app_ids: dict[str, str] = field(default_factory=dict)

    def add_all(self, exchanges: Sequence[Exchange], *, may_lack_creates: bool = False) -> None:
        """Write every exchange. With ``may_lack_creates``, apps that no exchange made, but answered, are made first."""
        for text in {found[0] for one in exchanges for found in _RUN_NAME.finditer(_text(one))}:
            self.names.variables |= {text: "RUN", text.split()[1]: "RUN[-8:]"}
        made = {made_id(one) for one in exchanges}
        answering = [one for one in exchanges if one.app_id and one.succeeded] if may_lack_creates else []
        there = [one.app_id for one in answering if one.app_id not in made]
        for app_id in dict.fromkeys(there):
            self._given(str(app_id))
        for exchange in exchanges:
            self.add(exchange)

    def add(self, exchange: Exchange) -> None:
        """Write one exchange."""
        name = self._new_name(exchange)
        request = exchange.request
        self._call(name, self._raw(request) if not _fits_requests(request) else self._sent(request))
        self.sent.append(Sent(name, exchange))
        app_id = made_id(exchange)
        if app_id and app_id not in self.app_ids:
            self._know(app_id, name)

    def variable(self, app_id: str | None) -> str | None:
        """Return the variable that holds an app's id; None for an id that no step makes."""
        return self.app_ids.get(app_id or "")

    def _given(self, app_id: str) -> None:
        self._call(
            "created_before",
            f'send("POST", APPS, {self.names.value(full_create(self.edition, "an app to begin with"))})',
        )
        self._know(app_id, "created_before")

    def _know(self, app_id: str, name: str) -> None:
        variable = f"made_id_{len(self.app_ids) + 1}" if self.app_ids else "made_id"
        self.app_ids[app_id] = variable
        self.names.variables[app_id] = variable
        self.names.variables.setdefault(quote(app_id, safe=""), variable)
        self.lines.append(f'{variable} = {name}.json()["id"]')

    def _call(self, name: str, call: str) -> None:
        self.lines.append(f"{name} = {call}")

    def _new_name(self, exchange: Exchange) -> str:
        base = _VERBS[operation(exchange.operation).name] if exchange.operation else "answer"
        taken = {one.name for one in self.sent}
        names = (base if number == 1 else f"{base}_{number}" for number in count(1))
        return next(name for name in names if name not in taken)

    # -- a request that requests can send ------------------------------------------------------------------------

    def _sent(self, request: Request) -> str:
        self.uses.add("send")
        arguments = [f'"{request.method}"', self._target(request.target)]
        if request.body is not None:
            arguments.append(self._body(request.body))
        authorization = request.header("authorization")
        expression = "None" if authorization is None else self._authorization(authorization)
        if expression != "OWN":
            arguments.append(f"authorization={expression}")
        headers = {
            name: value
            for name, value in request.headers
            if name.lower() != "authorization" and not (name.lower() == "content-type" and value in _ORDINARY)
        }
        if request.body is not None and request.header("content-type") is None:
            headers["Content-Type"] = None  # type: ignore[assignment]  # requests leaves such a header out
        if headers:
            arguments.append(f"headers={self.names.value(headers)}")
        return f"send({', '.join(arguments)})"

    def _target(self, target: str) -> str:
        for project, name in zip(self.projects, ("APPS", "OTHER_APPS"), strict=True):
            start = f"/v1/projects/{quote(project, safe='')}/apps"
            if project and target.startswith(start):
                self.uses |= {"other"} if name == "OTHER_APPS" else set()
                rest = self.names.text(target[len(start) :])
                if target == start:
                    return name
                return f'f"{{{name}}}{rest[2:]}' if rest.startswith('f"') else self._joined(name, rest)
        return self.names.text(target)

    @staticmethod
    def _joined(name: str, rest: str) -> str:
        is_plain = rest.startswith('"') and " * " not in rest and "{" not in rest
        return f'f"{{{name}}}{rest[1:]}' if is_plain else f"{name} + {rest}"

    def _body(self, body: bytes) -> str:
        try:
            value = parse_json(body)
        except NotJsonError:
            return self.names.data(body)
        return self.names.value(value) if encoded(value) == body else self.names.data(body)

    def _authorization(self, value: str) -> str:
        if masked := _MASKED.match(value):
            whose = "OTHER" if masked[2] else "OWN"
            self.uses |= {"other"} if masked[2] else set()
            if masked[1] == "Basic":
                return whose
            self.uses.add("token")
            return f"token({whose})"
        if hidden := _ENCODED.match(value):
            self.uses.add("basic")
            # Our own id with our own secret would have been masked whole.
            is_other = bool(hidden[2]) or hidden[3] == f"{self.key_id}:***"
            secret = "OTHER_SECRET" if is_other else "SECRET"
            self.uses |= {"other"} if is_other else set()
            inner = Names({"***": secret}).text(hidden[3])
            return f"{self.names.text(hidden[1] + ' ')} + encoded({inner})"
        if "***" in value:
            self.uses.add("token")
            return Names({"***": "token(OWN).split()[1]" if value.lower().startswith("bearer") else "SECRET"}).text(
                value
            )
        return self.names.text(value)

    # -- one that only a socket can --------------------------------------------------------------------------------

    def _raw(self, request: Request) -> str:
        self.uses.add("send_raw")
        data = request.raw
        if data is None:
            data = serialise(request, _HOST).data
        prefix = urlsplit(self.base_url).path.rstrip("/").encode() if request.raw is not None else b""
        names = dict(self.names.variables)
        for project, name in zip(self.projects, ("APPS", "OTHER_APPS"), strict=True):
            if project:
                path = f"/v1/projects/{quote(project, safe='')}/apps"
                names[prefix.decode("latin-1") + path] = f"(PREFIX + {name})"
                self.uses |= {"other"} if name == "OTHER_APPS" and path.encode() in data else set()
        data = _HOST_LINE.sub(rb"\g<1>" + _HOST.encode(), data, count=1)
        names[_HOST] = "HOST"
        for masked in _MASKED_IN_RAW.finditer(data):
            names[masked[0].decode()] = self._authorization(masked[0].decode())
        return _wrapped(f"send_raw({Names(names).data(data)})")


def _wrapped(call: str) -> str:
    """Break a long message behind its line ends, so that it can be read."""
    if len(call) <= LINE:
        return call
    return call.replace("send_raw(", "send_raw(\n        ").replace("\\r\\n", '\\r\\n"\n        b"')[:-1] + "\n    )"


def _fits_requests(request: Request) -> bool:
    """Tell whether requests, and what it stands on, sends this request as it is."""
    names = [name.lower() for name, _ in request.headers]
    if request.raw is not None or not request.method.isalpha() or not request.method.isupper():
        return False
    if len(names) != len(set(names)) or _FRAMING & set(names):
        return False
    if not all(_TOKEN.fullmatch(name) and _PLAIN_VALUE.fullmatch(value) for name, value in request.headers):
        return False
    url = f"http://h{request.target}"
    try:
        prepared = requests.Request(request.method, url).prepare()
        return prepared.path_url == request.target and parse_url(url).request_uri == request.target
    except (ValueError, requests.RequestException):
        return False


def _text(exchange: Exchange) -> str:
    request = exchange.request
    return (request.body or request.raw or b"").decode("utf-8", "replace") + request.target


def json_of(exchange: Exchange) -> Any:
    """Return what an exchange was answered with, as JSON; None where that is none."""
    try:
        return exchange.response.json if exchange.response else None
    except NotJsonError:
        return None


def sent_json(exchange: Exchange) -> Any:
    """Return what an exchange sent, as JSON; None where that is none."""
    try:
        return parse_json(exchange.request.body or b"")
    except NotJsonError:
        return None
