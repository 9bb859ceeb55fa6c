"""Finding a Python application by its name."""

import sys

import pytest

from apps_contract.http.transport import AppImportError, load_app


def test_an_application_is_found_by_its_name_from_the_working_directory(tmp_path, monkeypatch):
    (tmp_path / "their_shop.py").write_text("class holder:\n    app = 'found'\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    assert load_app("their_shop:holder.app") == "found"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("shop", "write it as MODULE:ATTRIBUTE"),
        (":app", "write it as MODULE:ATTRIBUTE"),
        ("no_such_module_here:app", "No module named 'no_such_module_here'"),
        ("..shop:app", "cannot be imported"),
        ("broken_at_import:app", "ZeroDivisionError"),
        ("exits_at_import:app", "SystemExit"),
        ("json:nothing", "has no attribute 'nothing'"),
    ],
)
def test_an_application_that_is_not_there_is_told_in_one_line(name, told, tmp_path, monkeypatch):
    (tmp_path / "broken_at_import.py").write_text("1 / 0\n")
    (tmp_path / "exits_at_import.py").write_text("raise SystemExit('no settings')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    with pytest.raises(AppImportError, match=told) as caught:
        load_app(name)
    assert "\n" not in str(caught.value)
