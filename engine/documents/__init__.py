"""ROOM: what goes on paper? Typst templates and data in, tagged PDF (PDF/UA-1) out; a meeting in, an entry for a calendar out.

Enters: a folder with a template and what it needs, and plain data. Leaves: the bytes of a PDF. A process owner's template is code, so it is
set in a process of its own (`setting.py`), with limits on time and memory, with that folder as its whole world, and without network.
Knows no case, no row and no request.
"""

from __future__ import annotations

from engine.documents.appointment import Appointment, calendar_file
from engine.documents.paper import NotSet, Sheet, pdf, pdf_of, picture_of, trial

__all__ = ["Appointment", "NotSet", "Sheet", "calendar_file", "pdf", "pdf_of", "picture_of", "trial"]
