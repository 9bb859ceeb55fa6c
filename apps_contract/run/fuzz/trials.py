"""What a campaign sends: each trial is plain data, so that it can be kept in a file and sent again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apps_contract.contract import Level
from apps_contract.payloads.cases import Case, RawCase

if TYPE_CHECKING:
    from apps_contract.payloads.packed import Packed
    from apps_contract.run.fuzz.options import Kind

Step = dict[str, Any]
"""One step of a life, as a JSON value; see lives.Life.apply."""


@dataclass(frozen=True)
class BodyTrial:
    """A create or an update with a JSON body, valid or with one defect; ``mask`` is for an update.

    ``reads_back``: also look at what became of the app.
    """

    case: Case
    mask: tuple[str, ...] | None = None
    reads_back: bool = True

    @property
    def is_defect(self) -> bool:
        """Whether the body has to be refused."""
        return self.case.twin is not None and self.case.level is not Level.MAY

    @property
    def kind(self) -> Kind:
        """Which kind of trial it is."""
        return "invalid" if self.is_defect else "valid"

    @property
    def manner(self) -> tuple[str, str]:
        """What is done, and by which operation; empty for what has no name."""
        return (self.case.operator, self.case.operation) if self.case.operator else ("", "")

    @property
    def label(self) -> str:
        """What it is, in a few words."""
        return f"{self.case.operation}: {self.case.label}"

    def to_json(self) -> dict[str, Any]:
        """Return the trial as a JSON value."""
        mask = None if self.mask is None else list(self.mask)
        return {"type": "body", "case": self.case.to_json(), "mask": mask, "reads_back": self.reads_back}


@dataclass(frozen=True)
class PackedTrial:
    """A body that shows much at once; ``parts`` are taken by themselves where it breaks something.

    It is kept in no file: a finding is of the whole or of a part.
    """

    whole: BodyTrial
    parts: tuple[BodyTrial, ...]

    kind: Kind = "valid"

    @classmethod
    def of(cls, packed: Packed) -> PackedTrial:
        """Return the trial of a packed body: a first look, so that only the parts are read back."""
        return cls(BodyTrial(packed.case, reads_back=False), tuple(map(BodyTrial, (packed.base, *packed.parts))))

    @property
    def label(self) -> str:
        """What it is, in a few words."""
        return self.whole.label


@dataclass(frozen=True)
class RawTrial:
    """A body given byte for byte."""

    operation: str
    case: RawCase

    kind: Kind = "raw"

    @property
    def manner(self) -> tuple[str, str]:
        """What is done, and by which operation; empty for what has no name."""
        return (self.case.operator, self.operation)

    @property
    def label(self) -> str:
        """What it is, in a few words."""
        return f"{self.operation}: {self.case.label}"

    def to_json(self) -> dict[str, Any]:
        """Return the trial as a JSON value."""
        return {"type": "raw", "operation": self.operation, "case": self.case.to_json()}


@dataclass(frozen=True)
class OddTrial:
    """A request that is odd around its body: a list with something after its path, or with a header; an odd mask."""

    operator: str
    suffix: str = ""
    header: tuple[str, str] | None = None

    kind: Kind = "raw"

    @property
    def manner(self) -> tuple[str, str]:
        """What is done, and by which operation; empty for what has no name."""
        return self.operator, self.suffix.partition(" ")[0] if self.operator == "credentials" else ""

    @property
    def label(self) -> str:
        """What it is, in a few words."""
        text = self.suffix or ": ".join(self.header or ())
        return f"{self.operator} {text[:40]}"

    def to_json(self) -> dict[str, Any]:
        """Return the trial as a JSON value."""
        return {"type": "odd", "operator": self.operator, "suffix": self.suffix, "header": self.header}


@dataclass(frozen=True)
class LifeTrial:
    """Steps that belong together, over all operations, judged against a model."""

    steps: tuple[Step, ...]

    kind: Kind = "stateful"

    @property
    def manner(self) -> tuple[str, str]:
        """What is done, and by which operation; empty for what has no name."""
        return ("", "")

    @property
    def label(self) -> str:
        """What it is, in a few words."""
        return " → ".join(str(step["do"]) for step in self.steps)

    def to_json(self) -> dict[str, Any]:
        """Return the trial as a JSON value."""
        return {"type": "life", "steps": list(self.steps)}


Trial = BodyTrial | RawTrial | OddTrial | LifeTrial
Work = tuple[Trial | PackedTrial, ...]
"""Trials that one worker sends one after another."""


def trial_from_json(data: dict[str, Any]) -> Trial:
    """Read what a trial's ``to_json`` wrote; raises KeyError, TypeError or ValueError when that is not what it is."""
    match data["type"]:
        case "body":
            mask = None if data["mask"] is None else tuple(data["mask"])
            return BodyTrial(Case.from_json(data["case"]), mask, bool(data["reads_back"]))
        case "raw":
            return RawTrial(data["operation"], RawCase.from_json(data["case"]))
        case "odd":
            name_and_value = data["header"]
            header = None if name_and_value is None else (str(name_and_value[0]), str(name_and_value[1]))
            return OddTrial(data["operator"], data["suffix"], header)
        case "life":
            return LifeTrial(tuple(data["steps"]))
        case other:
            raise ValueError(f"no kind of trial is called {other!r}")
