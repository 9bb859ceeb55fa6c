"""``apps-contract mutants``: the suite's own score against seeded faults and conforming variants."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from apps_contract.cli.errors import one_line_errors
from apps_contract.cli.options import Output
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
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="What is written.")
@click.option("--json", "form", flag_value="json", hidden=True)  # its name before there was --format
@click.option("-q", "--quiet", is_flag=True, help="Only what was missed or wrongly said, and the sums.")
@click.option("-v", "--verbose", is_flag=True, help="Each run as it ends, too, on standard error.")
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
    form: str,
    quiet: bool,
    verbose: bool,
) -> int:
    """Run the suite against every seeded fault, which it must find, and every variant, which it must pass."""
    if side == "client":
        if level or requirement or only or quick or seeds > 1:
            raise click.UsageError("--side client takes only --list, --jobs, --format, --quiet and --verbose")
        if shows_list:
            from apps_contract.report.client_score import client_catalogue_lines  # noqa: PLC0415 - heavy

            click.echo("\n".join(client_catalogue_lines()))
            return 0
        return _score_clients(jobs, Output(form, quiet=quiet, verbose=verbose))
    from apps_contract.report.score import ScoreTable, catalogue_lines, said_of, score_document  # noqa: PLC0415 - heavy
    from apps_contract.report.score_progress import ScoreProgress  # noqa: PLC0415
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
        table = ScoreTable(quiet=quiet)
        with ScoreProgress(len(made), quiet=quiet, verbose=verbose) as progress:
            for score in score_all(made, jobs=jobs):
                table.scores.append(score)
                progress.tell(f"{score.trial.kind} {score.trial.name}", said_of(score))
    if form == "json":
        click.echo(json.dumps(score_document(table.scores, progress.duration_s), indent=2))
    else:
        table.print(progress.duration_s)
    return 0 if table.is_good else 1


def _score_clients(jobs: int, output: Output) -> int:
    """Run the client suite against every faulty client and every client that conforms."""
    from rich.console import Console  # noqa: PLC0415 - heavy

    from apps_contract.clients.faults import client_faults, client_variants  # noqa: PLC0415
    from apps_contract.report import client_score as report  # noqa: PLC0415
    from apps_contract.report.score_progress import ScoreProgress  # noqa: PLC0415
    from apps_contract.run.client_score import ClientScore, score_clients  # noqa: PLC0415

    total = len(client_faults()) + len(client_variants())
    with ScoreProgress(total, quiet=output.quiet, verbose=output.verbose) as progress:

        def tell(score: ClientScore) -> None:
            progress.tell(score.name, f"{', '.join(score.named) or 'nothing'} in {score.duration_s:.1f} s")

        scores = score_clients(jobs=jobs, each=tell)
    if output.is_json:
        click.echo(json.dumps(report.client_score_document(scores, progress.duration_s), indent=2))
    else:
        if not output.quiet:
            Console(highlight=False).print(report.client_score_table(scores))
        click.echo("\n".join(report.client_score_lines(scores, progress.duration_s)))
    return 0 if report.is_good(scores) else 1
