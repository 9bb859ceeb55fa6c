"""What a finding expects, as assertions over the answers to its steps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from apps_contract.report.regression.shapes import error_lines, schema_lines
from apps_contract.report.regression.states import id_lines, list_lines, state_lines, value_told
from apps_contract.report.regression.steps import sent_json
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.report.regression.steps import Sent, Steps

Lines = list[str]
_NUMBER = re.compile(r"\d+")
_STATUS = re.compile(r"^status (\d+)$")
_FIRST_PATH_STEP = re.compile(r"^header\.(.+)$")


class NotExportableError(WrongUseError):
    """A finding that cannot be written as a test of its own; the message says what to do instead."""

    def __init__(self, finding: dict[str, Any], why: str) -> None:
        super().__init__(f"{finding['id']} cannot be written as a test file: {why}; repeat it by {finding['replay']}")


def expectation_lines(finding: dict[str, Any], steps: Steps) -> Lines:
    """Return the assertions of a test; they may add helpers to ``steps.uses``. Raises NotExportableError."""
    for way in _WAYS:
        if lines := way(finding, steps):
            return lines
    raise NotExportableError(finding, f"what it expects ({finding['expected']}) is not said in terms of one answer")


def _judged(finding: dict[str, Any], steps: Steps) -> Sent:
    """Return the step whose answer is judged: the last that was answered as the finding says."""
    seen = _STATUS.match(finding["actual"])
    fitting = [one for one in steps.sent if seen and one.exchange.status == int(seen[1])]
    return (fitting or steps.sent)[-1]


def _status(finding: dict[str, Any], steps: Steps) -> Lines:
    """A status, or one of several; any success counts as 200."""
    if not finding["expected"].startswith(("status ", "405 ")):
        return []
    judged = _judged(finding, steps)
    name = judged.name
    wanted = [int(number) for number in _NUMBER.findall(finding["expected"])]
    if judged.exchange.request.raw is not None:
        return [f"assert {name} is not None, 'the connection ended without an answer'", _one_of(name, wanted)]
    return [_one_of(name, wanted)]


def _one_of(name: str, wanted: list[int]) -> str:
    others = [number for number in wanted if number != 200]  # noqa: PLR2004 - any success counts as it
    tests = [f"{name}.status_code // 100 == 2"] if len(others) < len(wanted) else []
    tests += [f"{name}.status_code == {others[0]}"] if len(others) == 1 else []
    tests += [f"{name}.status_code in {set(others)}"] if len(others) > 1 else []
    return f"assert {' or '.join(tests)}, {name}.text"


def _survival(finding: dict[str, Any], steps: Steps) -> Lines:
    """A whole answer below 500, from whatever was sent; a message that breaks HTTP may end its own connection."""
    if finding["requirement"] != "SRV-INPUT-8":
        return []
    lines = []
    for one in steps.sent:
        if one.exchange is steps.sent[-1].exchange or one.exchange.request.raw is not None:
            documented = f" or {one.name}.status_code == 501" if one.exchange.operation is None else ""
            lives = f"{one.name}.status_code < 500{documented}"
            if one.exchange.request.raw is None:
                lines.append(f"assert {lives}")
            elif one is steps.sent[-1] and one.exchange.failure:  # a finding ends so only where an answer was due
                lines += [f"assert {one.name} is not None, 'no answer'", f"assert {lives}"]
            else:
                lines.append(f"assert {one.name} is None or {lives}")
    if steps.sent[-1].exchange.request.raw is not None:
        steps.uses.add("send")
        lines += ["# And it goes on answering.", 'assert send("GET", APPS).status_code < 500']
    return lines


def _header(finding: dict[str, Any], steps: Steps) -> Lines:
    """A header that the answer has to carry."""
    if not finding["path"] or not (header := _FIRST_PATH_STEP.match(finding["path"])):
        return []
    name = steps.sent[-1].name
    if header[1] == "content-type":
        media_type = f'{name}.headers.get("Content-Type", "").partition(";")[0].strip().lower()'
        return [f"media_type = {media_type}", 'assert media_type == "application/json" or media_type.endswith("+json")']
    if header[1] == "www-authenticate":
        return [f"assert {name}.status_code == 401", f'assert {name}.headers.get("WWW-Authenticate")']
    return []


def _answer(finding: dict[str, Any], steps: Steps) -> Lines:
    """What holds for the answer as a whole."""
    name = steps.sent[-1].name
    match finding["requirement"]:
        case "SRV-SHAPE-2":
            return [f'assert {name}.content.strip() in (b"", b"null") or {name}.json() == {{}}']
        case "SRV-SHAPE-6":
            return [f"assert {name}.status_code == 200 or {name}.status_code >= 400"]
        case "SRV-SHAPE-7":
            return _no_internals(finding, steps, name)
        case "SRV-SHAPE-5":
            return _no_secret(finding, steps, name)
        case "SRV-AUTH-6":
            steps.uses.add("gist")
            one, other = steps.sent[-2:]
            ids = [steps.names.text(sent.exchange.app_id or "") for sent in (one, other)]
            return [f"assert gist({one.name}, {ids[0]}) == gist({other.name}, {ids[1]})"]
        case _:
            return []


def _no_internals(finding: dict[str, Any], steps: Steps, name: str) -> Lines:
    """What gave the service away stands nowhere in the answer."""
    leaked = value_told(finding["actual"])
    if not isinstance(leaked, str):
        return []
    steps.uses.add("decoded")
    text = f"{name}.text + str(dict({name}.headers)) + json.dumps(decoded({name}), ensure_ascii=False)"
    return [f"assert {steps.names.value(leaked)} not in {text}"]


def _no_secret(finding: dict[str, Any], steps: Steps, name: str) -> Lines:
    """No secret of the request stands in the answer."""
    judged = steps.sent[-1].exchange
    path = finding["path"] or ""
    if path == "header.authorization":
        header = judged.request.header("authorization") or ""
        if header == "Basic ***":
            return [f"assert SECRET not in {name}.text", f"assert OWN.split()[1] not in {name}.text"]
        value = steps.names.text(header.partition(" ")[2])
        return [f"assert {value} not in {name}.text"]
    body = sent_json(judged)
    secret = re.match(r"body\.channel_credentials\[(\d+)\]\.(\w+)$", path)
    if secret and isinstance(body, dict):
        held = body["channel_credentials"][int(secret[1])].get(secret[2])
        texts = [held] if isinstance(held, str) else [one for one in dict(held or {}).values() if isinstance(one, str)]
        wanted = [text for text in texts if len(text) >= 8]  # noqa: PLR2004 - as the oracle has it
        return [f"assert {steps.names.text(text)} not in {name}.text" for text in wanted]
    raw = re.findall(
        rb'"(?:token|secret|api_key|password|\w*_secret|aes_key)"\s*:\s*"([^"\\]+)"', judged.request.body or b""
    )
    return [f"assert {steps.names.text(text.decode())} not in {name}.text" for text in raw]


_WAYS: tuple[Callable[[dict[str, Any], Steps], Lines], ...] = (
    _status,
    _survival,
    _header,
    _answer,
    error_lines,
    schema_lines,
    id_lines,
    list_lines,
    state_lines,
)
