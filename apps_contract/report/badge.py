"""A badge: as the JSON that badge services read from a URL, and drawn as SVG."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from apps_contract.report.words import verdict

_COLORS = {"passed": ("brightgreen", "#2a7d4f"), "failed": ("red", "#b3261e"), "not_tested": ("lightgrey", "#666a70")}
_CHARACTER = 6.3
_PADDING = 7


def badge(document: dict[str, Any]) -> dict[str, Any]:
    """Return the badge of a run as the ``endpoint`` JSON of shields."""
    return {
        "schemaVersion": 1,
        "label": _label(document),
        "message": _message(document),
        "color": _COLORS[verdict(document).kind][0],
        "isError": verdict(document).kind == "not_tested",
    }


def badge_svg(document: dict[str, Any]) -> str:
    """Return the badge of a run, drawn."""
    label, message = escape(_label(document)), escape(_message(document))
    widths = [round(len(text) * _CHARACTER) for text in (_label(document), _message(document))]
    left, right = (width + 2 * _PADDING for width in widths)
    color = _COLORS[verdict(document).kind][1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" '
        f'aria-label="{label}: {message}"><title>{label}: {message}</title>'
        f'<clipPath id="r{left + right}"><rect width="{left + right}" height="20" rx="3"/></clipPath>'
        f'<g clip-path="url(#r{left + right})"><rect width="{left}" height="20" fill="#45484d"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{color}"/></g>'
        f'<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f'<text x="{left / 2}" y="14" textLength="{widths[0]}">{label}</text>'
        f'<text x="{left + right / 2}" y="14" textLength="{widths[1]}">{message}</text></g></svg>\n'
    )


def _label(document: dict[str, Any]) -> str:
    return f"Apps contract {document['contract']['edition']}"


def _message(document: dict[str, Any]) -> str:
    summary = document["summary"]
    kept, total = summary["passed"] + summary["warned"], sum(summary.values()) - summary["not_applicable"]
    match verdict(document).kind:
        case "passed":
            return f"{kept} of {total}"
        case "failed":
            return f"{summary['failed']} broken" if summary["failed"] else "baseline out of date"
        case _:
            return "not tested"
