"""The way to a Dask cluster: hands tasks out, and brings back what they tell."""

from __future__ import annotations

import logging
import pickle
import time
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from apps_contract.run.errors import CannotTestError
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    import distributed

    from apps_contract.run.fuzz.fleet.address import ClusterAddress
    from apps_contract.run.fuzz.fleet.messages import Task, Told

_CONNECT_S = 10.0
_CLOSE_S = 5.0
_TICK_S = 0.2


class ClusterLostError(Exception):
    """The scheduler, or the last worker, is gone in the middle of a campaign; one line says which."""


class Cluster:
    """An open way to a cluster whose machines have the same versions as this one; a context manager.

    Raises WrongUseError where the extra is not installed, and CannotTestError, with one line for the user.
    """

    def __init__(self, address: ClusterAddress) -> None:
        self._address = address
        dask = _distributed()
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what is wrong is told in one line, here
        try:
            self._client: distributed.Client = dask.Client(
                f"tcp://{address.host_and_port}", timeout=_CONNECT_S, set_as_default=False
            )
        except (OSError, TimeoutError, ValueError) as error:
            raise CannotTestError(_unreachable(address, error)) from None
        name = f"apps-contract-{uuid4().hex}"
        self.inbox, self.pulse = f"{name}-inbox", f"{name}-pulse"
        self._futures: dict[int, distributed.Future] = {}
        try:
            self.workers = self._checked_workers()
            self._inbox = dask.Queue(self.inbox, client=self._client)
            self._pulse = dask.Variable(self.pulse, client=self._client)
        except BaseException:
            self._client.close(timeout=_CLOSE_S)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, TimeoutError):  # the scheduler may be gone
            self._inbox.close()
            self._pulse.delete()
        self._client.close(timeout=_CLOSE_S)

    @property
    def worker_count(self) -> int:
        """How many workers there are now."""
        return len(self._client.scheduler_info(n_workers=-1)["workers"])

    def start(self, tasks: Sequence[Task]) -> None:
        """Hand out the shards. One whose worker is lost is run again on another one, by Dask."""
        from apps_contract.run.fuzz.fleet.shard import run_shard  # noqa: PLC0415 - needs Dask

        self.beat("0")
        for number, task in enumerate(tasks):
            key = f"{self.inbox}-{number}"
            self._futures[number] = self._client.submit(
                run_shard,
                task,
                key=key,
                pure=False,
                workers=[self.workers[number % len(self.workers)]],  # spread, while they live
                allow_other_workers=True,
            )

    def receive(self) -> list[Told]:
        """Return what was told since the last call, after waiting a moment if that is nothing."""
        with self._reaching():
            messages = self._inbox.get(batch=True)
        if not messages:
            time.sleep(_TICK_S)
        return [pickle.loads(message) for message in messages]  # noqa: S301 - from our workers, like all that Dask brings

    def beat(self, value: str) -> None:
        """Show the shards that somebody listens, or that they are to stop."""
        with self._reaching():
            self._pulse.set(value)

    def given_up(self) -> dict[int, str]:
        """Return the shards that Dask does not run again, with the reason."""
        return {
            number: _first_line(future.exception()) if future.status == "error" else future.status
            for number, future in self._futures.items()
            if future.status in ("error", "lost", "cancelled")
        }

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except (OSError, TimeoutError, CancelledError, RuntimeError) as error:  # whichever Dask has for it
            raise ClusterLostError(f"lost the Dask scheduler at {self._address}: {_first_line(error)}") from None

    def _checked_workers(self) -> list[str]:
        from apps_contract.run.fuzz.fleet.shard import versions  # noqa: PLC0415 - needs Dask

        if not self.worker_count:
            with suppress(TimeoutError):
                self._client.wait_for_workers(1, timeout=_CONNECT_S)
        if not self.worker_count:
            raise CannotTestError(
                f"{self._address} has no workers: start some with `dask worker {self._address.host_and_port}`"
            )
        here = versions()
        try:
            answers = self._client.run(versions, on_error="return")
        except Exception as error:  # noqa: BLE001 - whatever Dask makes of it
            raise CannotTestError(_cannot_load(self._address, error)) from None
        for worker, there in answers.items():
            if isinstance(there, BaseException):
                raise CannotTestError(_cannot_load(worker, there))
            if there != here:
                raise CannotTestError(f"{worker} has {there}, but this machine has {here}: make them the same")
        return sorted(answers)


def _distributed() -> ModuleType:
    try:
        import distributed  # noqa: PLC0415 - an extra
    except ImportError:
        raise WrongUseError("--workers dask://… needs Dask: pip install 'apps-contract[distributed]'") from None
    module: ModuleType = distributed
    return module


def _unreachable(address: ClusterAddress, error: BaseException) -> str:
    return (
        f"cannot reach the Dask scheduler at {address} within {_CONNECT_S:g} s ({_first_line(error)}): is it running?"
    )


def _cannot_load(where: object, error: BaseException) -> str:
    return (
        f"{where} cannot load apps-contract ({_first_line(error)}): install apps-contract[distributed] on every worker"
    )


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
