import json
import re

import pytest
from playwright.sync_api import expect

from apps_contract.contract import requirements
from apps_contract.report.files import render
from apps_contract.report.links import published

REQUIREMENTS = ".requirement:not([hidden])"
FINDINGS = ".requirement:not([hidden]) .finding:not([hidden])"


FORMS = ["some", "none", "stopped", "client", "fuzz", "matrix", "trend", "requirements", "of_all_editions"]
WCAG_AA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")


def violations(page, axe, rules=(*WCAG_AA, "best-practice")):
    page.evaluate(axe)
    options = {"runOnly": list(rules), "resultTypes": ["violations"]}
    found = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"][:2]
    ]


def unfold(page):
    page.evaluate("document.querySelectorAll('details').forEach((node) => { node.open = true; })")


# Colours depend on the scheme and layout on the width: each is seen, not each with each.
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
@pytest.mark.parametrize("name", FORMS)
def test_accessible(show, axe, name, width, scheme):
    page = show(name, width=width, scheme=scheme)
    unfold(page)
    assert violations(page, axe) == []


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_requirements_are_accessible_where_a_link_leads(show, axe, width, scheme):
    page = show("requirements", width=width, scheme=scheme, part="#SRV-INPUT-6")
    assert violations(page, axe) == []


@pytest.mark.parametrize("name", ["some", "matrix", "trend"])
def test_an_id_leads_to_its_requirement(show, name):
    page = show(name)
    unfold(page)
    page.click("a[href='requirements.html#SRV-STATE-6'] >> nth=0")
    page.wait_for_url("**/requirements.html#SRV-STATE-6")
    expect(page.locator(".rule:target h3")).to_have_text(re.compile(r"^\s*SRV-STATE-6\b"))
    box = page.locator(".rule:target").bounding_box()
    assert 0 <= box["y"] < 300


def test_the_requirements_are_walked_by_keys(show):
    page = show("requirements")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#rules$"))


def test_the_requirements_print(show, tmp_path):
    page = show("requirements")
    page.emulate_media(media="print")
    expect(page.locator(".skip")).to_be_hidden()
    page.pdf(path=str(tmp_path / "requirements.pdf"))


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("name", FORMS)
def test_no_page_is_wider_than_its_window(show, name, width):
    page = show(name, width=width)
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_site_is_accessible(show, site, axe, width, scheme):
    page = show(site, width=width, scheme=scheme, offline=False)
    assert violations(page, axe, WCAG_AA) == []  # the theme decides its good practice


def test_the_site_has_each_requirement_where_reports_say(show, site):
    page = show(site, offline=False)
    for rule in requirements():
        page.goto(published(rule.id, site))
        expect(page.locator("h2:target")).to_have_text(re.compile(rf"^\s*{rule.id}\b"))


def test_the_archive_of_exchanges_replays_in_a_browser(show, documents, folder):
    """A browser takes the file for what the target answered."""
    document = documents["some"]
    (folder / "exchanges.har").write_text(render(document, "exchanges.har"), encoding="utf-8")
    first = next(
        entry
        for entry in json.loads(render(document, "exchanges.har"))["log"]["entries"]
        if entry["request"]["method"] == "GET" and entry["response"]["status"] == 200
    )
    page = show("none", offline=False)
    page.context.route_from_har(folder / "exchanges.har", not_found="abort")
    address = first["request"]["url"]
    answer = page.context.new_page().goto(address)
    assert answer.status == 200
    assert answer.text() == first["response"]["content"]["text"]


def test_verdict_chips_choose_what_is_shown(show, documents):
    page = show()
    summary = documents["some"]["summary"]
    page.click(".chip.failed")
    expect(page.locator(REQUIREMENTS)).to_have_count(summary["failed"])
    page.click(".chip.warned")
    expect(page.locator(REQUIREMENTS)).to_have_count(summary["failed"] + summary["warned"])
    page.keyboard.press("Escape")
    expect(page.locator(REQUIREMENTS)).to_have_count(len(documents["some"]["requirements"]))


