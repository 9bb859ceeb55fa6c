"""Exchanges as shell lines that a person pastes to see the same again.

The environment variables are those of the command's options: APPS_KEY_ID, APPS_KEY_SECRET and APPS_TOKEN, and for a
key that the Redactor calls "other" APPS_OTHER_KEY_ID and so on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from apps_contract.http.address import Address
from apps_contract.http.exchange import Exchange, NotJsonError, Request, Response
from apps_contract.http.head import WireMessage, has_content_by_its_method, serialise
from apps_contract.http.redaction import AUTHORIZATION, MASK
from apps_contract.http.shell import Variable, has_long_run, printf, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_PLAIN_TARGET: Final = re.compile(r"/[A-Za-z0-9._~:/?@!$&'()*+,;=%\[\]-]*")
_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9._~-]+")
_METHOD: Final = re.compile(r"[A-Za-z]+")
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9-]+")
_SHOWABLE: Final = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f-\x9f]*")
# The system limits the length of one argument to 128 KiB.
_LONGEST_ARGUMENT: Final = 64 * 1024
# Beyond that a person would rather read how often something is repeated.
_LONGEST_SPELLED_OUT: Final = 2048
_MASKED: Final = re.compile(r"(?P<scheme>\S+) \*\*\*(?: \((?!base64 of )(?P<label>[^)]*)\))?")
_MASKED_IN_BYTES: Final = re.compile(rb"(?i)(?P<scheme>basic|bearer) (?P<mask>\*\*\*(?: \((?P<label>[a-z]+)\))?)")
_ENCODED: Final = re.compile(r"(?P<scheme>\S+) \*\*\* \(base64 of (?P<text>.*)\)")
_FIRST_ID: Final = """grep -o '"id" *: *"[^"]*"' | head -n 1 | cut -d '"' -f 4"""


def curl_line(
    request: Request | Exchange,
    base_url: str,
    *,
    app_ids: Mapping[str, str] | None = None,
    shows_made_up_credentials: bool = False,
    insecure: bool = False,
) -> str:
    """Return one line for ``sh`` that sends the request and shows the whole answer.

    ``request`` has been through the Redactor. ``app_ids`` names the shell variable that holds an app's id. What curl
    cannot send goes through ``nc``, or ``openssl s_client`` for https. An Authorization header without a mask is
    spelled out only with ``shows_made_up_credentials``, else the key's variables stand in its place.
    """
    request = request.request if isinstance(request, Exchange) else request
    writer = _Writer(base_url, app_ids or {}, shows_made_up=shows_made_up_credentials, insecure=insecure)
    return writer.line(request, "-i")


def curl_lines(
    exchanges: Iterable[Exchange],
    base_url: str,
    *,
    shows_made_up_credentials: bool = False,
    insecure: bool = False,
) -> list[str]:
    """Return one line for each exchange, to be pasted in order; as curl_line.

    The id that a create answers is kept in APP_ID (then APP_ID_2 …) where a later line needs it, since the app of the
    run is long gone.
    """
    exchanges = tuple(exchanges)
    app_ids: dict[str, str] = {}
    lines = []
    for index, exchange in enumerate(exchanges):
        writer = _Writer(base_url, app_ids, shows_made_up=shows_made_up_credentials, insecure=insecure)
        app_id = _created_id(exchange)
        if app_id is None or app_id in app_ids or not _is_used(app_id, exchanges[index + 1 :]):
            lines.append(writer.line(exchange.request, "-i"))
            continue
        name = f"APP_ID_{len(app_ids) + 1}" if app_ids else "APP_ID"
        lines.append(f"{name}=$({writer.line(exchange.request, '-s')} | tee /dev/stderr | {_FIRST_ID})")
        app_ids[app_id] = name
    return lines


def _created_id(exchange: Exchange) -> str | None:
    """Return the id of the app that a create made, if it can stand in a URL as it is."""
    answer = _json(exchange.response) if exchange.response and exchange.request.method == "POST" else None
    app_id = answer.get("id") if isinstance(answer, dict) else None
    return app_id if isinstance(app_id, str) and _PLAIN_ID.fullmatch(app_id) else None


def _json(response: Response) -> object:
    try:
        return response.json
    except NotJsonError:
        return None


def _is_used(app_id: str, exchanges: Sequence[Exchange]) -> bool:
    pattern = _id_pattern(app_id)
    sent = (exchange.request for exchange in exchanges)
    return any(
        pattern.search(b" ".join([request.target.encode(), request.body or b"", request.raw or b""]))
        for request in sent
    )


def _id_pattern(app_id: str) -> re.Pattern[bytes]:
    """Match an id as a whole segment of a path, or as a whole JSON string."""
    escaped = re.escape(app_id.encode())
    return re.compile(b"(?<=/)" + escaped + b'(?=[/? ]|$)|(?<=")' + escaped + b'(?=")')


class _Writer:
    """Writes lines for one server."""

    def __init__(self, base_url: str, app_ids: Mapping[str, str], *, shows_made_up: bool, insecure: bool) -> None:
        self._base_url = base_url.rstrip("/")
        self._address = Address(base_url)
        self._variables = [Variable(_id_pattern(app_id), f"${name}") for app_id, name in app_ids.items()]
        self._shows_made_up = shows_made_up
        self._insecure = insecure

    def line(self, request: Request, shows: str) -> str:
        message = serialise(request, self._address.host_header, self._address.prefix)
        if not _fits_curl(request, message):
            return self._raw_line(message.data)
        body = request.body
        if body is None and has_content_by_its_method(request):
            body = b""
        words = ["curl", shows, *(["-k"] if self._insecure else []), *self._method(request, body), *self._url(request)]
        for name, value in request.headers:
            words += self._authorization(value) if name.lower() in AUTHORIZATION else ["-H", _header(name, value)]
        if body is None:
            return " ".join(words)
        if request.header("content-type") is None:
            words += ["-H", "'Content-Type:'"]
        if _is_argument(body):
            return " ".join([*words, "--data-raw", word(body.decode(), self._variables)])
        return f"{printf(body, self._variables)} | {' '.join([*words, '--data-binary', '@-'])}"

    def _method(self, request: Request, body: bytes | None) -> list[str]:
        if request.method == "HEAD":
            return ["--head"]
        implied = "GET" if body is None else "POST"
        return [] if request.method == implied else ["-X", request.method]

    def _url(self, request: Request) -> list[str]:
        if not _PLAIN_TARGET.fullmatch(request.target):
            target = self._address.prefix + request.target if request.target.startswith("/") else request.target
            return [word(self._base_url + "/"), "--request-target", word(target, self._variables)]
        switches = ["--path-as-is"] if "/." in request.target else []
        if re.search(r"[\[\]{}]", request.target):
            switches.append("--globoff")
        return [*switches, word(self._base_url + request.target, self._variables)]

    def _authorization(self, value: str) -> list[str]:
        if encoded := _ENCODED.fullmatch(value):
            text = _with_variable(encoded["text"], "${APPS_KEY_SECRET}")
            return ["-u", text] if ":" in encoded["text"] else ["-H", _encoding_header(encoded["scheme"], text)]
        masked = _MASKED.fullmatch(value)
        is_shown = self._shows_made_up or MASK in value or value.strip().lower() in ("basic", "bearer", "")
        if masked or not is_shown:
            prefix = _prefix(masked["label"] if masked else None)
            if value.lower().startswith("bearer"):
                return ["-H", f'"Authorization: Bearer ${prefix}TOKEN"']
            return ["-u", f'"${prefix}KEY_ID:${prefix}KEY_SECRET"']
        if MASK in value:
            name = "APPS_TOKEN" if value.lower().startswith("bearer") else "APPS_KEY_SECRET"
            return ["-H", _with_variable(f"Authorization: {value}", f"${{{name}}}")]
        return ["-H", _header("Authorization", value)]

    def _raw_line(self, data: bytes) -> str:
        host, port = self._address.host, self._address.port
        if self._address.is_tls:
            receiver = f"openssl s_client -quiet -connect {self._address.bracketed}:{port} -servername {host}"
        else:
            receiver = f"nc {host} {port}"
        return f"{printf(data, [*self._variables, *_credentials(data)])} | {receiver}"


def _prefix(label: str | None) -> str:
    return f"APPS_{label.upper()}_" if label else "APPS_"


def _credentials(data: bytes) -> Iterator[Variable]:
    """Yield what stands in the place of each masked Authorization header of a raw request."""
    for masked in _MASKED_IN_BYTES.finditer(data):
        prefix = _prefix((masked["label"] or b"").decode())
        is_bearer = masked["scheme"].lower() == b"bearer"
        basic = f"$(printf %s \"${prefix}KEY_ID:${prefix}KEY_SECRET\" | base64 | tr -d '\\n')"
        pattern = re.compile(b"(?<=" + masked["scheme"] + b" )" + re.escape(masked["mask"]) + rb"(?! \()")
        yield Variable(pattern, f"${prefix}TOKEN" if is_bearer else basic)


def _fits_curl(request: Request, message: WireMessage) -> bool:
    """Tell whether curl sends this request as it is: one that is ordinary, apart from what it asks for."""
    names = [name.lower() for name, _ in request.headers]
    return (
        message.reusable
        and _METHOD.fullmatch(request.method) is not None
        and len(names) == len(set(names))
        and all(_HEADER_NAME.fullmatch(name) for name in names)
        and all(_SHOWABLE.fullmatch(value) and value.isascii() for _, value in request.headers)
        and _SHOWABLE.fullmatch(request.target) is not None
        and request.target.isascii()
        and sum(len(name) + len(value) for name, value in request.headers) + len(request.target) < _LONGEST_ARGUMENT
    )


def _is_argument(body: bytes) -> bool:
    """Tell whether a body can be an argument, and be read there."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    is_lengthy = len(body) > _LONGEST_SPELLED_OUT and has_long_run(body)
    return len(body) < _LONGEST_ARGUMENT and _SHOWABLE.fullmatch(text) is not None and not is_lengthy


def _header(name: str, value: str) -> str:
    # curl drops a header without a value, unless it is written with a semicolon.
    return word(f"{name}: {value}" if value.strip() else f"{name};")


def _with_variable(text: str, expression: str) -> str:
    return word(text, [Variable(re.compile(re.escape(MASK.encode())), expression)])


def _encoding_header(scheme: str, text: str) -> str:
    return f"\"Authorization: {scheme} $(printf %s {text} | base64 | tr -d '\\n')\""
