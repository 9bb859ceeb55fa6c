import sqlite3

import pytest

from apps_contract.service.store import Store, StoreError


def test_apps_come_in_the_order_of_their_creation_and_by_project():
    store = Store("2023")
    for name in ("c", "a", "b"):
        store.insert("p", {"id": name})
    store.insert("q", {"id": "d"})
    store.replace("p", {"id": "c", "display_name": "new"})
    assert [app["id"] for app in store.apps("p")] == ["c", "a", "b"]
    assert store.get("p", "c") == {"id": "c", "display_name": "new"}
    assert store.get("p", "d") is None
    assert not store.replace("p", {"id": "d"})
    assert not store.delete("p", "d")
    assert store.delete("q", "d")
    assert not store.delete("q", "d")


def test_text_is_kept_exactly(tmp_path):
    app = {"id": "x", "display_name": "\0 \u2028 \U0001f600 e\u0301"}
    path = str(tmp_path / "apps.db")
    store = Store("2023", path)
    store.insert("p", app)
    store.close()
    store = Store("2023", path)
    assert store.apps("p") == [app]
    store.close()


def test_a_file_is_used_by_one_process_at_a_time(tmp_path):
    path = str(tmp_path / "apps.db")
    first = Store("2023", path)
    with pytest.raises(StoreError, match="in use by another process"):
        Store("2023", path)
    first.close()
    Store("2023", path).close()


def test_the_apps_of_another_edition_are_left_alone(tmp_path):
    path = str(tmp_path / "apps.db")
    Store("2023", path).close()
    with pytest.raises(StoreError, match="holds apps of edition 2023"):
        Store("2026", path)


def test_another_programs_database_is_left_alone(tmp_path):
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE apps (id)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="belongs to another program"):
        Store("2023", str(path))
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["missing/apps.db", "."])
def test_a_place_where_no_file_can_be_is_named(tmp_path, name):
    with pytest.raises(StoreError, match="cannot be opened"):
        Store("2023", str(tmp_path / name))


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "notes.txt").write_text("not a database, whatever its length may be" * 100)
    with pytest.raises(StoreError, match="cannot be used as a database"):
        Store("2023", str(tmp_path / "notes.txt"))
