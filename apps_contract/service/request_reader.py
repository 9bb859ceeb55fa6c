"""From a request's JSON to what the service takes over: unknown and read-only members, nulls, whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.service.refusal import RefusalError

if TYPE_CHECKING:
    from apps_contract.service.dialect import Dialect
    from apps_contract.service.shape import Shape


class RequestReader:
    """Keeps of a body what the request's schema knows, by the choices of a dialect.

    ``known`` are the request's members, ``answered`` those of an App: what only the latter has is read-only.
    """

    def __init__(self, known: Shape, answered: Shape, dialect: Dialect) -> None:
        self._known = known
        self._answered = answered
        self._dialect = dialect

    def read(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the known members of ``body``; raise RefusalError where the dialect refuses one."""
        return self._object(body, self._known, self._answered, "")

    def _object(self, members: dict[str, Any], known: Shape, answered: Shape, path: str) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for name, value in members.items():
            if name not in known:
                self._refuse_if_unwanted(name, answered, path)
            elif value is not None or self._dialect.null_members == "refused":
                kept[name] = self._value(value, known[name], answered.get(name), f"{path}.{name}" if path else name)
        return kept

    def _value(self, value: Any, known: Shape | None, answered: Shape | None, path: str) -> Any:
        if isinstance(value, dict):
            return value if known is None else self._object(value, known, answered or {}, path)
        if isinstance(value, list):
            return [self._value(element, known, answered, f"{path}[{index}]") for index, element in enumerate(value)]
        if isinstance(value, float) and value.is_integer():
            if self._dialect.zero_fractions == "refused":
                raise RefusalError(400, f"{path}: an integer is expected, without a fraction")
            return int(value)
        return value

    def _refuse_if_unwanted(self, name: str, answered: Shape, path: str) -> None:
        if name in answered:
            if self._dialect.read_only_members == "refused":
                raise RefusalError(400, f"{path}.{name}".lstrip(".") + ": is read-only")
        elif self._dialect.unknown_members == "refused":
            raise RefusalError(400, (f"{path}: " if path else "") + "has an unknown member")
