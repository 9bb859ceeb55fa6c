"""Why a run, or a part of one, ends without a verdict.

NoVerdictError
├── NotTestedError       a prerequisite is missing: the requirement is neither passed nor failed
├── NotApplicableError   the target cannot express what the requirement is about
└── RunEndedError        nothing more can be sent
    ├── TargetLostError  the target died for good
    └── StoppedError     the run was interrupted, or has found what it looked for
CannotTestError          the preflight failed: exit code 3
"""


class NoVerdictError(Exception):
    """A scenario that ends without a verdict; its text is the reason, for a person."""


class NotTestedError(NoVerdictError):
    """A prerequisite is missing, so nothing can be said."""


class NotApplicableError(NoVerdictError):
    """The target, by its nature, cannot be asked this."""


class RunEndedError(NoVerdictError):
    """Nothing more can be sent to the target."""


class TargetLostError(RunEndedError):
    """The target stopped answering for good."""


class StoppedError(RunEndedError):
    """The run was interrupted, or has already found what it looked for."""


class CannotTestError(Exception):
    """The target cannot be tested; one line says why, and what to do. Leads to exit code 3."""
