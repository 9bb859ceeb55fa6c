"""``apps-contract mutants``: the suite's own score against seeded faults and conforming variants."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import click

from apps_contract.cli.errors import one_line_errors
from apps_contract.contract import Level

if TYPE_CHECKING:
    from apps_contract.run.score import Trial

_LEVELS = {"must": Level.MUST, "should": Level.SHOULD, "may": Level.MAY}

_EPILOG = """\b
Examples:
  apps-contract mutants
  apps-contract mutants --requirement SRV-STATE --jobs 4
  apps-contract mutants --list
  apps-contract mutants --side client
  apps-contract serve --mutant NAME

\b
Exit codes: 0 every MUST fault found and no false alarm, 1 otherwise."""


@click.command(epilog=_EPILOG)
@click.option(
    "--side", type=click.Choice(["server", "client"]), default="server", help="Faulty servers, or faulty clients."
)
@click.option("--list", "shows_list", is_flag=True, help="Only name the faults and variants.")
@click.option("--level", type=click.Choice(list(_LEVELS)), help="Only faults of this level.")
@click.option(
    "--requirement", multiple=True, metavar="ID", help="Only faults of this requirement or group; repeatable."
)
@click.option("--only", type=click.Choice(["faults", "variants"]), help="Only seeded faults, or only variants.")
@click.option("--quick", is_flag=True, help="One fault of each requirement, and each fast variant in one edition.")
@click.option(
    "--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, help="Processes.  Default: one a core."
)
@click.option("--seeds", type=click.IntRange(min=1), default=1, help="Repeat everything with this many seeds.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of a table.")
def mutants(  # noqa: PLR0913 - one argument an option, all keywords
    *,
    side: str,
    shows_list: bool,
    level: str | None,
    requirement: tuple[str, ...],
    only: str | None,
    quick: bool,
    jobs: int,
    seeds: int,
    as_json: bool,
) -> int:
    """Run the suite against every seeded fault, which it must find, and every variant, which it must pass."""
    if side == "client":
        if level or requirement or only or quick or seeds > 1:
            raise click.UsageError("--side client takes only --list, --jobs and --json")
        return _score_clients(shows_list=shows_list, jobs=jobs, as_json=as_json)
    from apps_contract.report.score import ScoreTable, catalogue_lines, score_document  # noqa: PLC0415 - heavy
    from apps_contract.run.score import fault_trials, score_all, variant_trials  # noqa: PLC0415
    from apps_contract.run.selected import selected_requirements  # noqa: PLC0415

    if shows_list:
        click.echo("\n".join(catalogue_lines()))
        return 0
    with one_line_errors():
        ids = tuple(one.id for one in selected_requirements(requirement, "server")) if requirement else ()
        drawn = tuple(range(1, seeds + 1))
        made: tuple[Trial, ...] = ()
        if only != "faults" and not (requirement or level):
            made += variant_trials(seeds=drawn, quick=quick)
        if only != "variants":
            made += fault_trials(level=_LEVELS[level] if level else None, requirements=ids, seeds=drawn, quick=quick)
        if not made:
            raise click.UsageError("no fault is of that level and requirement")
        table = ScoreTable(len(made), quiet=as_json)
        with table:
            for score in score_all(made, jobs=jobs):
                table.add(score)
    if as_json:
        click.echo(json.dumps(score_document(table.scores, table.duration_s), indent=2))
    else:
        table.print()
    return 0 if table.is_good else 1


def _score_clients(*, shows_list: bool, jobs: int, as_json: bool) -> int:
    """Run the client suite against every faulty client and every client that conforms."""
    from rich.console import Console  # noqa: PLC0415 - heavy

    from apps_contract.report import client_score as report  # noqa: PLC0415
    from apps_contract.run.client_score import score_clients  # noqa: PLC0415

    if shows_list:
        click.echo("\n".join(report.client_catalogue_lines()))
        return 0
    started = time.perf_counter()
    scores = score_clients(jobs=jobs)
    duration_s = time.perf_counter() - started
    if as_json:
        click.echo(json.dumps(report.client_score_document(scores, duration_s), indent=2))
    else:
        Console(highlight=False).print(report.client_score_table(scores))
        click.echo("\n".join(report.client_score_lines(scores, duration_s)))
    return 0 if report.is_good(scores) else 1
