"""What can go wrong, told by who must act.

Enters: the facts of a failure as attributes. Leaves: one exception class per kind of reader. The web turns a class into a
status and a sentence in one table (`webapp/errors.py`); nothing here knows HTTP, and no message ever carries case content,
names or identity numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class EngineError(Exception):
    """Anything the engine refuses or fails to do; the docstring of the subclass is its default message."""

    def __str__(self) -> str:
        return super().__str__() or (type(self).__doc__ or "").split("\n", 1)[0]


# --- the caller must look again -------------------------------------------------------------------------------------


class NotFound(EngineError):
    """There is nothing here under that address."""


class NotAllowed(EngineError):
    """You may not do this; `reason` is a key of the access reasons."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AlreadyClaimed(EngineError):
    """Somebody else holds this task."""

    def __init__(self, holder_id: str, since: datetime) -> None:
        super().__init__()
        self.holder_id, self.since = holder_id, since


class AlreadyClosed(EngineError):
    """The task has been completed or has gone; what was typed is kept as a draft."""

    def __init__(self, closed_at: datetime | None, closed_by: str | None, reason: str) -> None:
        super().__init__()
        self.closed_at, self.closed_by, self.reason = closed_at, closed_by, reason


class StaleCase(EngineError):
    """The case changed under the caller, who must read it again."""


# --- the one who filled in the form must act -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing to mend in a form: `path` is the field's address (`goals[1].measure`), `message` a key, `detail` its values."""

    path: str
    message: str
    detail: tuple[tuple[str, str], ...] = ()


class InvalidForm(EngineError):
    """The form has errors, in page order."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__(f"{len(errors)} fields need attention")
        self.errors = errors


# --- the process owner must act --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one place in one file: what is wrong and what to do."""

    path: str
    line: int
    severity: str  # "error" stops a deployment, "warning" does not
    rule: str  # kebab-case name of the check
    element_id: str  # empty where the file as a whole is meant
    message: str
    about: tuple[
        str, ...
    ] = ()  # what the message is about and the words in it, for who reads another language than English

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line}: {self.severity} {self.rule} {self.element_id or '-'}: {self.message}"
        )


class BrokenDefinition(EngineError):
    """The routine cannot run as drawn; `findings` name file, element and line."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(str(finding) for finding in findings))
        self.findings = findings


# --- an administrator must act -----------------------------------------------------------------------------------------


class StepFailed(EngineError):
    """A step of a running case cannot be taken; nothing of it is saved and the case shows an incident at `element_id`.

    `cause` is a key (`no-value`, `unknown-unit`, `step-budget`, `uniqueness`, `operation`, `uncaught-error`,
    `timer` no instant, `deadlock` a join that nothing can reach, `internal` a fault of the product itself), `detail` words
    that name variables, rules and elements but never their values.
    """

    def __init__(self, element_id: str, cause: str, detail: str) -> None:
        super().__init__(f"{element_id}: {cause}: {detail}")
        self.element_id, self.cause, self.detail = element_id, cause, detail


class CaseStopped(EngineError):
    """The step could not be taken and was rolled back; an incident must be recorded in a transaction of its own.

    `step` says in plain values how to take the step again.
    """

    def __init__(
        self, case_id: str, instance_id: str | None, step: dict[str, object], failure: StepFailed
    ) -> None:
        super().__init__(str(failure))
        self.case_id, self.instance_id, self.step, self.failure = case_id, instance_id, step, failure
