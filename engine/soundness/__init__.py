"""ROOM soundness: can a case come to an end from wherever it may stand?

A net of places and ways in (no XML, no case data), a verdict out: every fault with a run that leads into it. Pure; it knows neither
files nor cases, and plays by the rules of `engine.execution`: whatever needs nobody moves at once and in the order in which it was
drawn, an inclusive join looks when all else rests, and then one thing happens that somebody or some time brings about.

Read `net` (the board), `position`, `moves` (the rules of one move), `space` (all positions), then `verdict`, which puts together `ends`
(deadlock, livelock), `reach` (steps never taken), `twice`, `unset` (data read too early), and `trace` (the run that shows it).

What it takes for granted, so that its verdicts can be trusted:
- Each sub-process and each called routine is played on a board of its own; around it, it counts as one step that may end in any of
  the ways found there. They share no tokens, so nothing is lost by that, and parallel parts do not multiply one another's positions.
- A gateway may choose any of its ways. Conditions are not followed from gateway to gateway; only those that compare one and the same
  name with different texts are never true together, and one that is the word `false` never.
- A set of items is played with none and with one: items do not meet, so a fault among several is a fault of one.
- Timers may fire in any order; a deadline that interrupts is a way on.
- Of tokens that are alike at one place three are counted; a fourth makes no new position.
"""

from __future__ import annotations
