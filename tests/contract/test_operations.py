"""The five operations (contract section 3)."""

from __future__ import annotations

import pytest

from apps_contract.contract import EDITIONS, OPERATIONS, UnknownOperationError, operation, schema_names

APPS = "/v1/projects/{project_id}/apps"
APP = "/v1/projects/{project_id}/apps/{app_id}"


def test_they_are_the_table_of_section_3():
    assert [
        (known.id, known.method, known.path, known.request_schema, known.response_schema) for known in OPERATIONS
    ] == [
        ("App_ListApps", "GET", APPS, None, "list"),
        ("App_CreateApp", "POST", APPS, "create", "app"),
        ("App_GetApp", "GET", APP, None, "app"),
        ("App_DeleteApp", "DELETE", APP, None, None),
        ("App_UpdateApp", "PATCH", APP, "update", "app"),
    ]
    assert {known.statuses for known in OPERATIONS} == {(200, 400, 401, 403, 500, 501)}


@pytest.mark.parametrize(
    ("edition", "name", "is_repeated"),
    [("2021", "update_mask.paths", True), ("2023", "update_mask", False), ("2026", "update_mask", False)],
)
def test_only_update_takes_a_mask(edition, name, is_repeated):
    assert operation("update").mask_parameter(edition) == name
    assert operation("update").mask_is_repeated(edition) is is_repeated
    for other in ("list", "create", "get", "delete"):
        assert operation(other).mask_parameter(edition) is None
        assert operation(other).mask_is_repeated(edition) is False


def test_schemas_of_operations_exist_in_every_edition():
    for known in OPERATIONS:
        for name in (known.request_schema, known.response_schema):
            assert name is None or all(name in schema_names(edition) for edition in EDITIONS)


def test_an_operation_has_an_id_and_a_name():
    assert operation("App_GetApp") is operation("get")
    with pytest.raises(UnknownOperationError, match="did you mean 'App_GetApp'"):
        operation("App_Get")
