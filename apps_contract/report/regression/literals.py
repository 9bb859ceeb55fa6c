"""Python source of values: text and bytes in which ids, names and keys are variables, long runs are products."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

LINE = 110
_STEP = "    "
_LONG_RUN = re.compile(r"(.)\1{39,}", re.DOTALL)
_LONG_RUN_OF_BYTES = re.compile(rb"(.)\1{39,}", re.DOTALL)


@dataclass
class Names:
    """What stands for texts that are another in each run: text to the name of the variable that holds it."""

    variables: dict[str, str] = field(default_factory=dict)

    def text(self, value: str) -> str:
        """Write a text as an expression."""
        parts = _split(self._pattern(), value) if self.variables else [value]
        if len(parts) == 1:
            return self._constant(value) if parts[0] not in self.variables else self.variables[value]
        if any(_LONG_RUN.search(part) for part in parts):
            return " + ".join(self.variables.get(part) or self._constant(part) for part in parts if part)
        inner = "".join(
            f"{{{self.variables[part]}}}" if part in self.variables else _braced(quoted(part)[1:-1]) for part in parts
        )
        return f'f"{inner}"'

    def data(self, value: bytes) -> str:
        """Write bytes as an expression."""
        parts = _split(self._pattern(), value.decode("latin-1")) if self.variables else [value.decode("latin-1")]
        written = []
        for part in parts:
            if part in self.variables:
                written.append(f"{self.variables[part]}.encode()")
            elif part:
                written += _runs_of_bytes(part.encode("latin-1"))
        return " + ".join(written) or 'b""'

    def value(self, value: Any, indent: int = 0) -> str:
        """Write a JSON value as an expression, over several lines where it is long."""
        line = self._in_a_line(value)
        if len(line) + indent * len(_STEP) <= LINE or not value or not isinstance(value, dict | list):
            return line
        inner = _STEP * (indent + 1)
        if isinstance(value, dict):
            items = [f"{inner}{self.text(name)}: {self.value(one, indent + 1)},\n" for name, one in value.items()]
            return "{\n" + "".join(items) + _STEP * indent + "}"
        return "[\n" + "".join(f"{inner}{self.value(one, indent + 1)},\n" for one in value) + _STEP * indent + "]"

    def _in_a_line(self, value: Any) -> str:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.text(name)}: {self._in_a_line(one)}" for name, one in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self._in_a_line(one) for one in value) + "]"
        return repr(value)

    @staticmethod
    def _constant(text: str) -> str:
        parts = []
        position = 0
        for run in _LONG_RUN.finditer(text):
            parts += [quoted(text[position : run.start()])] if run.start() > position else []
            parts.append(f"{quoted(run[1])} * {len(run[0])}")
            position = run.end()
        parts += [quoted(text[position:])] if position < len(text) or not parts else []
        return " + ".join(parts)

    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self.variables, key=len, reverse=True)
        return re.compile("|".join(re.escape(text) for text in longest_first))


def quoted(text: str) -> str:
    """Write a text as a literal in double quotes."""
    written = repr(text)
    if written[0] == '"':
        return written
    return '"' + written[1:-1].replace("\\'", "'").replace('"', '\\"') + '"'


def bytes_quoted(data: bytes) -> str:
    """Write bytes as a literal in double quotes."""
    written = repr(data)[1:]
    if written[0] == '"':
        return f"b{written}"
    return 'b"' + written[1:-1].replace("\\'", "'").replace('"', '\\"') + '"'


def _runs_of_bytes(data: bytes) -> list[str]:
    parts = []
    position = 0
    for run in _LONG_RUN_OF_BYTES.finditer(data):
        parts += [bytes_quoted(data[position : run.start()])] if run.start() > position else []
        parts.append(f"{bytes_quoted(run[1])} * {len(run[0])}")
        position = run.end()
    return parts + ([bytes_quoted(data[position:])] if position < len(data) else [])


def _split(pattern: re.Pattern[str], text: str) -> list[str]:
    """Cut a text at what variables hold."""
    parts = []
    position = 0
    for found in pattern.finditer(text):
        parts += [text[position : found.start()]] if found.start() > position else []
        parts.append(found[0])
        position = found.end()
    return parts + ([text[position:]] if position < len(text) or not parts else [])


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
