"""What the rules of a table cover: each column cut into sample values, and each rule's cells tried on every sample.

Enters: a table. Leaves: examples of inputs that no rule fits, that two rules fit, or that only earlier rules fit. Every
example was really tried, so that what is reported is true; a cell that reads other variables is left out of the search.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from .budget import Budget
from .feel import UnaryTests
from .sampling import TooLarge, is_plain, samples
from .scope import Scope, State
from .tables import Table

_MAX_STEPS = 200_000
_MAX_TRIALS = 400_000  # of a cell with a sample
Example = dict[str, object]


@dataclass(frozen=True, slots=True)
class Search:
    """A table tried out. `masks[c][s]` has a bit for each rule whose cell in column c passes sample s."""

    table: Table
    columns: tuple[tuple[object, ...], ...]
    masks: tuple[tuple[int, ...], ...]
    unsure: int  # rules that read other variables: they may fit anywhere
    plain: int  # rules whose cells all compare with constants

    def example(self, places: list[int]) -> Example:
        chosen = zip(self.table.inputs, self.columns, places, strict=False)
        return {column.label: values[place] for column, values, place in chosen if values != (None,)}

    def gaps(self, most: int = 3) -> list[Example]:
        """Inputs that no rule fits."""
        found: list[Example] = []
        for places in self._uncovered((1 << len(self.table.rules)) - 1, None):
            found.append(self.example(places))
            if len(found) >= most:
                break
        return found

    def overlaps(self) -> Iterator[tuple[int, int, Example]]:
        """Pairs of rules, as indexes, that fit the same input."""
        passed = [self._samples_of(rule) for rule in range(len(self.table.rules))]
        sure = [rule for rule in range(len(passed)) if not self.unsure >> rule & 1]
        for first, second in combinations(sure, 2):
            common = [one & other for one, other in zip(passed[first], passed[second], strict=True)]
            if all(common):
                yield first, second, self.example([(bits & -bits).bit_length() - 1 for bits in common])

    def _samples_of(self, rule: int) -> list[int]:
        """For each column, a bit for each sample that the rule's cell passes."""
        return [
            sum(1 << place for place, mask in enumerate(masks) if mask >> rule & 1) for masks in self.masks
        ]

    def unreachable(self) -> Iterator[tuple[int, list[int]]]:
        """Rules that fit only where earlier ones do, with those earlier ones."""
        for rule in range(1, len(self.table.rules)):
            earlier = ((1 << rule) - 1) & self.plain & ~self.unsure
            if (1 << rule) & self.plain and next(self._uncovered(earlier, 1 << rule), None) is None:
                yield rule, [one for one in range(rule) if earlier >> one & 1 and self._meet(one, rule)]

    def _meet(self, first: int, second: int) -> bool:
        both = 1 << first | 1 << second
        return all(any(mask & both == both for mask in masks) for masks in self.masks)

    def _uncovered(self, rules: int, within: int | None) -> Iterator[list[int]]:
        """Combinations of samples, within one rule where given, that none of `rules` fits; one for each distinct cut."""
        steps = 0
        seen: set[tuple[int, int]] = set()
        waiting: list[tuple[list[int], int]] = [([], rules)]
        while waiting:
            places, alive = waiting.pop()
            if not alive:
                yield self._completed(places, within)
                continue
            column = len(places)
            if column == len(self.masks) or (column, alive) in seen:
                continue
            seen.add((column, alive))
            for place in reversed(range(len(self.masks[column]))):
                steps += 1
                if steps > _MAX_STEPS:
                    raise TooLarge
                mask = self.masks[column][place]
                if within is None or mask & within:
                    waiting.append(([*places, place], alive & mask))

    def _completed(self, places: list[int], within: int | None) -> list[int]:
        """`places` with the first fitting sample of each column that no longer matters."""
        rest = self.masks[len(places) :]
        return places + [
            next((p for p, mask in enumerate(masks) if within is None or mask & within), 0) for masks in rest
        ]


def search(table: Table) -> Search | None:
    """The table tried on its samples; None when it has no rule or no input, or a column without any sample."""
    if not table.rules or not table.inputs:
        return None
    state = State({}, Budget(steps=_MAX_STEPS), None, {})
    columns, masks, unsure, trials = [], [], 0, 0
    for index, column in enumerate(table.inputs):
        cells = [rule.tests[index] for rule in table.rules]
        values = samples(column, cells)
        trials += len(values) * len(cells)
        if not values:
            return None
        if trials > _MAX_TRIALS:
            raise TooLarge
        for number, cell in enumerate(cells):
            unsure |= bool(cell.free_names or cell.free_functions) << number
        columns.append(tuple(values))
        masks.append(tuple(_mask(cells, value, unsure, state) for value in values))
    plain = sum(all(map(is_plain, rule.tests)) << number for number, rule in enumerate(table.rules))
    whole = tuple(tuple(mask | unsure for mask in column_masks) for column_masks in masks)
    return Search(table, tuple(columns), whole, unsure, plain)


def _mask(cells: list[UnaryTests], value: object, unsure: int, state: State) -> int:
    mask = 0
    for number, cell in enumerate(cells):
        fits = (
            cell.matches_anything or unsure >> number & 1 or cell.run(value, Scope({}, None, state)) is True
        )
        mask |= bool(fits) << number
    return mask
