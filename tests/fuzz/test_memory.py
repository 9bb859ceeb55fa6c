"""What all workers of a campaign share stays in order while they use it at the same time."""

from __future__ import annotations

import sys
import threading

from apps_contract.run.fuzz.memory import CampaignLedger, CampaignSession
from apps_contract.run.settings import Settings
from apps_contract.service.app import DEMO_KEYS


def test_ids_are_invented_while_others_make_apps():
    session = CampaignSession(Settings(), None, CampaignLedger(None), *DEMO_KEYS)
    is_over = threading.Event()

    def make() -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            session.note_created("p", f"app-{number}", None)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    makers = [threading.Thread(target=make) for _ in range(2)]
    for maker in makers:
        maker.start()
    try:
        invented = {session.invented_id("app-1") for _ in range(100)}
    finally:
        is_over.set()
        for maker in makers:
            maker.join()
        sys.setswitchinterval(before)
        session.close()

    assert "app-1" not in invented


def test_a_long_campaigns_ledger_stays_small_and_holds_what_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr("apps_contract.run.fuzz.memory._LINES_BEFORE_REWRITING", 10)
    path = tmp_path / "ledger.jsonl"
    session = CampaignSession(Settings(), None, CampaignLedger(path), *DEMO_KEYS)
    for number in range(40):
        session.note_created("p", f"app-{number}", None)
        if number:
            session.note_deleted("p", f"app-{number}")

    lines = path.read_text().splitlines()
    session.close()

    again = CampaignLedger(path)
    again.close()

    assert len(lines) < 20
    assert [entry.app_id for entry in again.left_overs] == ["app-0"]
