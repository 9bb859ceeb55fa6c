"""Judges JSON lines: whole blocks by the first passes, and line by line where they do not say yes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from apps_contract.files.acceptance import accept_many
from apps_contract.files.errors import DocumentError, UnknownSchemaChoiceError
from apps_contract.files.finding import Severity
from apps_contract.files.judge import findings, findings_of_known_kinds, text_finding, violates
from apps_contract.files.lines import TOO_LONG
from apps_contract.files.locating import JsonLocator
from apps_contract.files.parsing import parse_lines, read_document
from apps_contract.files.schema_choice import is_surely_guessed
from apps_contract.files.shaped_lines import shaped_lines
from apps_contract.files.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps_contract.files.finding import Finding
    from apps_contract.files.lines import Block
    from apps_contract.files.rules import Rules
    from apps_contract.files.schema_choice import Choice
    from apps_contract.files.shaped_lines import ShapedLines

# Where most lines of a block have another shape than was expected, so many blocks are not looked at for it.
_BLOCKS_OF_OTHERS: Final = 15

# Explaining takes hundreds of times as long as judging: so many invalid payloads of a file's first part are explained,
# and one of each further part. The others are only counted. It does not depend on how many workers there are.
_EXPLAINED_FIRST: Final = 100
_EXPLAINED_LATER: Final = 1

_DOUBTS = (ValueError, TypeError, OverflowError, RecursionError, UnknownSchemaChoiceError)


class LineJudge:
    """Judges the lines of one file, or of a part of it, into its tally."""

    def __init__(self, file: str, rules: Rules, *, is_first: bool = True) -> None:
        self.tally = Tally(every=rules.every)
        self._file = file
        self._rules = rules
        self._fixed = rules.fixed_choice(file)
        self._count = self.tally.file(file)
        self._to_explain = _EXPLAINED_FIRST if is_first else _EXPLAINED_LATER
        self._shaped: Choice | None = None
        self._shape: ShapedLines | None = None
        self._pause = 0
        self._expect(self._fixed)

    def _expect(self, choice: Choice | None) -> None:
        """Take lines from now on by the shape of what they probably are."""
        if choice is not None and choice != self._shaped:
            self._shaped = choice
            self._shape = shaped_lines(choice.schema, choice.edition)

    def take_all(self, blocks: Iterable[Block]) -> Tally:
        """Judge blocks of lines in order and return the tally."""
        for block in blocks:
            if block is TOO_LONG:
                self._count.lines += 1
                message = f"is longer than {self._rules.largest:,} bytes; --max-bytes allows more"
                self._refuse(DocumentError(message, "too big"), self._count.lines)
            else:
                self._take(block)
        return self.tally

    def _take(self, block: bytes) -> None:
        """Judge the lines of a block: by their shape, then what is left at once, then each by itself."""
        first = self._count.lines + 1
        left = self._left_by_shape(block)
        if not left:
            return
        values = self._parsed(b"\n".join([line for _, line in left]))
        if values is not None and self._accepted(values):
            return
        accepted: Counter[Choice] = Counter()
        for turn, (place, line) in enumerate(left):
            one = values[turn : turn + 1] if values is not None else self._parsed(line)
            choice = self._accepting(one[0]) if one and len(left) > 1 else None
            if choice:
                accepted[choice] += 1
            elif line.strip(b" \t\r"):
                self._explain(line, first + place, one)
        for choice, count in accepted.items():
            self.tally.add_valid(self._file, choice, count)

    def _left_by_shape(self, block: bytes) -> list[tuple[int, bytes]]:
        """Count the lines of a block, and those whose shape says that they are valid; return the others' places."""
        if self._shape is None or self._pause > 0:
            self._pause -= 1
            left = list(enumerate(block.split(b"\n")))
            self._count.lines += len(left)
            return left
        count, left = self._shape.unsure(block)
        self._count.lines += count
        if 2 * len(left) > count:
            self._pause = _BLOCKS_OF_OTHERS
        if len(left) < count:
            assert self._shaped is not None
            self.tally.add_valid(self._file, self._shaped, count - len(left))
        return left

    def _parsed(self, block: bytes) -> list[Any] | None:
        """Return the values of lines, or None if one of them is in doubt."""
        try:
            return parse_lines(block)
        except _DOUBTS:
            return None

    def _accepted(self, values: list[Any]) -> bool:
        """Count values as valid if the first pass says yes to all of them."""
        try:
            chosen = self._by_choice(values)
            if not all(self._accepts(choice, group) for choice, group in chosen.items()):
                return False
        except _DOUBTS:
            return False
        for choice, group in chosen.items():
            self.tally.add_valid(self._file, choice, len(group))
            if is_surely_guessed(choice):
                self._expect(choice)
        return True

    def _accepting(self, value: Any) -> Choice | None:
        """Return what a value is, if the first pass says yes to it."""
        try:
            [choice] = self._by_choice([value])
            return choice if self._accepts(choice, [value]) else None
        except _DOUBTS:
            return None

    def _accepts(self, choice: Choice, values: list[Any]) -> bool:
        return accept_many(choice.schema, choice.edition, strict=self._rules.strict)(values)

    def _by_choice(self, values: list[Any]) -> dict[Choice, list[Any]]:
        if self._fixed and self._fixed.how == "option":
            return {self._fixed: values}
        groups: dict[Choice, list[Any]] = {}
        for value in values:
            if "$schema" in value:
                raise ValueError("is not part of the payload")
            groups.setdefault(self._rules.choice(value, self._fixed), []).append(value)
        return groups

    def _explain(self, line: bytes, number: int, quick: list[Any] | None) -> None:
        """Judge a line thoroughly; of very many invalid ones, only say so. ``quick`` holds its value if it is known."""
        is_only_counted = self._to_explain <= 0 and self._has_error and not self._rules.every
        try:
            value = quick[0] if quick else read_document(line)
        except DocumentError as error:
            self._refuse(error, number)
            return
        try:
            choice = self._rules.choice(value, self._fixed)
        except UnknownSchemaChoiceError as error:
            self.tally.add_undecided(self._file, f"line {number}: {error}")
            return
        if is_only_counted:
            self._count_only(value, choice)
            return
        known = () if self._rules.every else self.tally.kinds  # of a kind, only the first is shown with its place
        found = findings_of_known_kinds(value, choice, self._rules, self._file, known)
        if found is None:
            locator = JsonLocator(line.decode("utf-8"), first_line=number)
            found = findings(value, choice, self._rules, self._file, locator)
        self._add(choice, found)

    def _count_only(self, value: Any, choice: Choice) -> None:
        if violates(value, choice, strict=self._rules.strict):
            self.tally.add_unexplained(self._file, choice)
        else:
            self.tally.add_valid(self._file, choice)

    @property
    def _has_error(self) -> bool:
        """Whether the verdict on the file is known already, so that no more needs to be explained for it."""
        return self.tally.severities[Severity.ERROR] > 0

    def _refuse(self, error: DocumentError, number: int) -> None:
        placed = DocumentError(error.message, error.kind, number, error.column or 1)
        self._add(self._fixed, [text_finding(placed, self._fixed, self._file)])

    def _add(self, choice: Choice | None, found: list[Finding]) -> None:
        self.tally.add_judged(self._file, choice, found)
        self._to_explain -= bool(found)
