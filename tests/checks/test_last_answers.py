"""What the traffic says of each app in the end, and when it says nothing for sure."""

from dataclasses import replace

import pytest

from apps_contract.checks.last_answers import last_answers

from .exchanges import exchange

OLD, NEW = {"id": "a", "display_name": "old"}, {"id": "a", "display_name": "new"}


def at(started, name, status=200, body=None, duration=1.0, **more):
    app_id = None if name == "create" else "a"
    return replace(exchange(name, status, body, app_id=app_id, **more), started=started, duration_s=duration)


CREATE = at(1, "create", body=OLD)
UPDATE = at(3, "update", body=NEW)


def test_the_last_answer_counts():
    assert last_answers([CREATE]) == {"a": OLD}
    assert last_answers([UPDATE, CREATE]) == {"a": NEW}  # by time, not by the order of recording
    assert last_answers([CREATE, UPDATE, at(5, "update", 400, {}), at(7, "get", body=OLD)]) == {"a": NEW}


@pytest.mark.parametrize(
    "last",
    [
        at(5, "delete"),
        at(3.5, "update", body=OLD),
        at(5, "update", failure="timeout"),
        at(5, "update", 500),
        at(5, "update", body=b"not JSON"),
        at(5, "create", body=OLD),
    ],
    ids=["deleted", "at the same time", "no answer", "server error", "no App", "an id given twice"],
)
def test_an_app_whose_end_nobody_knows_is_left_out(last):
    assert last_answers([CREATE, UPDATE, last]) == {}
