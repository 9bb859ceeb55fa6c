"""What a service keeps, as assertions: ids, what a list holds, and members that are as they were sent or before."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import shown
from apps_contract.checks.comparison import ABSENT
from apps_contract.payloads.valid import full_create, minimal_create
from apps_contract.report.regression.literals import Names
from apps_contract.report.regression.steps import NAME_OF_A_RUN, json_of, sent_json
from apps_contract.run.history import made_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.report.regression.steps import Sent, Steps

_STEP = re.compile(r"\.?([A-Za-z_]\w*)|\[(\d+)\]|\['([^']*)'\]")
_COUNT = re.compile(r'^"(\d+) (?:elements|entries)"$')
_NAMELESS = {"no new app", "no app of that name"}
Location = list[str | int]


def id_lines(finding: dict[str, Any], steps: Steps) -> list[str]:
    """Every create gives an id of its own; an update leaves it."""
    if finding["path"] != "body.id":
        return []
    last = steps.sent[-1]
    if finding["requirement"] == "SRV-STATE-1":
        creates = [one for one in steps.sent if one.exchange.operation == "App_CreateApp" and one.exchange.succeeded]
        if len(creates) < 2:  # noqa: PLR2004 - one id alone is always new
            return _many_ids(creates[-1], steps) if creates else []
        ids = ", ".join(f'{one.name}.json()["id"]' for one in creates)
        return [f"ids = [{ids}]", "assert all(isinstance(one, str) and one for one in ids)", _DISTINCT]
    if finding["expected"] == "the server's own value":
        sent = next((body["id"] for body in _sent_before(steps, last) if isinstance(body, dict) and "id" in body), None)
        # Not by the variable of an id that was made: it may be the very one that was sent.
        of_run = Names({text: name for text, name in steps.names.variables.items() if name.startswith("RUN")})
        writes = [one for one in steps.sent if one.exchange.request.method in {"POST", "PATCH"}]
        return [f'assert {writes[-1].name}.json()["id"] != {of_run.text(str(sent))}'] if sent else []
    own = steps.variable(finding["expected"]) or steps.variable(last.exchange.app_id)
    if finding["expected"] == "a new id":
        taken = steps.variable(finding["actual"])
        return [f'assert {last.name}.json()["id"] != {taken}'] if taken else []
    return [f'assert {last.name}.json()["id"] == {own}'] if own else []


_DISTINCT = "assert len(set(ids)) == len(ids), ids"


def _many_ids(create: Sent, steps: Steps) -> list[str]:
    body = sent_json(create.exchange)
    if not isinstance(body, dict):
        return []
    steps.uses.add("send")
    return [
        "# Some are deleted in between: their ids are not to be given again.",
        f'ids = [{create.name}.json()["id"]]',
        "for number in range(150):",
        f'    ids.append(send("POST", APPS, {steps.names.value(body, 1)}).json()["id"])',
        "    if number % 2:",
        '        send("DELETE", f"{APPS}/{ids[-1]}")',
        "assert all(isinstance(one, str) and one for one in ids)",
        _DISTINCT,
    ]


def list_lines(finding: dict[str, Any], steps: Steps) -> list[str]:
    """A list holds each app that is there once, and no other."""
    lists = [one for one in steps.sent if one.exchange.operation == "App_ListApps"]
    if not lists:
        return []
    listed, expected = lists[-1], finding["expected"]
    if finding["requirement"] == "SRV-AUTH-4" and "of our apps" in expected and len(lists) > 1:
        steps.uses.add("ids_in")
        return [
            f"assert ({own} in ids_in({lists[-2].name})) == ({own} in ids_in({listed.name}))" for own in _own(steps)
        ]
    if expected in _NAMELESS:
        return _nameless(steps, listed)
    if finding["path"] != "body.apps":
        return []
    steps.uses.add("ids_in")
    if expected in {"not listed", "own apps"}:
        unwanted = [variable for app_id, variable in steps.app_ids.items() if app_id in finding["actual"]]
        return [f"assert {own} not in ids_in({listed.name})" for own in unwanted or _deleted(steps)]
    there = [own for own in _own(steps) if own not in _deleted(steps)]
    return [f"assert ids_in({listed.name}).count({own}) == 1" for own in there] or _some_listed(steps)


def _some_listed(steps: Steps) -> list[str]:
    """Apps of several kinds are each listed once: for a finding on apps that the rest of its run had made."""
    steps.uses.add("send")
    one = minimal_create(steps.edition, "a name")
    bodies = [{**one, "channel_credentials": []}, full_create(steps.edition, "another name"), one]
    return [
        f"bodies = {steps.names.value(bodies)}",
        "bodies += bodies[-1:] * 120  # more than a page, and several of one name",
        'answers = [send("POST", APPS, body) for body in bodies]',
        'made = [answer.json()["id"] for answer in answers if answer.status_code // 100 == 2]',
        'ids = ids_in(send("GET", APPS))',
        "assert made",
        "assert {one: ids.count(one) for one in made} == dict.fromkeys(made, 1)",
    ]


def _nameless(steps: Steps, listed: Sent) -> list[str]:
    """No app has the name that a refused request gave."""
    refused = [one.exchange.request.body or b"" for one in steps.sent if not one.exchange.succeeded]
    names = [found[0] for body in refused for found in NAME_OF_A_RUN.finditer(body.decode("utf-8", "replace"))]
    if not names:
        return []
    lines = [f'names = [app["display_name"] for app in {listed.name}.json()["apps"]]']
    return [*lines, *(f"assert {steps.names.text(name)} not in names" for name in dict.fromkeys(names))]


def _own(steps: Steps) -> list[str]:
    return [
        steps.app_ids[app_id] for one in steps.sent if (app_id := made_id(one.exchange)) in steps.app_ids and app_id
    ]


def _deleted(steps: Steps) -> list[str]:
    deletes = [
        one.exchange for one in steps.sent if one.exchange.operation == "App_DeleteApp" and one.exchange.succeeded
    ]
    return [variable for one in deletes if (variable := steps.variable(one.app_id))]


def state_lines(finding: dict[str, Any], steps: Steps) -> list[str]:
    """A member is as it was sent, as it was before, or as the contract has it by default."""
    path = finding["path"] or ""
    # A long list is cut in a report, and then no JSON.
    shows = [
        one
        for one in steps.sent
        if one.exchange.succeeded
        and (one.exchange.operation == "App_ListApps" or isinstance(json_of(one.exchange), dict))
    ]
    if not path.startswith("body.") or not shows:
        return []
    location = location_of(path.removeprefix("body."))
    as_told = [one for one in shows if _shows(one, location, finding["actual"], steps)]
    judged = (as_told or shows)[-1]
    whole = _app_of(judged, steps, location)
    steps.uses.add("member")
    place = "".join(f", {step!r}" if isinstance(step, int) else f", {steps.names.text(step)}" for step in location)
    value = f"member({whole}{place})"
    expected = finding["expected"]
    if expected == "the server's own value":
        sent = next((_at(body, location) for body in _sent_before(steps, judged)), ABSENT)
        return [] if sent is ABSENT else [f"assert {value} != {steps.names.value(sent)}"]
    if expected == '"nothing of the replaced entries"':
        kept = value_told(finding["actual"])
        return [] if kept is None else [f"assert {value} != {steps.names.value(kept)}"]
    if count := _COUNT.match(expected):
        return [f"assert len({value} or []) == {count[1]}"]
    return _equal(value, place, expected, judged, steps, location)


def _shows(one: Sent, location: Location, actual: str, steps: Steps) -> bool:
    """Tell whether an answer shows what the finding saw; a list shows its apps one level deeper, and may be cut."""
    answer = json_of(one.exchange)
    if one.exchange.operation != "App_ListApps":
        return actual.startswith(_text(_at(answer, location)))
    apps = [app for app in (answer or {}).get("apps") or [] if isinstance(app, dict) and app.get("id") in steps.app_ids]
    return answer is None or any(actual.startswith(_text(_at(app, location))) for app in apps)


def _equal(value: str, place: str, expected: str, judged: Sent, steps: Steps, location: Location) -> list[str]:
    body = sent_json(judged.exchange)
    if body is not None and _text(sent := _at(body, location)) == expected and sent is not ABSENT:
        return [_is(value, sent, steps)]
    for earlier in _earlier(steps, judged):
        if _text(_at(json_of(earlier.exchange), location)) == expected:
            return [f"assert {value} == member({earlier.name}.json(){place})"]
    if expected == "absent":
        return [f"assert {value} is None"]
    for sent in (_at(body, location) for body in _sent_before(steps, judged)):
        if _text(sent) == expected and sent is not ABSENT:
            return [_is(value, sent, steps)]
    try:
        return [_is(value, json.loads(expected), steps)]
    except ValueError:
        return []


def _is(value: str, expected: Any, steps: Steps) -> str:
    if isinstance(expected, dict | list):
        return f"assert {value} is not None"
    if expected is None or isinstance(expected, bool):
        return f"assert {value} is {expected}"
    return f"assert {value} == {steps.names.value(expected)}"


def _app_of(judged: Sent, steps: Steps, location: Location) -> str:
    """Return where the app stands in an answer: alone, or among those of a list."""
    answer = json_of(judged.exchange)
    if judged.exchange.operation != "App_ListApps" or location[:1] == ["apps"]:
        return f"{judged.name}.json()"
    steps.uses.add("app_in")
    earlier = [one.exchange.app_id or made_id(one.exchange) for one in steps.sent if one is not judged]
    listed = {app.get("id") for app in answer.get("apps") or [] if isinstance(app, dict)} if answer else set(earlier)
    wanted = next((app_id for app_id in reversed(earlier) if app_id in listed and steps.variable(app_id)), None)
    return f"app_in({judged.name}, {steps.variable(wanted)})"


def _earlier(steps: Steps, judged: Sent) -> Iterator[Sent]:
    """Yield the steps before one that showed an app, the latest first, those of the same app before others."""
    before = steps.sent[: steps.sent.index(judged)]
    own = judged.exchange.app_id or made_id(judged.exchange)
    showing = [one for one in reversed(before) if one.exchange.succeeded and isinstance(json_of(one.exchange), dict)]
    yield from (one for one in showing if json_of(one.exchange).get("id") == own)
    yield from (one for one in showing if own is None and "id" in json_of(one.exchange))


def _sent_before(steps: Steps, judged: Sent) -> Iterator[Any]:
    for one in reversed(steps.sent[: steps.sent.index(judged) + 1]):
        if (body := sent_json(one.exchange)) is not None:
            yield body


def value_told(text: str) -> Any:
    """Return the JSON value with which a finding's text begins; None where it was cut, or begins with none."""
    try:
        return json.JSONDecoder().raw_decode(text)[0]
    except ValueError:
        return None


def location_of(path: str) -> Location:
    """Read a path such as ``channel_credentials[0].token``."""
    return [int(index) if index else name or other for name, index, other in _STEP.findall(path)]


def _at(value: Any, location: Location) -> Any:
    for step in location:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step, ABSENT)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return ABSENT
    return value


def _text(value: Any) -> str:
    return "absent" if value is ABSENT else shown(value)
