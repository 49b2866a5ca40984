"""A whole told in parts: they add up to it, and none is too small to be told."""

from __future__ import annotations

from random import Random

import pytest

from engine.reads.guarded import LEAST, parted


@pytest.mark.parametrize("seed", range(40))
def test_parts_add_up_to_the_whole_and_each_may_be_told(seed: int) -> None:
    rng = Random(seed)
    counted = {f"k{one}": rng.choice((0, 1, 2, 3, 4, 5, 6, 9, 40)) for one in range(rng.randint(1, 7))}
    whole = sum(counted.values())
    told = parted(counted)
    assert bool(told) == (whole >= LEAST)
    assert [number for _, number in told if number < LEAST] == []
    for keys, number in told:
        assert number == sum(counted[key] for key in keys)
    named = [key for keys, _ in told for key in keys]
    assert sorted(named) == (sorted(key for key, number in counted.items() if number) if told else [])


def test_only_what_is_too_small_is_put_together() -> None:
    assert parted({"a": 9, "b": 6, "c": 3, "d": 2}) == [(("a",), 9), (("b",), 6), (("c", "d"), 5)]
    assert parted({"a": 9, "b": 6, "c": 3}) == [(("a",), 9), (("b", "c"), 9)]
    assert parted({"a": 4}) == []
