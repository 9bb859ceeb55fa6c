"""The pages in a real browser: ``make browser``. Needs Chromium (APPS_CHROMIUM names another place) and axe-core."""

import json
import os
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from apps_contract.report.history import remember
from apps_contract.report.page import matrix_page, report_page, requirements_page, trend_page

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SAMPLE = ROOT / "reports" / "sample" / "report.json"
FAULTY_CLIENT = f"{sys.executable} -m apps_contract.clients.reference --fault id-unquoted"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

expect.set_options(timeout=30_000)  # milliseconds, as other waits of Playwright: 5 s may be too few on a busy machine


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
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


def reported(folder, *arguments):
    """Run a command that writes reports, and return the document."""
    command = [sys.executable, "-m", "apps_contract", *arguments, "--report-dir", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=120)  # noqa: S603 - our own command
    return json.loads((folder / "report.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def documents(folder):
    """Runs with findings, without any, with a thousand, cut short; of a client, and of a fuzz campaign."""
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
    stopped = {**none, "exit_code": 3, "ended_early": "the target stopped answering"}
    client = reported(folder / "client", "judge", "--adapter", FAULTY_CLIENT, "--requirement", "CLI-REQ-1")
    fuzz = reported(folder / "fuzz", "fuzz", "--budget", "200requests")
    return {"some": some, "none": none, "many": many, "stopped": stopped, "client": client, "fuzz": fuzz}


@pytest.fixture(scope="session")
def pages(documents, folder):
    for name, document in documents.items():
        (folder / f"{name}.html").write_text(report_page(document), encoding="utf-8")
    (folder / "matrix.html").write_text(matrix_page([documents["some"], documents["none"]]), encoding="utf-8")
    (folder / "requirements.html").write_text(requirements_page("2023"), encoding="utf-8")
    (folder / "of_all_editions.html").write_text(requirements_page(), encoding="utf-8")
    runs = remember(folder / "history.sqlite", [documents["some"], documents["none"], documents["many"]])
    (folder / "trend.html").write_text(trend_page(runs, "requirements.html"), encoding="utf-8")
    return folder


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Build the documentation, serve it, and return its address."""
    place = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(place)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)  # noqa: S603 - our own command
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(place)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def show(browser, pages):
    """Return a function that opens a page; at the end nothing may have been written to the console."""
    contexts, said = [], []

    def opened(name="some", *, width=1400, scheme="light", part="", scripts=True, offline=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        context.set_offline(offline)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(name if name.startswith("http") else (pages / f"{name}.html").as_uri() + part)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []
