import json

from apps_contract.http.exchange import Exchange, Request
from apps_contract.payloads.invalid import invalid_bodies
from apps_contract.report.coverage import KINDS, coverage_document
from apps_contract.report.page import report_page
from apps_contract.run.tried import tried


def sent(body, operation="App_CreateApp"):
    return Exchange(Request("POST", "/v1/projects/p/apps", body=body), operation=operation)


def test_nothing_sent_is_nothing_tried():
    for one in coverage_document(tried([], "2023")):
        assert one["tried"] == 0
        assert one["of"] > 300


def test_a_body_counts_for_what_it_shows():
    found = tried([sent(json.dumps({"display_name": 7, "channel_credentials": []}).encode())], "2023")
    assert found["create"][("display_name", "type-integer")]
    assert not found["create"][("display_name", "type-array")]
    assert not any(found["update"].values())


def test_every_known_defect_sent_is_every_defect_tried():
    traffic = [sent(json.dumps(case.body).encode()) for case in invalid_bodies("2026", "create")]
    found = coverage_document(tried(traffic, "2026"))[0]
    types = [cells["wrong type"] for cells in found["members"].values() if "wrong type" in cells]
    assert types
    assert all(count == total for count, total in types)


def test_bodies_that_are_no_json_count_for_nothing():
    assert not any(tried([sent(b"\xff{"), sent(b""), sent(b"[1]"), sent(b"{}", None)], "2023")["create"].values())


def test_the_page_shows_each_member_by_kind(document):
    page = report_page(document)
    assert document["coverage"]
    for one in document["coverage"]:
        assert f"{one['tried']} of {one['of']} known defects" in page
        assert set().union(*one["members"].values()) <= set(KINDS)
