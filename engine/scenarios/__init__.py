"""FLOOR above the heartbeat: does a routine do what its scenarios say?

A scenario is a run in virtual time, written by whoever draws the routine. It goes through the real actions, a real database and the
real heartbeat, one commit a step; `now` is an argument everywhere, so four hundred days pass in a second and nothing sleeps.

- `script`    what a scenario says, as frozen values; `reading` makes them from a file, `located` knows the lines
- `finding`   a path -> routines and scenario files, and what must be in force for them
- `stage`     a thrown-away database for each run, copied from one template
- `play`      one scenario, step by step; `deeds` acts, `travel` lets time pass, `judging` compares
- `sight`     a case as it stands; `history` what has happened in it
- `coverage`  which branches, events and rules no scenario has visited
- `running`   all of it for a path, with the lines that people read
"""

from __future__ import annotations

from engine.scenarios.running import run_path

__all__ = ["run_path"]
