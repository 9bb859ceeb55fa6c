"""The table of the options of a run, once for all doors; apart from their reading, so that doors open without cost."""

from __future__ import annotations

from dataclasses import dataclass

# What pytest puts before an option's name; the command line has only the dashes.
PYTEST_PREFIX = "--apps-"


@dataclass(frozen=True)
class Option:
    """One option: ``--name`` on the command line, ``--apps-name`` for pytest, ``APPS_NAME`` in the environment."""

    name: str
    help: str
    metavar: str = "TEXT"
    default: str | None = None
    repeatable: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that stands in for the option."""
        return "APPS_" + self.name.replace("-", "_").upper()

    @property
    def key(self) -> str:
        """The name of the option's value."""
        return self.name.replace("-", "_")


# The command line takes it as its argument.
TARGET = Option("target", "Base URL of the server to test; without one, the embedded reference server.", "URL")

# Editions, levels and defaults stand here a second time, as text: to import their rooms would cost every pytest run.
# tests/run/test_options.py holds both together.
OPTIONS = (
    Option("asgi", "Test this ASGI application in process, without a socket, instead of a URL.", "MODULE:APP"),
    Option("wsgi", "Test this WSGI application in process, without a socket, instead of a URL.", "MODULE:APP"),
    Option("edition", "Edition of the contract to judge by.", "2021|2023|2026", default="2023"),
    Option("project", "Project id to work in.", "ID"),
    Option("key-id", "Access key id of the project.", "ID"),
    Option("key-secret", "Secret of the access key; better given as APPS_KEY_SECRET.", "SECRET"),
    Option("token-url", "Token endpoint (a URL, or a path at the target); switches the Bearer tests on.", "URL"),
    Option("other-project", "A second project; switches the isolation tests on.", "ID"),
    Option("other-key-id", "Access key id of the second project.", "ID"),
    Option("other-key-secret", "Secret of the second key; better given as APPS_OTHER_KEY_SECRET.", "SECRET"),
    Option("level", "What fails the run.", "must|should", default="must"),
    Option(
        "mode", "What may be touched: nothing, apps made by this run, everything.", "read-only|own|full", default="own"
    ),
    Option("requirement", "Only this requirement, or group (SRV-STATE); may be repeated.", "ID", repeatable=True),
    Option("seed", "Seed of everything that is drawn.", "N", default="1"),
    Option("examples", "Generated bodies for each property test.", "N", default="12"),
    Option("rate", "At most this many requests per second.", "N"),
    Option("timeout", "Seconds until a request counts as unanswered.", "S", default="30"),
    Option("baseline", "Known findings, each with a reason: they do not fail the run.", "FILE"),
    Option("report-dir", "Folder for the report files.", "DIR", default="reports/latest"),
    Option("docs-url", "Where our documentation, or a requirements.html, is published: reports link there.", "URL"),
)

# Of the client suite: the server is a judge of its own, so nothing of a target or its keys is asked for.
ADAPTER = Option("adapter", "Command that starts the adapter of a client: the client suite judges it.", "COMMAND")
AUTH = Option("auth", "Kinds of authentication of the client to test.", "basic|oauth2|both", default="both")
_OF_TRAFFIC = {"edition", "level", "requirement", "baseline", "report-dir", "docs-url"}
_OF_CLIENTS = {*_OF_TRAFFIC, "seed", "examples"}
CLIENT_OPTIONS = (ADAPTER, AUTH, *(option for option in OPTIONS if option.name in _OF_CLIENTS))
# Of a run over what passes by: it sends nothing, and draws nothing.
TRAFFIC_OPTIONS = tuple(option for option in OPTIONS if option.name in _OF_TRAFFIC)
