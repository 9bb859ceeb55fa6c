"""``apps-contract report``: reports of earlier runs, one by one, side by side, and over time."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from apps_contract.cli.errors import one_line_errors
from apps_contract.run.options import DOCS_URL, docs_url_of
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Name on the command line → file of the report folder.
_FORMATS = {
    "html": "report.html",
    "requirements": "requirements.html",
    "junit": "junit.xml",
    "sarif": "report.sarif",
    "markdown": "summary.md",
    "har": "exchanges.har",
    "github": "github.txt",
    "fuzzing-commons": "fuzzing-commons.json",
    "badge": "badge.json",
    "badge-svg": "badge.svg",
}

_EPILOG = """\b
Examples:
  apps-contract report reports/latest/report.json
  apps-contract report reports/latest --format markdown >> "$GITHUB_STEP_SUMMARY"
  apps-contract report python.json node.json java.json --output reports
  apps-contract report reports/latest --history runs.sqlite

\b
One report is written in every format beside its file, with requirements.html, which its pages link to. Several make
matrix.html: implementations by requirements. With --history, the reports are added to that file, and trend.html is
written beside it."""


@click.command(epilog=_EPILOG)
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(list(_FORMATS)), help="Print this one format instead.")
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder to write to; by default that of the report, or reports for several.",
)
@click.option(
    "--history",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="SQLite file to remember runs in.",
)
@click.option(
    f"--{DOCS_URL.name}", metavar=DOCS_URL.metavar, help=f"{DOCS_URL.help} Default: the run's.  [{DOCS_URL.variable}]"
)
def report(
    files: tuple[Path, ...], form: str | None, output: Path | None, history: Path | None, docs_url: str | None
) -> None:
    """Render the report.json of earlier runs (a file, or the folder that holds it)."""
    with one_line_errors():
        if not files and not history:
            raise WrongUseError("give the report.json of a run, or several, or --history")
        from apps_contract.report.reading import read_report  # noqa: PLC0415 - after wrong use has been told, quickly

        published = docs_url_of(docs_url)
        documents = [read_report(file) | ({"docs_url": published} if published else {}) for file in files]
        if history:
            docs_url = documents[-1].get("docs_url") if documents else published
            _tell([_trend(history, documents, docs_url or _beside(history, files))])
        elif form:
            _print(documents, form)
        elif len(documents) > 1:
            _tell([_matrix(documents, output or Path("reports"))])
        else:
            _tell(_all_formats(documents[0], output or _folder(files[0])))


def _print(documents: Sequence[dict[str, Any]], form: str) -> None:
    from apps_contract.report.files import render  # noqa: PLC0415
    from apps_contract.report.page import matrix_page  # noqa: PLC0415

    if len(documents) == 1:
        text = render(documents[0], _FORMATS[form])
    elif form == "html":
        text = matrix_page(documents)
    else:
        raise WrongUseError(f"several reports have no common {form}: give one, or --format html")
    click.echo(text.encode("utf-8", "backslashreplace"), nl=False)


def _all_formats(document: dict[str, Any], folder: Path) -> list[Path]:
    from apps_contract.report.files import FORMATS, put, render  # noqa: PLC0415

    with _written(folder):
        for name in FORMATS:
            put(folder, name, render(document, name))
    return [folder / name for name in FORMATS]


def _matrix(documents: Sequence[dict[str, Any]], folder: Path) -> Path:
    from apps_contract.report.files import write_matrix  # noqa: PLC0415

    with _written(folder):
        return write_matrix(documents, folder)


def _beside(history: Path, files: Sequence[Path]) -> str | None:
    """Return the requirements that lie beside the newest of the reports, as a page beside the history names them."""
    from apps_contract.report.links import PAGE, page_from  # noqa: PLC0415

    found = [_folder(file) for file in files if (_folder(file) / PAGE).exists()]
    return page_from(history.parent, found[-1]) if found else None


def _trend(history: Path, documents: Sequence[dict[str, Any]], docs_url: str | None) -> Path:
    from apps_contract.report.files import write_trend  # noqa: PLC0415

    try:
        page = write_trend(history, documents, docs_url)
    except OSError as error:
        raise WrongUseError(f"cannot write the trend beside {history}: {error.strerror}") from None
    if page is None:
        raise WrongUseError(f"{history} holds no run yet: give the report.json of one")
    return page


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    """Make a folder, and say in one line when it, or a file in it, cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise WrongUseError(f"cannot write into {folder}: {error.strerror}") from None


def _folder(file: Path) -> Path:
    return file if file.is_dir() else file.parent


def _tell(written: Sequence[Path]) -> None:
    for path in written:
        click.echo(path)
