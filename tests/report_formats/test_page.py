import copy
import re

from apps_contract.report.page import charts, report_page

MOST_BYTES = 1_000_000


def test_a_page_needs_no_network(document):
    page = report_page(document)
    links = re.findall(r"""(?:src|href|action)=["']([^"']+)""", page)
    assert all(link.startswith(("#", "data:", "requirements.html")) for link in links)
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_a_page_of_a_normal_run_is_small(document, clean_document):
    assert len(report_page(document).encode()) < MOST_BYTES
    assert len(report_page(clean_document).encode()) < 200_000


def test_the_first_screen_tells_verdict_target_edition_level_and_counts(document):
    head = report_page(document).partition("</header>")[0]
    failed = document["summary"]["failed"]
    for text in ("Does not conform", document["target"], "edition 2023", "level MUST", f"{failed} of 41 requirements"):
        assert text in head
    assert head.count('class="cell ') >= 25 - 5


def test_a_page_shows_every_requirement_with_its_clauses(document):
    page = report_page(document)
    for requirement in document["requirements"]:
        assert f'id="{requirement["id"]}"' in page
        assert requirement["source"] in page


def test_every_finding_has_its_steps_curl_lines_and_replay(document):
    page = report_page(document)
    for finding in document["findings"]:
        block = page.partition(f'id="{finding["id"]}"')[2].partition('class="finding')[0]
        assert finding["replay"] in block
        assert block.count('<li class="step">') == len(finding["exchanges"])
        assert "Expected" in block
        assert "Actual" in block


def test_a_clean_run_conforms(clean_document):
    page = report_page(clean_document)
    assert "Conforms" in page
    assert "0 findings" not in page


def test_what_a_server_sends_cannot_get_out_of_its_place(document):
    hostile = "<script>alert(1)</script>\u202e\x00\ud800\"'><img src=x onerror=alert(2)>"
    finding = document["findings"][0]
    finding.update(
        title=hostile, expected=hostile, actual=hostile, path=f"body.{hostile}", case=hostile, also=[hostile]
    )
    response = finding["exchanges"][-1]["response"]
    response["body"] = {"text": hostile}
    response["headers"] = [["x-hostile", hostile]]
    document["target"] = hostile
    page = report_page(document)
    page.encode("utf-8")
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "\u202e" not in page
    assert "\x00" not in page


def test_a_document_of_an_older_version_is_rendered(document):
    old = copy.deepcopy(document)
    for name in ("operations", "latency", "groups", "statuses", "left_overs"):
        old.pop(name)
    for requirement in old["requirements"]:
        for name in ("group", "text", "clauses", "source", "usual_cause", "example", "operations"):
            requirement.pop(name)
    for finding in old["findings"]:
        finding.pop("operation")
        finding.pop("fingerprint")
    assert "Does not conform" in report_page(old)


def test_a_run_that_does_not_know_operations_has_no_matrix(clean_document):
    for requirement in clean_document["requirements"]:
        requirement["operations"] = {}
    page = report_page(clean_document)
    assert '<table class="matrix">' not in page
    assert '<select name="operation">' not in page


def test_a_thousand_findings_are_all_there(document):
    template = document["findings"][-1]
    findings = [{**template, "id": f"f{number}"} for number in range(1, 1001)]
    document["findings"] = findings
    for requirement in document["requirements"]:
        requirement["findings"] = []
    document["requirements"][0].update(outcome="failed", findings=[finding["id"] for finding in findings])
    page = report_page(document)
    assert page.count('<details class="finding') == 1000
    assert len(page.encode()) < 8_000_000


def test_labels_that_would_overlap_stand_in_rows_of_their_own():
    close = {"p50": 1.0, "p90": 1.01, "p99": 1.02, "max": 9.0}
    chart = charts.histogram({"bins": [[0.1, 1, 4], [1, 10, 5]], "quantiles_ms": close})
    assert [mark.row for mark in chart.marks] == [0, 1, 2]
    apart = {"p50": 0.1, "p90": 1.0, "p99": 10.0, "max": 10.0}
    chart = charts.histogram({"bins": [[0.1, 1, 4], [1, 10, 5]], "quantiles_ms": apart})
    assert [mark.row for mark in chart.marks] == [0, 0, 0]
