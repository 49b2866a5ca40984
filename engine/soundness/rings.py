"""Which of several things lead back to themselves.

Enters: for each number those that come right after it. Leaves: sets of numbers that all lead to one another (Tarjan's way, without
recursion, since a run may be long).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def rings(ahead: Mapping[int, Sequence[int]]) -> Iterator[set[int]]:
    """Each greatest set of numbers of `ahead` from which one comes back to all of it; a number alone only where it follows itself."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    way: list[int] = []
    on_way: set[int] = set()
    for start in sorted(ahead):
        todo = [(start, 0)] if start not in index else []
        while todo:
            number, tried = todo.pop()
            if tried == 0:
                index[number] = low[number] = len(index)
                way.append(number)
                on_way.add(number)
            for place in range(tried, len(ahead[number])):
                target = ahead[number][place]
                if target not in index:
                    todo += [(number, place + 1), (target, 0)]
                    break
                if target in on_way:
                    low[number] = min(low[number], index[target])
            else:
                if low[number] == index[number]:
                    ring = _cut(way, number)
                    on_way -= ring
                    if len(ring) > 1 or number in ahead[number]:
                        yield ring
                if todo:
                    low[todo[-1][0]] = min(low[todo[-1][0]], low[number])


def _cut(way: list[int], number: int) -> set[int]:
    """Take the end of the way from a number on."""
    ring = {way.pop()}
    while number not in ring:
        ring.add(way.pop())
    return ring
