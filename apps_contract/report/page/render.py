"""Renders the pages from their templates."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from apps_contract import __version__
from apps_contract.contract import EDITIONS
from apps_contract.report import catalogue
from apps_contract.report.coverage import KINDS
from apps_contract.report.links import page_link, published
from apps_contract.report.page import charts
from apps_contract.report.page.matrix import matrix
from apps_contract.report.page.trend import trend
from apps_contract.report.page.view import page_view
from apps_contract.report.page.visible import visible
from apps_contract.report.words import LEVELS, OUTCOMES
from apps_contract.run.catalogue import proofs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.contract import Edition
    from apps_contract.report.history import PastRun

_TEMPLATES = Path(__file__).parent / "templates"
_CODE = re.compile(r"`([^`]+)`")
_BREAKS = re.compile(r"(?<=/)(?=[^/])|(?=:\d)")
_KEYWORD = re.compile(r"\b(MUST NOT|SHOULD NOT|MUST|SHOULD|MAY)\b")


def report_page(document: dict[str, Any]) -> str:
    """Return ``report.html``: one run, in one file that needs nothing else."""
    view = page_view(document)
    return _render(
        "report.html.j2",
        page=view,
        document=view.document,
        latency=charts.histogram(document.get("latency")),
    )


def matrix_page(documents: Sequence[dict[str, Any]]) -> str:
    """Return ``matrix.html``: several runs side by side, implementations by requirements."""
    return _render("matrix.html.j2", matrix=matrix(documents), document=documents[0])


def trend_page(runs: Sequence[PastRun], docs_url: str | None = None) -> str:
    """Return ``trend.html``: the runs of a history over time; ``docs_url`` is where its requirements can be read."""
    return _render("trend.html.j2", series=trend(runs), docs_url=docs_url)


def requirements_page(edition: Edition | None = None) -> str:
    """Return ``requirements.html``: the catalogue, as one edition has it; without one, as each of them has it."""
    return _render("requirements.html.j2", edition=edition, editions=EDITIONS, groups=catalogue.groups())


def _render(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_shown,
    )
    environment.globals.update(
        kinds=KINDS,
        outcomes=OUTCOMES,
        levels=LEVELS,
        stack=charts.stack,
        logarithmic=charts.logarithmic,
        link=page_link,
        published=published,
        catalogue=catalogue,
        proofs_of=proofs_of,
        version=__version__,
    )
    environment.filters.update(prose=_prose, breakable=_breakable)
    return environment


def _shown(value: Any) -> Any:
    """Show text of any origin; what is marked as safe comes from the templates themselves."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _breakable(name: str) -> Markup:
    """Write a target so that its line breaks after its slashes and before its port, not within them."""
    return Markup(_BREAKS.sub(r"<wbr>", str(escape(visible(name)))))  # noqa: S704 - escaped above


def _prose(text: str) -> Markup:
    """Write a sentence of the contract: code in backticks, keywords in small capitals."""
    marked = _CODE.sub(r"<code>\1</code>", str(escape(visible(text))))
    return Markup(_KEYWORD.sub(r'<span class="keyword">\1</span>', marked))  # noqa: S704 - escaped above
