"""``apps-contract fuzz``: a campaign of generated requests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from apps_contract.cli.errors import ends_like_ctrl_c, one_line_errors
from apps_contract.cli.options import output_options, run_options
from apps_contract.run.fuzz.budget import budget as read_budget
from apps_contract.run.fuzz.fleet.address import workers_or_cluster
from apps_contract.run.fuzz.options import DEFAULT_BUDGET, DEFAULT_WORKERS, KINDS, Options
from apps_contract.run.options import settings_of

if TYPE_CHECKING:
    from apps_contract.cli.options import Output
    from apps_contract.run.fuzz.options import Kind

_OPERATIONS = ("list", "create", "get", "delete", "update")

_EPILOG = """\b
Examples:
  apps-contract fuzz --budget 120s
  apps-contract fuzz http://127.0.0.1:8080 --budget 8h --seed 7 --corpus findings
  apps-contract fuzz http://127.0.0.1:8080 --corpus findings --budget 0requests   (earlier findings only)
  apps-contract fuzz http://127.0.0.1:8080 --baseline baseline.json --budget 0requests   (known findings only)
  apps-contract fuzz http://127.0.0.1:8080 --only stateful --stop-on-first
  apps-contract fuzz http://10.0.0.9:8080 --budget 8h --workers 'dask://10.0.0.5:8786?shards=8'

\b
Exit codes: 0 nothing found, 1 violation, 2 wrong use, 3 could not test or interrupted, 4 our own error."""


@click.command(epilog=_EPILOG)
@click.argument("url", required=False)
@click.option(
    "--budget", default=DEFAULT_BUDGET, show_default=True, metavar="TIME|N", help="120s, 2m, 8h, or 5000requests."
)
@click.option(
    "--workers",
    default=str(DEFAULT_WORKERS),
    show_default=True,
    metavar="N|dask://HOST:PORT",
    help="Send so many at a time, or from the workers of a Dask cluster (?shards=N&threads=N).",
)
@click.option("--only", type=click.Choice(KINDS), multiple=True, help="Only this kind of trials; repeatable.")
@click.option(
    "--operation", type=click.Choice(_OPERATIONS), multiple=True, help="Only trials of this operation; repeatable."
)
@click.option("--stop-on-first", is_flag=True, help="End with the first finding that fails the run.")
@click.option(
    "--corpus",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of findings: tried first, and added to.  Default: corpus in the report folder.",
)
@run_options
@output_options
def fuzz(  # noqa: PLR0913 - one argument per option
    url: str | None,
    *,
    budget: str,
    workers: str,
    only: tuple[str, ...],
    operation: tuple[str, ...],
    stop_on_first: bool,
    corpus: Path | None,
    output: Output,
    **values: Any,
) -> int:
    """Send valid, invalid, raw and stateful requests as fast as the server answers; report what breaks the contract.

    URL is the server's base URL (or APPS_TARGET). Without one, the embedded reference server is fuzzed. The same seed
    sends the same requests. Findings are made small, tried again, and kept in the corpus.
    """
    with one_line_errors(), ends_like_ctrl_c():
        settings = settings_of(url, values.get)
        assert settings.report_dir is not None
        kept_in = corpus or settings.report_dir / "corpus"
        kinds = tuple(cast("Kind", kind) for kind in only)
        senders = workers_or_cluster(workers)
        threads = senders if isinstance(senders, int) else senders.threads
        options = Options(settings, read_budget(budget), threads, kinds, operation, stop_on_first, kept_in)
        from apps_contract.cli.fuzz_listeners import fuzz_listeners  # noqa: PLC0415 - after wrong use was told
        from apps_contract.report.files import make_folder  # noqa: PLC0415
        from apps_contract.run.fuzz.campaign import Campaign  # noqa: PLC0415
        from apps_contract.run.fuzz.fleet.campaign import FleetCampaign  # noqa: PLC0415

        make_folder(settings.report_dir)
        with fuzz_listeners(options, output) as listening:
            if isinstance(senders, int):
                return int(Campaign(options, listening).run().exit_code)
            return int(FleetCampaign(options, senders, listening).run().exit_code)
