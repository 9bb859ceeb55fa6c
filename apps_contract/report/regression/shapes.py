"""What an answer looks like, as assertions: an Error object, and the one rule of a schema that was broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.contract import operation, validate
from apps_contract.report.regression.steps import json_of

if TYPE_CHECKING:
    from apps_contract.contract.violations import Violation
    from apps_contract.report.regression.steps import Steps

_TYPES = {
    "string": "str",
    "integer": "int",
    "number": "(int, float)",
    "boolean": "bool",
    "array": "list",
    "object": "dict",
}
_LIMITS = {"minimum": ">=", "maximum": "<="}
_LENGTHS = {"minLength": ">=", "maxLength": "<=", "minItems": ">=", "maxItems": "<="}


def error_lines(finding: dict[str, Any], steps: Steps) -> list[str]:
    """SRV-SHAPE-3 and 4: an Error, flat or wrapped once, whose code is the status."""
    if finding["requirement"] not in {"SRV-SHAPE-3", "SRV-SHAPE-4"}:
        return []
    name = steps.sent[-1].name
    lines = [f"error = {name}.json()", 'error = error.get("error", error)']
    if finding["requirement"] == "SRV-SHAPE-4":
        return [*lines, f'assert error["code"] == {name}.status_code']
    return [
        *lines,
        'assert isinstance(error["code"], int)',
        'assert isinstance(error["message"], str)',
        'assert isinstance(error["status"], str)',
        *(['assert isinstance(error.get("details") or [], list)'] if "details" in (finding["path"] or "") else []),
    ]


def schema_lines(finding: dict[str, Any], steps: Steps) -> list[str]:
    """SRV-SHAPE-1: the body is JSON, and keeps the rule that it broke."""
    if finding["requirement"] != "SRV-SHAPE-1":
        return []
    judged = steps.sent[-1]
    body = json_of(judged.exchange)
    called = operation(judged.exchange.operation or "")
    if body is None or not called.response_schema:
        return [f"assert isinstance({judged.name}.json(), dict)"]
    violations = validate(body, called.response_schema, steps.edition)
    if not violations:
        return []
    first = violations[0]
    if first.location[:1] == ("apps",) and len(first.location) > 1:
        inner = _rule_lines(first, first.location[2:], "app", steps)
        return [f'for app in {judged.name}.json()["apps"]:', *(f"    {line}" for line in inner)]
    return _rule_lines(first, first.location, f"{judged.name}.json()", steps)


def _rule_lines(broken: Violation, location: tuple[str | int, ...], whole: str, steps: Steps) -> list[str]:
    steps.uses.add("member")
    place = "".join(f", {step!r}" if isinstance(step, int) else f", {steps.names.text(step)}" for step in location)
    value = f"member({whole}{place})"
    if broken.rule == "required" or broken.found is None:
        is_optional = broken.rule != "required" and location and isinstance(location[-1], str)
        parent = "".join(f", {step!r}" for step in location[:-1])
        absent = f"{str(location[-1])!r} not in (member({whole}{parent}) or {{}}) or " if is_optional else ""
        return [f"assert {absent}{value} is not None"]
    lines = [f"value = {value}"]
    expected = broken.expected
    if broken.rule == "type":
        known = [_TYPES[name] for name in ([expected] if isinstance(expected, str) else expected) if name in _TYPES]
        also = "" if "bool" in known else " and not isinstance(value, bool)"
        return [*lines, f"assert value is None or (isinstance(value, {' | '.join(known)}){also})"]
    if broken.rule == "enum":
        return [*lines, f"assert value is None or value in {steps.names.value(expected)}"]
    if broken.rule in _LIMITS:
        return [*lines, f"assert value is None or value {_LIMITS[broken.rule]} {expected!r}"]
    if broken.rule in _LENGTHS:
        return [*lines, f"assert value is None or len(value) {_LENGTHS[broken.rule]} {expected!r}"]
    return [f"assert {value} != {steps.names.value(broken.found)}  # {broken.message}"[:400]]
