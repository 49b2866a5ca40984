"""Why somebody may not do something, as a sentence that says no more of a case than they may know."""

from __future__ import annotations

from flask_babel import gettext


def sentence(reason: str) -> str:
    """The sentence of a refusal's key (`engine.access.Reason`, and what actions refuse); '' where there is nothing to add."""
    return {
        "withdrawn": gettext("The case is closed for you."),
        "no-consent": gettext("The person has not consented to your unit seeing this."),
        "another-person": gettext("The task is a colleague's. They can give it to you, or put it back."),
        "missing-role": gettext("Your unit has it, but it is for another role than yours."),
        "case-ended": gettext("The case is closed and can only be read."),
        "not-a-manager": gettext("Only those who answer for a unit see this."),
        "leads-no-unit": gettext(
            "Only those who answer for a unit see this. Your administrator enters who does."
        ),
        "no-figures": gettext(
            "Only those who answer for a unit, or have the role that sees figures, see this. Your administrator enters who does."
        ),
        "another-principal": gettext("The administrators of the principal itself keep this."),
        "four-eyes": gettext("Somebody decides who neither asked for this nor substitutes for whoever did."),
        "given-by-asker": gettext(
            "Somebody else decides: whoever asked has lately given you your account, your password or your role."
        ),
        "archive-first": gettext("The rule wants the case taken out to the archive first."),
        "not-protected": gettext("Only a person with protected personal data has named readers."),
        "shared-routine": gettext("All regions use this routine. The administrator of a region changes it."),
        "no-initiative": gettext(
            "Your municipality has not said that schools start a case. Tell the social services or the health centre, who can."
        ),
        "for-information": gettext(
            "It stands in the directory to be read about. Nothing is sent or shared there."
        ),
        "reason-needed": gettext("Write why. It is kept with the decision."),
        "day-passed": gettext("Choose a day from today on."),
        "day-too-far": gettext("Choose a day within a year."),
        "too-often": gettext("It was done many times in a short while."),
    }.get(reason, "")
