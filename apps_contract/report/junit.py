"""``junit.xml``: one case for each requirement; not tested as skipped, with the reason.

The common schema knows properties of a suite only: there stands the level of each requirement.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from apps_contract.report.links import published_link
from apps_contract.report.text import finding_text
from apps_contract.report.words import failing_entries

# XML 1.0 has no way to write these characters at all.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def junit(document: dict[str, Any]) -> str:
    """Return the report document of a run as JUnit XML."""
    findings = {finding["id"]: finding for finding in document["findings"]}
    summary = document["summary"]
    entries = failing_entries(document)
    counts = {
        "tests": str(len(document["requirements"]) + len(entries)),
        "failures": str(summary["failed"] + len(entries)),
        "errors": "0",
        "skipped": str(summary["not_tested"] + summary["not_applicable"]),
        "time": f"{document['duration_s']:.3f}",
    }
    totals = {name: count for name, count in counts.items() if name != "skipped"}
    root = ET.Element("testsuites", {"name": "apps-contract", **totals})
    suite = ET.SubElement(
        root,
        "testsuite",
        {
            "name": f"Apps contract, edition {document['contract']['edition']}: {document['target']}",
            "timestamp": datetime.fromisoformat(document["started"]).strftime("%Y-%m-%dT%H:%M:%S"),
            "hostname": "localhost",
            **counts,
        },
    )
    properties = ET.SubElement(suite, "properties")
    for requirement in document["requirements"]:
        link = published_link(requirement["id"], document)
        values = {"level": requirement["level"], **({"docs": link} if link else {})}
        for name, value in values.items():
            ET.SubElement(properties, "property", {"name": f"{requirement['id']} {name}", "value": value})
    for requirement in document["requirements"]:
        said = [finding_text(findings[one], docs_url=document.get("docs_url")) for one in requirement["findings"]]
        _case(suite, requirement, [findings[one]["title"] for one in requirement["findings"]], "\n\n".join(said))
    for entry, why in entries:
        name = _clean(f"{entry['requirement']} {entry['title']}")
        case = ET.SubElement(suite, "testcase", {"classname": "baseline", "name": name, "time": "0.000"})
        ET.SubElement(case, "failure", {"type": "baseline", "message": f"{why}: apps-contract baseline update"})
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(suite: ET.Element, requirement: dict[str, Any], titles: list[str], text: str) -> None:
    group = requirement["id"].rpartition("-")[0]
    case = ET.SubElement(
        suite,
        "testcase",
        {
            "classname": group,
            "name": f"{requirement['id']} {requirement['title']}",
            "time": f"{requirement['duration_s']:.3f}",
        },
    )
    if requirement["outcome"] == "failed":
        message = _clean("; ".join(titles))
        ET.SubElement(case, "failure", {"type": requirement["level"], "message": message}).text = _clean(text)
    elif requirement["outcome"] in {"not_tested", "not_applicable"}:
        word = requirement["outcome"].replace("_", " ")
        ET.SubElement(case, "skipped", {"message": _clean(f"{word}: {requirement['reason']}")})
    elif text or requirement["reason"]:
        ET.SubElement(case, "system-out").text = _clean(text or requirement["reason"])


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
