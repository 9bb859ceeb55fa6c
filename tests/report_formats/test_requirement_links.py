"""Every report leads from a requirement to where it can be read."""

import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from apps_contract.cli.main import group
from apps_contract.contract import EDITIONS, requirement, requirements
from apps_contract.report.files import FORMATS, render
from apps_contract.report.links import PAGE, published
from apps_contract.report.page import matrix_page, report_page, requirements_page
from apps_contract.run.catalogue import proofs_of

SITE = "https://docs.test/apps"
STATE_6 = f"{SITE}/requirements/srv-state/#SRV-STATE-6"


def hrefs(page):
    return {unescape(link) for link in re.findall(r'href="([^"]+)"', page)}


def block(page, rule):
    return page.partition(f'<article class="rule" id="{rule}"')[2].partition("</article>")[0]


@pytest.fixture
def linked(document):
    return {**document, "docs_url": SITE}


@pytest.mark.parametrize("edition", [None, *EDITIONS])
def test_the_page_holds_every_requirement_with_all_about_it(edition):
    page = requirements_page(edition)
    assert set(re.findall(r'<article class="rule" id="([^"]+)"', page)) == {rule.id for rule in requirements()}
    for rule in requirements():
        said = block(page, rule.id)
        assert said.count("<p") == len(rule.clauses)
        assert rule.source in said
        assert "To waive it" in said
        assert f"--requirement {rule.id}" in said
        assert all(test.id.partition("[")[0] in said for test in proofs_of(rule.id))
        if edition:
            assert f'<span class="level">{rule.level(edition)}</span>' in said


def test_a_level_that_changes_with_the_edition_is_told():
    said = block(requirements_page("2023"), "SRV-INPUT-6")
    assert "SHOULD in 2021 and 2023, MUST in 2026" in said
    assert "SHOULD in 2026" in said.partition("ordinal number")[0]
    assert '<span class="level">MUST</span>' in block(requirements_page("2026"), "SRV-INPUT-6")


def test_the_page_is_one_file():
    links = hrefs(requirements_page("2023"))
    assert all(link.startswith(("#", "data:")) for link in links)
    ids = set(re.findall(r'id="([^"]+)"', requirements_page("2023")))
    assert {link[1:] for link in links if link.startswith("#")} <= ids


def test_how_to_waive_depends_on_the_level():
    page = requirements_page("2023")
    assert "--level should" not in block(page, "SRV-STATE-6")
    assert "--level should" in block(page, "SRV-SHAPE-7")
    assert requirement("SRV-INPUT-7").level("2023") == "MAY"
    assert "fails no run" in block(page, "SRV-INPUT-7")


def test_each_requirement_and_finding_of_the_report_leads_to_the_page_beside_it(document):
    page = report_page(document)
    for one in document["requirements"]:
        assert f"{PAGE}#{one['id']}" in hrefs(page)
        assert f"apps-contract explain {one['id']}" in page  # which helps where the other page is not
    for finding in document["findings"]:
        said = page.partition(f'id="{finding["id"]}"')[2].partition('class="finding')[0]
        assert f"{PAGE}#{finding['requirement']}" in hrefs(said)
    assert "Where it is not" in page


def test_each_requirement_of_a_matrix_leads_to_the_page_beside_it(document, clean_document):
    assert f"{PAGE}#SRV-STATE-6" in hrefs(matrix_page([document, clean_document]))


@pytest.mark.parametrize(
    ("docs_url", "link"),
    [
        (SITE, STATE_6),
        (f"{SITE}/", STATE_6),
        (f"{SITE}/{PAGE}", f"{SITE}/{PAGE}#SRV-STATE-6"),
        (f"{SITE}/rules.htm?x=1#top", f"{SITE}/rules.htm?x=1#SRV-STATE-6"),
        ("http://10.0.0.9:8000", "http://10.0.0.9:8000/requirements/srv-state/#SRV-STATE-6"),
    ],
)
def test_an_address_names_a_site_or_a_page(docs_url, link):
    assert published("SRV-STATE-6", docs_url) == link


