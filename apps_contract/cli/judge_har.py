"""``apps-contract judge --har FILE``: recorded traffic, both sides of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.cli.traffic_end import tell, tell_call
from apps_contract.run.settings import WrongUseError
from apps_contract.run.traffic.archive import NoHarError, read_archive
from apps_contract.run.traffic.traffic_run import recorded_run

if TYPE_CHECKING:
    from pathlib import Path

    from apps_contract.cli.options import Output
    from apps_contract.run.settings import Settings


def judge_har(settings: Settings, path: Path, output: Output) -> int:
    """Judge each call of the Apps endpoints in a HAR file, as far as the recording tells."""
    run = recorded_run(settings)
    try:
        archive = read_archive(path.read_bytes())
    except OSError as error:
        raise WrongUseError(f"cannot read {path}: {error.strerror}") from None
    except NoHarError as error:
        raise WrongUseError(f"{path} is no HAR file: {error}") from None
    for seen in archive.recorded:
        breaches = run.take(seen)
        if output.verbose:
            tell_call(run, seen, breaches)
    run.others += archive.others
    missing = "" if run.calls else f"the recording {path} holds no call of the Apps endpoints"
    ended = run.ended(f"the recording {path}", archive.base_url, why_not_all=missing)
    return tell(settings, ended, output, others=run.others)
