"""How a finding is repeated: the line that a person pastes."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from apps_contract.clients.command import shown_command
from apps_contract.run.settings import DEFAULT_REPORT_DIR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.run.findings import Finding
    from apps_contract.run.settings import Settings

_REPEATABLE = ("server/", "client/", "fuzz::")


def replay_line(finding: Finding, settings: Settings, curl: Sequence[str] = ()) -> str:
    """Return the command that repeats a finding, by its id, or by its requirement where it has none yet.

    What passed by in traffic cannot be sent again by us: the command that ran the client can be judged again, and an
    exchange with a server has its line of ``curl``.
    """
    name, test = finding.id or finding.breach.requirement, finding.test
    folder = settings.report_dir
    there = "" if folder in (None, DEFAULT_REPORT_DIR) else f" --report-dir {shlex.quote(str(folder))}"
    if test.startswith(_REPEATABLE):
        return f"apps-contract replay {name}{there}"
    edition = f" --edition {settings.edition}"
    if settings.command:
        return f"apps-contract judge{edition}{there} -- {shown_command(shlex.join(settings.command))}"
    return curl[-1] if curl else f"apps-contract judge{edition}{there} --port 0  # and let the client call it"
