"""``report.json`` matches its published schema, and the schema describes each member that is written."""

import json

import pytest
from jsonschema import Draft7Validator

from apps_contract._resources import folder
from apps_contract.http.transport import AsgiTransport
from apps_contract.report.files import ReportFiles
from apps_contract.report.reading import findings_named, read_report
from apps_contract.run.runner import run_suite
from apps_contract.run.settings import Settings, WrongUseError
from apps_contract.run.target import Target
from apps_contract.service.app import DEMO_KEYS, create_app
from apps_contract.service.faults import fault

SCHEMA = json.loads((folder("schemas") / "report.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=[None, "mask-ignored", "text-401"])
def report(request, tmp_path_factory):
    """The folder of a run against the reference server, whole or with a fault."""
    place = tmp_path_factory.mktemp("report")
    names = ("SRV-STATE-7", "SRV-SHAPE-3", "SRV-AUTH-5", "SRV-AUTH-2", "SRV-AUTH-4")
    settings = Settings(key=DEMO_KEYS[0], mode="full", requirements=names, report_dir=place, timeout=5)
    app = create_app("2023", fault=fault(request.param) if request.param else None)
    with AsgiTransport(app) as transport:
        target = Target("a target", "http://127.0.0.1:8700", transport, DEMO_KEYS[0], settings=settings)
        run_suite(settings, [ReportFiles(place)], target=target)
    return place


def test_the_schema_is_one():
    Draft7Validator.check_schema(SCHEMA)


def test_what_is_written_matches(report):
    document = json.loads((report / "report.json").read_text())
    assert list(Draft7Validator(SCHEMA).iter_errors(document)) == []


def test_every_member_that_is_written_is_described(report):
    document = json.loads((report / "report.json").read_text())
    assert sorted(undescribed(document, SCHEMA)) == []


def test_what_is_written_can_be_read_back(report):
    document = read_report(report)
    for finding in document["findings"]:
        assert findings_named(document, finding["id"].upper()) == [finding]
    with pytest.raises(WrongUseError, match="has no finding 'f99'"):
        findings_named(document, "f99")


def undescribed(value, schema, path="report"):
    """Yield the path of each member that the schema does not name."""
    if "$ref" in schema:
        schema = {**SCHEMA["definitions"][schema["$ref"].rpartition("/")[2]], **schema, "$ref": None}
        del schema["$ref"]
    for inner in schema.get("anyOf", ()):
        if inner.get("type") != "null" and value is not None:
            schema = {**schema, **inner}
            if "$ref" in inner:
                yield from undescribed(value, inner, path)
                return
    if isinstance(value, dict) and not isinstance(schema.get("additionalProperties"), dict):
        for name, member in value.items():
            if name in schema.get("properties", {}):
                yield from undescribed(member, schema["properties"][name], f"{path}.{name}")
            else:
                yield f"{path}.{name}"
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for member in value[:3]:
            yield from undescribed(member, schema["items"], f"{path}[]")
