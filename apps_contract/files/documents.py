"""Judges whole files of each format: one JSON value, YAML documents, a TOML table, the bodies of recorded traffic."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from apps_contract import contract
from apps_contract.files.errors import DocumentError, UnknownSchemaChoiceError
from apps_contract.files.judge import findings, text_finding, violates
from apps_contract.files.locating import JsonLocator
from apps_contract.files.parsing import read_document
from apps_contract.files.schema_choice import Choice
from apps_contract.files.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.files.finding import Finding
    from apps_contract.files.judge import Locate
    from apps_contract.files.rules import Rules

# PyYAML's parser in Python reads about a megabyte in a second.
_LARGEST_YAML: Final = 8 << 20


def judge_document(data: bytes, format_name: str, file: str, rules: Rules) -> Tally:
    """Judge the content of a file of a format other than JSON lines."""
    tally = Tally(every=rules.every)
    tally.file(file)
    try:
        _refuse_if_bigger(data, rules.largest)
        _JUDGES[format_name](data, file, rules, tally)
    except DocumentError as error:
        choice = rules.fixed_choice(file)
        tally.add_judged(file, choice, [text_finding(error, choice, file)])
    except UnknownSchemaChoiceError as error:
        tally.add_undecided(file, str(error))
    return tally


def _refuse_if_bigger(data: bytes, largest: int) -> None:
    if len(data) > largest:
        raise DocumentError(f"is bigger than {largest:,} bytes; --max-bytes allows more", "too big")


def _judge(
    value: Any, locate: Locate, file: str, rules: Rules, tally: Tally, hint: Callable[[Finding], str] | None = None
) -> None:
    choice = rules.choice(value, rules.fixed_choice(file))
    if not violates(value, choice, strict=rules.strict):
        tally.add_valid(file, choice)
        return
    found = findings(value, choice, rules, file, locate)
    if hint:
        found = [replace(finding, message=finding.message + hint(finding)) for finding in found]
    tally.add_judged(file, choice, found)


def _json(data: bytes, file: str, rules: Rules, tally: Tally) -> None:
    try:
        value = read_document(data)
    except DocumentError as error:
        if error.message.startswith("more text follows") and (error.line or 1) > 1:
            error.message += "; several values, one in each line, are read with --type ndjson"
        raise
    if rules.schema is None and isinstance(value, dict) and "log" in value:
        _traffic(value, data, file, rules, tally)
    else:
        _judge(value, JsonLocator(data.decode("utf-8")), file, rules, tally)


def _har(data: bytes, file: str, rules: Rules, tally: Tally) -> None:
    _traffic(read_document(data), data, file, rules, tally)


def _traffic(value: Any, data: bytes, file: str, rules: Rules, tally: Tally) -> None:
    from apps_contract.files.har_reader import bodies, is_har  # noqa: PLC0415 -- start-up

    if not is_har(value):
        raise DocumentError("is no HAR: it has no log.entries", "syntax")

    locator = JsonLocator(data.decode("utf-8"))
    for body in bodies(value):
        place = locator([(body.location, False)])[0]
        choice = Choice(body.schema, rules.edition, "traffic")
        try:
            payload = read_document(body.data)
        except DocumentError as error:
            line, column = place
            inside = DocumentError(error.message, error.kind, line, column)
            told = replace(text_finding(inside, choice, file), path=contract.path_text(body.location))
            tally.add_judged(file, choice, [told])
            continue
        found = findings(payload, choice, rules, file, lambda places, at=place: [at] * len(places), body.location)  # type: ignore[misc]
        tally.add_judged(file, choice, found)


def _yaml(data: bytes, file: str, rules: Rules, tally: Tally) -> None:
    from apps_contract.files.yaml_reader import read_yaml  # noqa: PLC0415 -- an extra

    if len(data) > _LARGEST_YAML:
        raise DocumentError(f"is bigger than {_LARGEST_YAML:,} bytes, too big for YAML; JSON may be bigger", "too big")
    for document in read_yaml(data):
        _judge(document.value, document, file, rules, tally, _yaml_hint)


def _yaml_hint(finding: Finding) -> str:
    """YAML reads ``no``, ``on``, ``0123`` and ``1.0`` as something else than text."""
    is_word = finding.rule == "type" and finding.found not in {"null", "an object", "an array"}
    return "; in quotes it would be text" if is_word and finding.expected == "string" else ""


def _toml(data: bytes, file: str, rules: Rules, tally: Tally) -> None:
    from apps_contract.files.toml_reader import read_toml  # noqa: PLC0415 -- start-up

    value = read_toml(data)
    _judge(value, lambda places: [(None, None)] * len(places), file, rules, tally, _toml_hint)


def _toml_hint(finding: Finding) -> str:
    is_table = finding.rule == "type" and finding.found == "an object" and finding.expected == "array"
    return f"; [[{finding.path}]] in double brackets begins an entry of an array" if is_table else ""


_JUDGES: dict[str, Callable[[bytes, str, Rules, Tally], None]] = {
    "json": _json,
    "har": _har,
    "yaml": _yaml,
    "toml": _toml,
}
