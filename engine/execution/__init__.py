"""ROOM: how does it run? Bytes of diagrams and state in, facts out; no rows, no files, no clock.

The only door to SpiffWorkflow: no other room imports it, and none of its exceptions or tasks leave this one.
Read `run` (what can be done with a case), then `parse` -> `drawing`, `attributes` -> `refusals` -> `weaving` (from file to
specification), then `workflow` (how tokens move), `nodes`, `events`, `activities`, `sets` (what each does), and `snapshot`.
"""

from __future__ import annotations
