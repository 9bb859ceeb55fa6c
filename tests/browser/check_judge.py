"""The judge's live page in a real browser: what it shows, what it lets one do, and that it asks nobody else."""

import pytest
import requests
from playwright.sync_api import expect

from apps_contract.run.passive import breaches_of
from apps_contract.service.judge.console import Console
from apps_contract.service.judge.judge import Judge


@pytest.fixture
def judge():
    console = Console(lambda seen: breaches_of(seen, standing.insight, "2026"))
    standing = Judge("2026", aside=console)
    console.judge = standing
    with standing:
        yield standing


@pytest.fixture
def page(browser, judge):
    page = browser.new_page()
    page.complaints = []
    page.asked = set()
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.asked.add(request.url.split("/")[2]))
    page.goto(f"{judge.base_url}/__judge/")
    yield page
    assert page.complaints == []
    assert page.asked == {judge.base_url.removeprefix("http://")}
    page.close()


def call(judge, **more):
    url = f"{judge.base_url}/v1/projects/{judge.key.project_id}/apps"
    return requests.get(url, auth=(judge.key.key_id, judge.key.key_secret), timeout=9, **more)


def test_it_waits_then_shows_each_request_with_its_verdict(page, judge):
    page.get_by_text("Waiting for the first request.").wait_for()
    call(judge)
    page.get_by_text("✓ conforms").wait_for()
    expect(page.locator("#verdict")).to_have_text("conforms so far")
    call(judge, headers={"Accept": "text/html"})
    page.get_by_text("CLI-REQ-5 SHOULD: list does not accept JSON").click()
    expect(page.get_by_text("Accept: text/html")).to_be_visible()
    call(judge, data=b"{}")
    page.get_by_text("CLI-REQ-3 MUST").wait_for()
    expect(page.get_by_text("Accept: text/html"), "what was unfolded stays so").to_be_visible()
    expect(page.locator("#verdict")).to_have_text("does not conform")


def test_it_filters(page, judge):
    call(judge)
    call(judge, data=b"{}")
    page.get_by_text("CLI-REQ-3 MUST").wait_for()
    page.locator("#broken").check()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("#filter").fill("nothing like it")
    expect(page.get_by_text("No request fits the filter.")).to_be_visible()


def test_it_chooses_a_scenario_and_begins_anew(page, judge):
    page.locator("#scenario option").nth(1).wait_for(state="attached")
    page.locator("#scenario").select_option("503-flat")
    expect(page.get_by_text("Each call is answered 503")).to_be_visible()
    page.get_by_role("button", name="Choose").click()
    page.get_by_text("scenario 503-flat for any").wait_for()
    assert call(judge).status_code == 503
    page.get_by_role("button", name="Begin anew").click()
    page.get_by_text("scenario ordinary for any").wait_for()
    assert call(judge).status_code == 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_by_everybody(page, judge, axe, scheme):
    page.emulate_media(color_scheme=scheme)
    call(judge)
    call(judge, data=b"{}", headers={"Accept": "text/html"})
    page.get_by_text("CLI-REQ-3 MUST").click()
    page.evaluate(axe)
    found = page.evaluate("axe.run()")["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def test_it_says_when_the_judge_is_gone(browser, judge):
    page = browser.new_page()
    page.goto(f"{judge.base_url}/__judge/")
    page.route("**/verdict*", lambda route: route.abort())
    page.get_by_text("the judge is gone").wait_for()
    page.close()
