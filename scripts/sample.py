"""Makes reports/sample and the pictures of the documentation anew: scripts/sample.py [--no-pictures].

Run it with the Python of a set-up checkout; the pictures need what `make browser` installs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from apps_contract.service.app import DEMO_KEYS

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "reports" / "sample"
IMAGES = ROOT / "docs" / "images"
CHROMIUM = os.environ.get("APPS_CHROMIUM", "/usr/bin/chromium")


def check(folder: Path, *target: str) -> None:
    """Judge a target, with everything switched on, into a folder; the server with bugs is found beside its tests.

    The run is in a folder of its own, where reports lie as usual: no file of it names a place of this machine.
    """
    own, other = DEMO_KEYS
    keys = {
        "APPS_PROJECT": own.project_id,
        "APPS_KEY_ID": own.key_id,
        "APPS_KEY_SECRET": own.key_secret,
        "APPS_OTHER_PROJECT": other.project_id,
        "APPS_OTHER_KEY_ID": other.key_id,
        "APPS_OTHER_KEY_SECRET": other.key_secret,
        "APPS_TOKEN_URL": "/oauth2/token",
    }
    command = [sys.executable, "-m", "apps_contract", "check", *target, "-q"]
    modules = {"PYTHONPATH": str(ROOT / "tests" / "report_formats")}
    with TemporaryDirectory() as place:
        environment = {**os.environ, **modules, **(keys if target else {})}
        ran = subprocess.run(command, cwd=place, env=environment, check=False)  # noqa: S603 - our own command
        if ran.returncode not in {0, 1}:
            sys.exit(ran.returncode)
        shutil.copytree(Path(place) / "reports" / "latest", folder, dirs_exist_ok=True)


def pictures(side_by_side: Path) -> None:
    """Take the pictures of the report, of a finding in the dark, of its rule, and of several runs side by side."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only for the pictures

    report = (SAMPLE / "report.html").as_uri()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])

        def shot(name: str, address: str, height: int, scheme: str = "light") -> None:
            page = browser.new_page(
                viewport={"width": 1280, "height": height}, color_scheme=scheme, reduced_motion="reduce"
            )
            page.goto(address)
            page.wait_for_timeout(300)
            page.screenshot(path=IMAGES / name)

        shot("report.png", report, 760)
        shot("finding.png", f"{report}#f2", 640, "dark")
        shot("matrix.png", side_by_side.as_uri(), 640)
        shot("requirement.png", (SAMPLE / "requirements.html").as_uri() + "#SRV-STATE-6", 560)
        browser.close()


def main() -> None:
    """Make the sample, then the pictures."""
    check(SAMPLE, "--asgi", "faulty_app:app")
    if "--no-pictures" in sys.argv:
        return
    other = ROOT / "reports" / "embedded"
    check(other)
    both = [str(other), str(SAMPLE)]
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "apps_contract", "report", *both, "--output", str(other)], check=True
    )
    pictures(other / "matrix.html")


main()
