"""The ledger: what a killed run leaves, what a broken file still tells, and two runs in one folder."""

from __future__ import annotations

import pytest

from apps_contract.run.ledger import FILE_NAME, Ledger, LedgerEntry, LedgerInUseError

ONE, TWO = LedgerEntry("http://t", "p", "1"), LedgerEntry("http://t", "p", "2")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "folder" / FILE_NAME


def killed(ledger):
    """Let go of the file as the end of a process does."""
    ledger._hold.close()


def test_apps_that_came_and_went_leave_nothing(path):
    ledger = Ledger(path)
    ledger.created(ONE)
    assert path.exists()
    ledger.deleted(ONE)
    ledger.close()
    ledger.close()
    assert list(path.parent.iterdir()) == []
    assert ledger.ever_made("p") == {"1"}


def test_what_a_killed_run_made_is_left_over(path):
    ledger = Ledger(path)
    for entry in (ONE, TWO):
        ledger.created(entry)
    ledger.deleted(ONE)
    killed(ledger)
    with path.open("a") as file:
        file.write('{"event": "created", "target": "http://t", "proj')
    again = Ledger(path)
    assert again.left_overs == (TWO,)
    assert again.alive() == ()
    again.deleted(TWO)
    again.close()
    assert not path.exists()


def test_left_overs_that_nobody_deleted_stay_for_the_next_run(path):
    first = Ledger(path)
    first.created(ONE)
    killed(first)
    Ledger(path).close()
    last = Ledger(path)
    assert last.left_overs == (ONE,)
    last.close()


@pytest.mark.parametrize(
    "text", [b"", b"\xff\xfe\x00", b"[]\n7\nnull\n{}\n", b'{"event": "created", "target": "t"}\n', b"\n\n"]
)
def test_a_broken_file_is_no_obstacle(path, text):
    path.parent.mkdir(parents=True)
    path.write_bytes(text)
    ledger = Ledger(path)
    assert ledger.left_overs == ()
    ledger.close()


def test_a_run_that_is_still_alive_is_left_alone(path):
    first = Ledger(path)
    first.created(ONE)
    with pytest.raises(LedgerInUseError):
        Ledger(path)
    assert first.alive() == (ONE,)
    first.deleted(ONE)
    first.close()
    Ledger(path).close()


def test_two_runs_in_one_folder_are_one_too_many(command, serve, keys, tmp_path):
    held = Ledger(tmp_path / FILE_NAME)
    code, _, err = command("check", serve(), *keys, "--report-dir", tmp_path)
    assert code == 2
    assert f"another run is writing to {tmp_path}" in err
    held.close()


def test_a_folder_that_cannot_be_one_is_wrong_use(command, serve, keys, tmp_path):
    (tmp_path / "file").write_text("in the way")
    code, _, err = command("check", serve(), *keys, "--report-dir", tmp_path / "file")
    assert code == 2
    assert "name another folder by --report-dir" in err


def test_without_a_file_it_is_a_list_in_memory():
    ledger = Ledger(None)
    ledger.created(ONE)
    assert ledger.alive() == (ONE,)
    ledger.close()
