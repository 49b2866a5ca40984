"""Forms: what is asked, and what was answered.

The door to four rooms of work: `schema` reads the form-js file, `typed` reads one answer, `answers` the whole
sheet, `addresses` turns posted names into nested values and back.
"""

from __future__ import annotations

from engine.definitions.addresses import flatten, nest
from engine.definitions.answers import Cleaned, choices, clean, evaluate, proposals, told
from engine.definitions.form_reading import read
from engine.definitions.schema import Field, Form, Option, written

__all__ = [
    "Cleaned",
    "Field",
    "Form",
    "Option",
    "choices",
    "clean",
    "evaluate",
    "flatten",
    "nest",
    "proposals",
    "read",
    "told",
    "written",
]
