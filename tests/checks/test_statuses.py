"""What is answered by status alone: refusals, absences, robustness and access."""

import pytest

from apps_contract.checks.access import hides_existence, names_its_scheme
from apps_contract.checks.refusal import absent, accepted, answered, refused, unauthenticated
from apps_contract.checks.robustness import survives
from apps_contract.contract import Level

from .exchanges import ERROR, exchange


def test_refusal_is_400_and_nothing_else():
    assert refused(exchange("create", 400), "SRV-INPUT-2", "it") is None
    for status in (200, 201, 404, 409, 422, 500):
        breach = refused(exchange("create", status), "SRV-INPUT-2", "it", path="body.x", level=Level.SHOULD)
        assert (breach.requirement, breach.level, breach.path) == ("SRV-INPUT-2", Level.SHOULD, "body.x")


@pytest.mark.parametrize("lost", [exchange("create", failure="reset"), exchange("create", 503)])
def test_a_lost_answer_is_judged_by_one_requirement_alone(lost):
    assert refused(lost, "SRV-INPUT-2", "it") is None
    assert accepted(lost, "SRV-INPUT-12", "it") is None
    assert absent(lost, "SRV-STATE-10", "it") is None
    assert survives(lost).requirement == "SRV-INPUT-8"


@pytest.mark.parametrize(
    ("status", "may_refuse", "is_fine"),
    [(200, False, True), (400, False, False), (400, True, True), (500, True, False)],
)
def test_acceptance(status, may_refuse, is_fine):
    assert (accepted(exchange("create", status), "SRV-INPUT-12", "it", may_refuse=may_refuse) is None) == is_fine


def test_another_success_status_is_heard_of_once():
    assert accepted(exchange("create", 201), "SRV-INPUT-12", "it") is None
    assert answered(exchange("delete", 204), "SRV-STATE-9", "it", (200,)) is None


@pytest.mark.parametrize(("status", "is_fine"), [(404, True), (403, True), (200, False), (400, False), (410, False)])
def test_absence(status, is_fine):
    assert (absent(exchange("get", status), "SRV-STATE-10", "it") is None) == is_fine


@pytest.mark.parametrize(("status", "is_fine"), [(401, True), (403, False), (400, False), (200, False)])
def test_no_access(status, is_fine):
    assert (unauthenticated(exchange("get", status), "SRV-AUTH-1", "it") is None) == is_fine


@pytest.mark.parametrize("status", [200, 204, 301, 400, 404, 405, 413, 414, 429, 499])
def test_anything_below_500_survives(status):
    assert survives(exchange("get", status)) is None
    assert survives(exchange(None, status)) is None


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors_do_not(status):
    assert survives(exchange("get", status)).requirement == "SRV-INPUT-8"


def test_501_passes_where_the_path_has_no_such_method():
    assert survives(exchange(None, 501)) is None
    assert survives(exchange("get", 501)) is not None


@pytest.mark.parametrize(
    "kind", ["timeout", "reset", "closed", "malformed", "truncated", "too_large", "decoding", "connect"]
)
def test_every_way_to_lose_an_answer_has_a_title(kind):
    assert survives(exchange("get", failure=kind)).title


def test_401_names_its_scheme():
    assert names_its_scheme(exchange("get", 401, ERROR)).requirement == "SRV-AUTH-5"
    assert names_its_scheme(exchange("get", 401, ERROR, headers=[("www-authenticate", "Basic")])) is None
    assert names_its_scheme(exchange("get", 403, ERROR)) is None


@pytest.mark.parametrize(
    ("existing", "missing"),
    [
        ((404, "no app 01AA in project p (request 77a1)"), (404, "no app 01BB in project p (request 90c3)")),
        ((403, "this key may not see project p"), (403, "this key may not see project p")),
        ((404, "nothing at 12:03:55"), (404, "nothing at 12:03:56")),
    ],
)
def test_existence_that_is_hidden(existing, missing):
    assert hides_existence(_said(*existing, "01AA"), _said(*missing, "01BB")) is None


@pytest.mark.parametrize(
    ("existing", "missing"),
    [
        ((403, "no"), (404, "no")),
        ((403, "this app is not yours"), (403, "this app does not exist")),
    ],
)
def test_existence_that_leaks(existing, missing):
    assert hides_existence(_said(*existing, "01AA"), _said(*missing, "01BB")).requirement == "SRV-AUTH-6"


def test_a_lost_answer_leaks_nothing():
    assert hides_existence(exchange("get", failure="timeout"), _said(404, "no", "01")) is None


def _said(status, message, app_id):
    return exchange("get", status, {"code": status, "message": message, "status": "X"}, app_id=app_id)
