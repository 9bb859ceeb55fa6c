"""A seeded fault: the reference server with one bug, as a person reviewing other people's servers would find it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from apps_contract.contract import EDITIONS, Level, requirement
from apps_contract.service.app import AppsApplication
from apps_contract.service.service import AppsService

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.contract import Edition
    from apps_contract.service.service import Parts


@dataclass(frozen=True)
class Fault:
    """One bug: ``sentence`` says what the server does wrong, ``requirement`` is the id of the rule that it breaks.

    ``also`` are other requirements that the bug breaks by the letter, so that naming one of them is right too.
    ``build`` makes a server with the bug; each server has counters and caches of its own. ``editions`` are those in
    which the bug shows.
    """

    name: str
    requirement: str
    level: Level
    sentence: str
    editions: tuple[Edition, ...]
    build: Callable[[Parts], AppsApplication]
    also: tuple[str, ...] = ()


Server = TypeVar("Server", bound="type[AppsService | AppsApplication]")


class Catalogue:
    """Collects the faults of one module, in the order in which they stand there."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def add(
        self,
        name: str,
        requirement_id: str,
        sentence: str,
        *,
        editions: tuple[Edition, ...] = EDITIONS,
        level: Level | None = None,
        also: tuple[str, ...] = (),
    ) -> Callable[[Server], Server]:
        """Name the bug of a service class (the logic) or an application class (the wire).

        The level is the requirement's own in the last of the editions, unless given: a requirement may have clauses
        of several levels.
        """

        def register(server: Server) -> Server:
            found = level or requirement(requirement_id).level(editions[-1])
            self.faults.append(Fault(name, requirement_id, found, sentence, editions, _builder(server), also))
            return server

        return register


def _builder(server: type[AppsService | AppsApplication]) -> Callable[[Parts], AppsApplication]:
    if issubclass(server, AppsService):
        service = server
        return lambda parts: AppsApplication(service(parts))
    application = server
    return lambda parts: application(AppsService(parts))
