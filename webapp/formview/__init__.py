"""A form as the page draws it.

Enters: a checked Form, the answers so far, the errors of the last try and what the choices offer. Leaves: fields for templates/forms,
divided into sections, and error sentences that say what to write. It decides nothing about what is allowed: that is the work of
`engine.definitions.forms`. `drawing` makes the fields, `rows` answers the buttons of rows, `sections` divides the page.
"""

from __future__ import annotations

from webapp.formview.drawing import Options, draw
from webapp.formview.drawn import DrawnField, DrawnOption, DrawnRow, Fact, Section
from webapp.formview.rows import press
from webapp.formview.sections import sections, stray, summary
from webapp.formview.sentences import sentence

__all__ = [
    "DrawnField",
    "DrawnOption",
    "DrawnRow",
    "Fact",
    "Options",
    "Section",
    "draw",
    "press",
    "sections",
    "sentence",
    "stray",
    "summary",
]
