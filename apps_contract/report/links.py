"""Where a requirement can be read: on the page beside a report, or where a team has published it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "requirements.html"
_PAGE_ENDS = (".html", ".htm")


def site_path(group: str) -> str:
    """Return the page of a group of requirements within our documentation, without its ending."""
    return f"requirements/{group.lower()}"


def published(requirement: str, docs_url: str) -> str:
    """Return the address of a requirement: on the page, or within the site, that ``docs_url`` names.

    A page ends in ``.html``; all else is the root of our documentation. On both, the anchor is the id.
    """
    parts = urlsplit(docs_url)
    path = parts.path
    if not path.endswith(_PAGE_ENDS):
        path = f"{path.rstrip('/')}/{site_path(requirement.rpartition('-')[0])}/"
    return parts._replace(path=path, fragment=requirement).geturl()


def published_link(requirement: str, document: dict[str, Any]) -> str | None:
    """Return the address of a requirement where the report document names what is published, or None."""
    docs_url = document.get("docs_url")
    return published(requirement, docs_url) if docs_url else None


def page_link(requirement: str, document: dict[str, Any]) -> str:
    """Return what a page of a report links a requirement to: what is published, else the page beside it."""
    return published_link(requirement, document) or published(requirement, PAGE)


def page_from(folder: Path, reports: Path) -> str:
    """Return how a page in ``folder`` names the requirements that lie in the folder of a report."""
    return quote(os.path.relpath(reports / PAGE, folder).replace(os.sep, "/"))
