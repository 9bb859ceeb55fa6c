"""A hook of MkDocs: writes the pages of the requirements, and names what lies outside the site in place of links."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File

from apps_contract.report.catalogue import clause_levels, groups, only_command, rule_levels, strengths, waivers
from apps_contract.report.links import site_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

    from apps_contract.contract import Requirement
    from apps_contract.report.catalogue import Group

LINK = re.compile(r"\[([^\]]+)\]\((\.\./[^)#\s]+)\)")
SIDES = {"server": "Servers", "client": "Clients"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add one page for each group, and an index of all requirements."""
    pages = {"requirements/index.md": index(groups())}
    for group in groups():
        pages[f"{site_path(group.id)}.md"] = group_page(group)
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


def index(found: Sequence[Group]) -> str:
    """Return the page that lists all requirements."""
    lines = [
        "# Requirements",
        "",
        "What the contract asks of servers and clients, item by item. The id of a requirement stands in every report,",
        "and selects its tests: `apps-contract check --requirement SRV-STATE-6`. Runs link here when they are told by",
        "`--docs-url` where this site is.",
        "",
    ]
    for side, title in SIDES.items():
        lines += [f"## {title}", "", "| id | level | requirement |", "| --- | --- | --- |"]
        for group in found:
            page = f"{posixpath.basename(site_path(group.id))}.md"
            rules = group.rules if group.side == side else ()
            lines += [f"| [{one.id}]({page}#{one.id}) | {', '.join(strengths(one))} | {one.title} |" for one in rules]
        lines.append("")
    return "\n".join(lines)


def group_page(group: Group) -> str:
    """Return the page of one group."""
    lines = [f"# {group.name}", ""]
    for one in group.rules:
        lines += requirement(one)
    return "\n".join(lines)


def requirement(one: Requirement) -> list[str]:
    """Return one requirement: its clauses, its usual cause, an example, what tests it, how to waive it."""
    clauses = [f"> **{clause_levels(clause)}** {clause.text}\n>" for clause in one.clauses]
    levels = [f"**Level.** {rule_levels(one)}", ""] if len(strengths(one)) > 1 else []
    return [
        f"## {one.id} {one.title} {{ #{one.id} }}",
        "",
        *clauses,
        f"> <small>{one.source}</small>",
        "",
        *levels,
        f"**Usual cause.** {one.usual_cause}",
        "",
        f"**Broken by.** {one.example}",
        "",
        f"**Tested by.** {', '.join(f'`{test}`' for test in one.tests) or one.excluded}",
        "",
        f"**Only this.** `{only_command(one)}`",
        "",
        f"**To waive it,** {'; or '.join(waivers(one))}.",
        "",
    ]
