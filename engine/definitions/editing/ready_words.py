"""What the steps of a ready step are called, in the language of the routine that they are put into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_WORDS: Mapping[str, Mapping[str, str]] = {
    "sv": {"start": "Start", "answer": "Svar", "done": "Klart", "remind": "Påminn enheten och dess chef",
           "escalate": "Lyft till chefslinjen",
           "waits": "{} väntar på svar", "send": "Sänd kallelsen", "acknowledge": "Kvittera kallelsen", "summons": "Kallelsen",
           "text": "Ni kallas till ett möte. Kvittera inom {}.", "title": "Kallelse", "ask": "Fråga om samtycke",
           "consents": "Samtycker?",
           "yes": "ja", "no": "nej", "record": "För in samtycket", "refused": "Inget samtycke"},
    "nb": {"start": "Start", "answer": "Svar", "done": "Ferdig", "remind": "Påminn enheten og lederen",
           "escalate": "Løft til lederlinjen",
           "waits": "{} venter på svar", "send": "Send innkallingen", "acknowledge": "Kvitter innkallingen", "summons": "Innkallingen",
           "text": "Dere innkalles til et møte. Kvitter innen {}.", "title": "Innkalling", "ask": "Spør om samtykke",
           "consents": "Samtykker?",
           "yes": "ja", "no": "nei", "record": "Før inn samtykket", "refused": "Ikke samtykke"},
    "en": {"start": "Start", "answer": "Answer", "done": "Done", "remind": "Remind the unit and its manager", "escalate": "Escalate",
           "waits": "{} awaits an answer", "send": "Send the summons", "acknowledge": "Acknowledge the summons", "summons": "The summons",
           "text": "You are summoned to a meeting. Acknowledge within {}.", "title": "Summons", "ask": "Ask for consent",
           "consents": "Consents?",
           "yes": "yes", "no": "no", "record": "Record the consent", "refused": "No consent"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wording:
    """The routine's language, and the routine that its region escalates with."""

    language: str
    escalation: str = "shared_escalation"

    def __getitem__(self, key: str) -> str:
        return _WORDS.get(self.language[:2], _WORDS["en"])[key]
