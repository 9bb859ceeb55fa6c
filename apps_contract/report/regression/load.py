"""Findings about many calls at once: a test of its own form, since what happens at the same time is no row of steps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from apps_contract.payloads.changes import changed_update
from apps_contract.payloads.valid import full_create, full_update, minimal_create
from apps_contract.report.regression.literals import Names

if TYPE_CHECKING:
    from apps_contract.contract import Edition

_CONCURRENT = re.compile(r"concurrent")


def load_lines(finding: dict[str, Any], edition: Edition) -> list[str]:
    """Return the body of a test of concurrent calls; empty for any other finding."""
    if finding["requirement"] not in {"SRV-LOAD-1", "SRV-LOAD-2"} and not _CONCURRENT.search(finding["title"]):
        return []
    return _creates(edition) if finding["requirement"] != "SRV-LOAD-2" else _updates(edition)


def _creates(edition: Edition) -> list[str]:
    body = Names({"RUN": "RUN"}).value(minimal_create(edition, "any"), 0)
    return [
        f"body = {body}",
        'names = [f"{RUN} {number}" for number in range(48)]',
        "with ThreadPoolExecutor(16) as pool:",
        '    created = list(pool.map(lambda name: send("POST", APPS, {**body, "display_name": name}).json(), names))',
        'assert len({app["id"] for app in created}) == len(names)',
        'assert [app["display_name"] for app in created] == names',
        'listed = [app["display_name"] for app in send("GET", APPS).json()["apps"]]',
        "assert {name: listed.count(name) for name in names} == dict.fromkeys(names, 1)",
    ]


def _updates(edition: Edition) -> list[str]:
    first = full_create(edition, "before")
    one, other = full_update(edition, "one"), changed_update(edition, first, "other", "two")
    names, shared = Names(), [name for name in one if name in other]
    bodies = [{name: body[name] for name in shared} for body in (one, other)]
    is_repeated = "update_mask.paths" if edition == "2021" else "update_mask"
    return [
        f"before = {names.value(first)}",
        f"one = {names.value(bodies[0])}",
        f"other = {names.value(bodies[1])}",
        f'mask = "{is_repeated}"',
        "# At once: whole updates, then updates of one member each. None may leave what nobody sent.",
        "for masked in (False, True) * 4:",
        '    app_id = send("POST", APPS, before).json()["id"]',
        '    paths = [f"{APPS}/{app_id}?{mask}={name}" for name in other] if masked else [f"{APPS}/{app_id}"] * 8',
        "    bodies = [other] * len(paths) if masked else [one, other] * 4",
        "    with ThreadPoolExecutor(16) as pool:",
        '        list(pool.map(lambda path, body: send("PATCH", path, body), paths, bodies))',
        '    left = send("GET", f"{APPS}/{app_id}").json()',
        "    for name in other:",
        "        allowed = [before.get(name), other[name]] if masked else [one[name], other[name]]",
        "        assert any(agrees(value, left.get(name)) for value in allowed), (name, left.get(name))",
    ]