def test_what_is_published_is_linked_from_every_report(linked):
    page = render(linked, "report.html")
    assert STATE_6 in hrefs(page)
    assert not any(link.startswith(PAGE) for link in hrefs(page))
    assert STATE_6 in hrefs(matrix_page([linked, linked]))
    assert f"[SRV-STATE-6](<{STATE_6}>)" in render(linked, "summary.md")
    rules = json.loads(render(linked, "report.sarif"))["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["helpUri"] for rule in rules] == [published(one["id"], SITE) for one in linked["requirements"]]
    assert f'name="SRV-STATE-6 docs" value="{STATE_6}"' in render(linked, "junit.xml")
    assert f"apps-contract explain SRV-STATE-6   {STATE_6}" in render(linked, "junit.xml")
    assert f"apps-contract explain SRV-STATE-6   {STATE_6}" in render(linked, "github.txt")


def test_without_an_address_no_report_holds_one(document):
    for name in set(FORMATS) - {"report.html", PAGE}:
        assert PAGE not in render(document, name)
    assert "helpUri" not in render(document, "report.sarif")


@pytest.fixture
def run():
    def ran(*arguments):
        return CliRunner().invoke(group, [str(one) for one in arguments], standalone_mode=False)

    return ran


def test_a_run_notes_the_address_and_a_later_rendering_may_name_another(run, tmp_path):
    made = run("check", "--requirement", "SRV-SHAPE-2", "--docs-url", SITE, "-q", "--report-dir", tmp_path)
    assert made.return_value == 0
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["docs_url"] == SITE
    link = f"{SITE}/requirements/srv-shape/#SRV-SHAPE-2"
    assert link in hrefs((tmp_path / "report.html").read_text("utf-8"))
    assert run("report", tmp_path).exception is None
    assert link in hrefs((tmp_path / "report.html").read_text("utf-8"))
    other = run("report", tmp_path, "--docs-url", "http://other.test/r.html", "--format", "html").output
    assert "http://other.test/r.html#SRV-SHAPE-2" in hrefs(other)


def test_the_address_is_taken_from_the_environment(run, tmp_path, monkeypatch):
    monkeypatch.setenv("APPS_DOCS_URL", SITE)
    run("check", "--requirement", "SRV-SHAPE-2", "-q", "--report-dir", tmp_path)
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["docs_url"] == SITE


@pytest.mark.parametrize("address", ["docs.test", "javascript:alert(1)", "https://", 'https://x/">', "https://x/a b"])
def test_what_is_no_address_is_refused_at_the_door_and_in_a_report(run, document, tmp_path, address):
    assert "beginning with http" in str(run("check", "--docs-url", address, "--report-dir", tmp_path).exception)
    schema = json.loads((Path(__file__).parents[2] / "schemas" / "report.schema.json").read_text("utf-8"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**document, "docs_url": address}, schema)


def test_a_trend_leads_to_the_requirements_of_the_run(document, tmp_path, run):
    reports, history = tmp_path / "late st", tmp_path / "kept" / "runs.sqlite"
    reports.mkdir()
    history.parent.mkdir()
    (reports / "report.json").write_text(json.dumps(document))
    run("report", reports)
    assert run("report", reports, "--history", history).exception is None
    link = "../late%20st/requirements.html#SRV-STATE-6"
    assert link in hrefs((history.parent / "trend.html").read_text("utf-8"))
    assert run("report", reports, "--history", history, "--docs-url", SITE).exception is None
    assert STATE_6 in hrefs((history.parent / "trend.html").read_text("utf-8"))


def test_a_matrix_is_written_with_the_requirements_it_links_to(document, clean_document, tmp_path, run):
    files = [tmp_path / "a.json", tmp_path / "b.json"]
    for file, one in zip(files, (document, clean_document), strict=True):
        file.write_text(json.dumps(one))
    run("report", *files, "--output", tmp_path / "out")
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"matrix.html", PAGE}


def test_the_address_is_an_option_of_pytest_too(tmp_path):
    command = [sys.executable, "-m", "pytest", "contract_tests/server/test_shape.py", "-q", "-p", "no:cacheprovider"]
    more = ["--apps-requirement", "SRV-SHAPE-2", "--apps-docs-url", SITE, "--apps-report-dir", str(tmp_path)]
    subprocess.run([*command, *more], cwd=Path(__file__).parents[2], check=True, capture_output=True, timeout=120)  # noqa: S603
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["docs_url"] == SITE
