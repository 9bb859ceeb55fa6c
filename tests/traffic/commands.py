"""Starting the real command, and reading what it leaves behind."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import apps_contract
from apps_contract.report.reading import last_report

ROOT = Path(apps_contract.__file__).parents[1]
COMMAND = [sys.executable, "-m", "apps_contract"]


def environment(**variables):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("APPS_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **variables}


def run(*arguments, cwd, **variables):
    """Run the command to its end; the report, where it wrote one, is in ``cwd``/reports/latest."""
    return subprocess.run(  # noqa: S603 -- our own command
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def running(*arguments, cwd):
    """Run a command that stays up; yields the process and its environment lines as a mapping."""
    process = subprocess.Popen(  # noqa: S603 -- our own command
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        exported = {}
        for line in process.stdout:
            if "export " in line:
                name, _, value = line.strip().removeprefix("export ").partition("=")
                exported[name] = value
            if "Ctrl-C ends it" in line:
                break
        yield process, exported
    finally:
        process.kill()
        process.communicate()


def report(folder):
    """The report, which keeps to its schema."""
    return last_report(folder / "reports" / "latest")


def outcomes(folder):
    return {one["id"]: one["outcome"] for one in report(folder)["requirements"]}