def test_level_and_operation_choose_findings(show, documents):
    page = show()
    page.select_option("select[name=level]", "SHOULD")
    should = [one for one in documents["some"]["findings"] if one["level"] == "SHOULD"]
    expect(page.locator(FINDINGS)).to_have_count(len(should))
    page.select_option("select[name=level]", "")
    page.select_option("select[name=operation]", "update")
    updates = [one for one in documents["some"]["findings"] if one["operation"] == "App_UpdateApp"]
    expect(page.locator(FINDINGS)).to_have_count(len(updates))
    expect(page.locator("output")).to_contain_text(f", {len(updates)} findings")


def test_text_is_searched_in_requirements_and_findings(show):
    page = show()
    page.keyboard.press("/")
    page.keyboard.type("callback_secret")
    expect(page.locator(REQUIREMENTS)).not_to_have_count(41)
    assert page.locator(REQUIREMENTS).count() < 41
    expect(page.locator(FINDINGS)).not_to_have_count(0)
    page.fill("input[name=text]", "nothing has this in it")
    expect(page.locator(REQUIREMENTS)).to_have_count(0)
    page.click("button[name=clear]")
    expect(page.locator(REQUIREMENTS)).to_have_count(41)


def test_a_cell_of_the_matrix_leads_to_its_group_and_operation(show):
    page = show()
    page.click(".matrix tbody tr:nth-child(2) a[data-operation=update]")
    expect(page.locator("select[name=operation]")).to_have_value("update")
    expect(page).to_have_url(re.compile("#SRV-STATE$"))


def test_exchanges_are_folded_and_unfold(show):
    page = show()
    step = page.locator(".finding[open] .step").first
    expect(step.locator(".exchange")).to_be_hidden()
    step.locator("summary").click()
    expect(step.locator(".exchange")).to_be_visible()


def test_a_curl_line_is_copied_whole(show, documents):
    page = show()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".finding[open] .step .copy").first.click()
    page.wait_for_function("document.querySelector('.finding[open] .step .copy').textContent === 'Copied'")
    lines = {line for finding in documents["some"]["findings"] for line in finding["curl"]}
    assert page.evaluate("navigator.clipboard.readText()") in lines


def test_keys_walk_through_the_findings(show):
    page = show()
    first, second = page.locator(".finding").evaluate_all("(all) => all.slice(0, 2).map((one) => one.id)")
    for key, shown in (("j", first), ("j", second), ("k", first)):
        page.keyboard.press(key)
        expect(page.locator(f"#{shown} > summary")).to_be_focused()
        expect(page).to_have_url(re.compile(f"#{shown}$"))


def test_all_unfolds_and_folds(show):
    page = show()
    page.click("button[name=fold]")
    expect(page.locator(".requirement:not([open])")).to_have_count(0)
    page.keyboard.press("e")
    expect(page.locator(".requirement[open]")).to_have_count(0)


def test_help_opens_and_closes(show):
    page = show()
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()


def test_a_link_opens_its_finding(show, documents):
    last = documents["some"]["findings"][-1]["id"]
    page = show(part=f"#{last}")
    expect(page.locator(f"#{last} .inside").first).to_be_visible()


def test_without_scripts_all_is_there(show, documents):
    page = show(scripts=False)
    expect(page.locator(".finding")).to_have_count(len(documents["some"]["findings"]))
    expect(page.locator(".filters")).to_be_hidden()
    expect(page.locator(".copy").first).to_be_hidden()


def test_printing_opens_what_failed_and_drops_the_tools(show, tmp_path):
    page = show()
    page.emulate_media(media="print")
    expect(page.locator(".filters")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".finding:not([open])")).to_have_count(0)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".finding:not([open])")).not_to_have_count(0)
    page.pdf(path=str(tmp_path / "report.pdf"))


def test_a_thousand_findings_are_usable(show):
    page = show("many")
    expect(page.locator(".finding")).to_have_count(1000)
    page.fill("input[name=text]", "f1000")
    expect(page.locator(FINDINGS)).to_have_count(1)
    page.keyboard.press("Escape")
    page.click("button[name=fold]")
    expect(page.locator(".finding[open]")).to_have_count(1000)
