"""A hook of MkDocs: writes the pages of the requirements, and names what lies outside the site in place of links."""

from __future__ import annotations

import json
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

CATALOGUE = Path(__file__).parents[1] / "schemas" / "requirements.json"
LINK = re.compile(r"\[([^\]]+)\]\((\.\./[^)#\s]+)\)")
SIDES = {"server": "Servers", "client": "Clients"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add one page for each group, and an index of all requirements."""
    catalogue = json.loads(CATALOGUE.read_text("utf-8"))
    pages = {"requirements/index.md": index(catalogue)}
    for group, name in catalogue["groups"].items():
        pages[f"requirements/{group.lower()}.md"] = group_page(catalogue, group, name)
    for path, text in pages.items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Write links to files of the repository that are no part of the site as their paths."""
    folder = posixpath.dirname(page.file.src_uri)

    def named(link: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(folder, link[2]))
        return f"`{path.removeprefix('../')}`" if path.startswith("../") else link[0]

    return LINK.sub(named, markdown)


def index(catalogue: dict[str, Any]) -> str:
    """Return the page that lists all requirements."""
    lines = [
        "# Requirements",
        "",
        "What the contract asks of servers and clients, item by item. The id of a requirement stands in every report,",
        "and selects its tests: `apps-contract check --requirement SRV-STATE-6`.",
        "",
    ]
    for side, title in SIDES.items():
        lines += [f"## {title}", "", "| id | level | requirement |", "| --- | --- | --- |"]
        for one in catalogue["requirements"]:
            if one["side"] == side:
                page = f"{one['group'].lower()}.md#{one['id'].lower()}"
                lines.append(f"| [{one['id']}]({page}) | {', '.join(levels(one))} | {one['title']} |")
        lines.append("")
    return "\n".join(lines)


def group_page(catalogue: dict[str, Any], group: str, name: str) -> str:
    """Return the page of one group."""
    lines = [f"# {name}", ""]
    for one in catalogue["requirements"]:
        if one["group"] == group:
            lines += requirement(one)
    return "\n".join(lines)


def requirement(one: dict[str, Any]) -> list[str]:
    """Return one requirement: its clauses, its usual cause, an example, what tests it."""
    clauses = [f"> {level_of(clause)} {clause['text']}\n>" for clause in one["clauses"]]
    covered = [f"`{test}`" for test in one.get("tests", ())] or [one.get("excluded") or "not yet"]
    return [
        f"## {one['id']} {one['title']} {{ #{one['id'].lower()} }}",
        "",
        *clauses,
        f"> <small>{one['source']}</small>",
        "",
        f"**Usual cause.** {one['usual_cause']}",
        "",
        f"**Broken by.** {one['example']}",
        "",
        f"**Tested by.** {', '.join(covered)}",
        "",
    ]


def level_of(clause: dict[str, Any]) -> str:
    """Write how binding a clause is, by edition where they differ."""
    level = clause["level"]
    if isinstance(level, str):
        return f"**{level}**"
    return " ".join(f"**{name}** ({edition})" for edition, name in level.items())


def levels(one: dict[str, Any]) -> list[str]:
    """Return the levels of a requirement's clauses, each once, the most binding first."""
    found = {
        name
        for clause in one["clauses"]
        for name in ([clause["level"]] if isinstance(clause["level"], str) else clause["level"].values())
    }
    return [name for name in ("MUST", "SHOULD", "MAY") if name in found]
