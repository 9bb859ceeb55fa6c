"""The pages in a real browser: ``make browser``. Needs Chromium (APPS_CHROMIUM names another place) and axe-core."""

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from apps_contract.report.history import remember
from apps_contract.report.page import matrix_page, report_page, trend_page

HERE = Path(__file__).parent
SAMPLE = HERE.parents[1] / "reports" / "sample" / "report.json"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        chromium = os.environ.get("APPS_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe():
    return (HERE / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="session")
def documents():
    """Runs with findings, without any, and with a thousand."""
    some = json.loads(SAMPLE.read_text("utf-8"))
    none = json.loads(SAMPLE.read_text("utf-8"))
    for requirement in none["requirements"]:
        requirement.update(outcome="passed", findings=[], reason=None)
    none.update(
        findings=[], exit_code=0, summary={**none["summary"], "passed": 41, "failed": 0, "warned": 0, "not_tested": 0}
    )
    many = json.loads(SAMPLE.read_text("utf-8"))
    many["findings"] = []
    for requirement in many["requirements"]:
        requirement["findings"] = []
    for number in range(1000):
        requirement = many["requirements"][number % len(many["requirements"])]
        finding = {**some["findings"][number % len(some["findings"])], "id": f"f{number + 1}"}
        many["findings"].append({**finding, "requirement": requirement["id"]})
        requirement["findings"].append(finding["id"])
        requirement["outcome"] = "failed"
    return {"some": some, "none": none, "many": many}


@pytest.fixture(scope="session")
def pages(documents, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for name, document in documents.items():
        (folder / f"{name}.html").write_text(report_page(document), encoding="utf-8")
    (folder / "matrix.html").write_text(matrix_page([documents["some"], documents["none"]]), encoding="utf-8")
    runs = remember(folder / "history.sqlite", [documents["some"], documents["none"], documents["many"]])
    (folder / "trend.html").write_text(trend_page(runs), encoding="utf-8")
    return folder


@pytest.fixture
def show(browser, pages):
    """Return a function that opens a page; at the end nothing may have been written to the console."""
    contexts, said = [], []

    def opened(name="some", *, width=1400, scheme="light", part="", scripts=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        context.set_offline(True)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto((pages / f"{name}.html").as_uri() + part)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []
