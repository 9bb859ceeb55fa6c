"""A hook of MkDocs: draws the rooms of the engine and what each imports, as the code has it now."""

from __future__ import annotations

import ast
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mkdocs.structure.pages import Page

PACKAGE = Path(__file__).parents[1] / "apps_contract"
ROOMS = ("contract", "http", "files", "payloads", "checks", "service", "clients", "run", "report", "cli")
MARK = "<!-- rooms -->"
HEIGHT, GAP, LEFT, WIDTH = 34, 12, 10, 180


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Put the picture and the table in place of the mark."""
    del page
    return markdown.replace(MARK, f"{picture()}\n\n{table()}") if MARK in markdown else markdown


@cache
def imports() -> dict[str, tuple[str, ...]]:
    """Return, for each room, the other rooms that it imports, in the order of the rooms."""
    return {room: tuple(other for other in ROOMS if other != room and other in _named(room)) for room in ROOMS}


def purpose(room: str) -> str:
    """Return what lives in a room: the first line of its own docstring."""
    source = (PACKAGE / room / "__init__.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").splitlines()[0].rstrip(".")


def picture() -> str:
    """Return the rooms as boxes, the lowest at the bottom, with an arc to each room that one imports."""
    top = {room: (len(ROOMS) - 1 - place) * (HEIGHT + GAP) + 10 for place, room in enumerate(ROOMS)}
    boxes = [
        f'<rect x="{LEFT}" y="{top[room]}" width="{WIDTH}" height="{HEIGHT}" rx="4"/>'
        f'<text x="{LEFT + WIDTH / 2:g}" y="{top[room] + 22}">{room}</text>'
        for room in ROOMS
    ]
    arcs = [_arc(top, room, found) for room, found in imports().items()]
    high = len(ROOMS) * (HEIGHT + GAP) + 10
    said = "; ".join(f"{room} imports {', '.join(found) or 'none'}" for room, found in imports().items())
    return (
        f'<figure markdown="0"><svg viewBox="0 0 440 {high}" role="img" aria-label="{escape(said)}" class="rooms">'
        f'<g class="boxes">{"".join(boxes)}</g><g class="arcs">{"".join(arcs)}</g></svg></figure>'
    )


def table() -> str:
    """Return the rooms as a table, for those who read it."""
    rows = [
        f"| `{room}` | {purpose(room)} | {', '.join(found) or '–'} |"  # noqa: RUF001 - a dash is what is meant
        for room, found in imports().items()
    ]
    return "\n".join(["| room | what lives there | imports |", "| --- | --- | --- |", *reversed(rows)])


def _arc(top: dict[str, int], room: str, found: Sequence[str]) -> str:
    right = LEFT + WIDTH
    paths = []
    for turn, other in enumerate(found):
        start = top[room] + HEIGHT / 2 - 8 + turn * 2
        end = top[other] + HEIGHT / 2
        out = right + 24 + (end - start) * 0.5
        paths.append(f'<path d="M{right} {start:g} C{out:g} {start:g} {out:g} {end:g} {right} {end:g}"/>')
    return "".join(paths)


def _named(room: str) -> set[str]:
    """Return every room that the files of one import, at whatever depth, for types too."""
    found = set()
    for path in (PACKAGE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("apps_contract."):
                found.add(str(node.module).split(".")[1])
    return found
