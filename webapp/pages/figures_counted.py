"""What is counted by kind: escalations by level, deviations by what they are about, and why cases ended without a plan carried through.

Enters: whose figures, of what period. Leaves: tables of protected counts; never a case or a name.
"""

from __future__ import annotations

from flask_babel import gettext

from engine.reads import guarded, measures
from webapp.pages import deviation_names
from webapp.pages.counted import Table, unless_all_few
from webapp.pages.figures_asked import Asked
from webapp.session import tx


def by_kind(wanted: Asked) -> list[Table]:
    """What is counted by kind: escalations by level, deviations by what they are about, why cases ended without a plan carried through."""
    levels = {str(one): gettext("Level %(level)s", level=one) for one in (1, 2, 3)} | {
        "4": gettext("The forum")
    }
    reported_by = deviation_names.routines()
    found = (
        (gettext("Escalations"), gettext("Matters that were lifted to the level in the period."), gettext("Level"),
         measures.escalations(tx(), wanted.scope, wanted.period), levels),
        (gettext("Deviations"), gettext("Deviations that were begun in the period, by what they are about."), gettext("Kind"),
         measures.deviations(tx(), wanted.scope, wanted.period, reported_by), deviation_names.labels(reported_by)),
        (gettext("Refusals and other endings"), gettext("Cases that ended in the period without the goals being met, by why."),
         gettext("Reason"), measures.refusals(tx(), wanted.scope, wanted.period), _reasons()),
    )  # fmt: skip
    return [
        unless_all_few(
            title,
            means,
            head,
            [(names.get(key, key) or "–", number) for key, number in guarded.counts(counted)],
        )
        for title, means, head, counted, names in found
    ]


def _reasons() -> dict[str, str]:
    return {
        "request_refused": gettext("The request was refused"),
        "not_needed": gettext("No need of a plan was found"),
        "person_declined": gettext("The person declined"),
        "consent_refused": gettext("The person gave no consent"),
        "consent_withdrawn": gettext("The person withdrew the consent"),
        "compulsory_care_plan": gettext("Planned as open compulsory care"),
        "moved": gettext("The person moved"),
        "deceased": gettext("The person has died"),
    }
