"""The answer: yes or no, and why.

Enters: nothing. Leaves: `Verdict` and the keys of all reasons; the sentences stand in the message
catalogues. A reason never says more about a case than the one who asked may know.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.errors import NotAllowed


class Reason(StrEnum):
    """Why; the first group allows, the second refuses."""

    OWN_UNIT = "own-unit"  # you work at the unit that keeps the case, or whose task it is
    CONVENER = "convener"  # you or your unit convene the case
    COORDINATOR = "coordinator"  # you or your unit coordinate the plan
    CONSENT = "consent"  # the person has consented to your unit seeing this
    SUMMONED = "summoned"  # your unit is summoned: by whom and until when
    ENDED_FOR_YOU = "ended-for-you"  # your unit's part has ended; only that is shown
    MANAGER_ABOVE = "manager-above"  # you answer for the unit
    OWN_PRINCIPAL = "own-principal"  # the case is within your own principal
    OTHER_PRINCIPAL = "other-principal"  # a plan exists elsewhere: only whom to ask
    YOUR_ROLE = "your-role"  # your role in the directory
    REPORTED_ON = "reported-on"  # a deviation was forwarded to your unit, which is to answer it
    BY_LAW = "by-law"  # a law opens it to your unit, without consent

    NOT_YOUR_UNIT = "not-your-unit"  # neither you nor your unit have a part in this
    NO_CONSENT = "no-consent"  # the person has not consented to your unit seeing this
    WITHDRAWN = "withdrawn"  # your unit's part has ended
    PROTECTED = "protected"  # protected identity, and you are not a named reader
    MISSING_ROLE = "missing-role"  # your unit, but not a role of yours
    ANOTHER_PERSON = "another-person"  # meant for, or held by, a colleague
    OTHER_REGION = "other-region"
    CASE_ENDED = "case-ended"  # an ended case is read-only
    ANOTHER_PRINCIPAL = "another-principal"  # kept by the administrators of another principal
    NOT_A_MANAGER = "not-a-manager"  # the unit is not one you answer for
    FOUR_EYES = "four-eyes"  # a second person must approve
    GIVEN_BY_ASKER = "given-by-asker"  # the one who asked gave you the account, the password or the role
    NOT_PROTECTED = "not-protected"  # only protected persons have named readers
    NO_INITIATIVE = "no-initiative"  # the municipality has not given its schools the initiative to a plan
    FOR_INFORMATION = (
        "for-information"  # stands in the directory to be read about, and takes no part in anything
    )
    SHARED_ROUTINE = "shared-routine"  # used by all regions, changed only by those who keep a region


@dataclass(frozen=True, slots=True)
class Verdict:
    """`allowed` is also its truth value, so that `if may(...)` cannot go wrong."""

    allowed: bool
    reason: Reason
    detail: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def required(self) -> Verdict:
        """Itself, or NotAllowed with the reason."""
        if not self.allowed:
            raise NotAllowed(self.reason)
        return self


def yes(reason: Reason, detail: str = "") -> Verdict:
    """Allowed, because."""
    return Verdict(True, reason, detail)


def no(reason: Reason, detail: str = "") -> Verdict:
    """Refused, because."""
    return Verdict(False, reason, detail)
