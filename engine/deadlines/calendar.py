"""Which days people work.

Enters: a country, a time zone, the end of the working day and the days on which a region or unit is closed.
Leaves: yes or no for a day, and the name of a holiday. Sweden: Monday to Friday without public holidays,
Midsummer Eve, Christmas Eve and New Year's Eve (lag 1930:173, 2 §); Norway: Monday to Friday without public
holidays (domstolloven 148-149). Never reads a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import holidays

Country = Literal["SE", "NO"]
Why = Literal["weekend", "holiday", "closing-day"]

_CATEGORIES = {"SE": ("public", "de_facto"), "NO": ("public",)}
# The languages of the interface, in the package's own codes; the first is the country's own and stands in
# for any other.
_LANGUAGES: dict[str, dict[str, str]] = {
    "SE": {"sv": "sv", "en": "en_US"},
    "NO": {"nb": "no", "nn": "no", "no": "no", "en": "en_US"},
}
_SATURDAY = 5
_KNOWN = range(1900, 2201)  # wider than any year with holidays in the package: spares empty look-ups far away


@lru_cache(maxsize=1024)
def _holidays(country: str, year: int, language: str) -> Mapping[date, str]:
    """Holidays of one year with their names.

    Empty for years the package does not know (before 1953, after 2100).
    """
    # `language` is always given: without it the names follow the locale of the machine. `expand=False`
    # keeps a look-up from adding other years to a shared object; Sundays are left to the weekday rule, they
    # have no name of their own.
    days = holidays.country_holidays(
        country,
        categories=_CATEGORIES[country],
        include_sundays=False,
        language=language,
        years=year,
        expand=False,
    )
    return MappingProxyType({day: name for day, name in days.items() if day.year == year})


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of those who must act: a unit's own, else its region's.

    `closing_time` is local; what arrives later than it counts as the next working day. `closing_days` are
    the region's and the unit's own free days. Raises ValueError for a country without a rule.
    """

    country: Country
    zone: ZoneInfo
    closing_time: time = time(16, 30)
    closing_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.country not in get_args(Country):
            raise ValueError(f"no working-day rule for the country {self.country!r}; there are SE and NO")

    def why_free(self, day: date) -> Why | None:
        """Why nobody works on `day`, or None on a working day.

        A weekend is a weekend even when it is also a holiday.
        """
        if day.weekday() >= _SATURDAY:
            return "weekend"
        if day in _holidays(self.country, day.year, self._language(None)):
            return "holiday"
        return "closing-day" if day in self.closing_days else None

    def is_working_day(self, day: date) -> bool:
        """Whether `day` counts.

        Outside the years 1953 to 2100 only the weekday and the closing days decide.
        """
        return self.why_free(day) is None

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`. Raises ValueError at the end of year 9999."""
        while True:
            if day == date.max:
                raise ValueError("there is no working day left before the end of year 9999")
            day += timedelta(days=1)
            if self.is_working_day(day):
                return day

    def working_day_from(self, day: date) -> date:
        """`day` itself if it is a working day, else the next one."""
        return day if self.is_working_day(day) else self.next_working_day(day)

    def holiday_name(self, day: date, language: str) -> str | None:
        """The holiday on `day` in `language` (sv, nb, en), in the country's own where the name has no
        translation.
        """
        return _holidays(self.country, day.year, self._language(language)).get(day)

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; negative when `last` comes first.

        With `first` the last day of a task and `last` today, this is "2 arbetsdagar försenad".
        """
        if last < first:
            return -self.working_days_between(last, first)
        weekdays = _weekdays_through(last) - _weekdays_through(first)
        return weekdays - sum(first < day <= last for day in self._free_weekdays(first.year, last.year))

    def local(self, at: datetime) -> datetime:
        """`at` on the wall clock here, or as it stands if it has no zone.

        Year 1 and 9999 do not overflow.
        """
        if at.tzinfo is None:
            return at.replace(tzinfo=self.zone)
        try:
            return at.astimezone(self.zone)
        except OverflowError:
            return at.replace(tzinfo=self.zone)

    def _language(self, language: str | None) -> str:
        known = _LANGUAGES[self.country]
        return known.get(language or "", next(iter(known.values())))

    def _free_weekdays(self, first_year: int, last_year: int) -> frozenset[date]:
        language = self._language(None)
        years = range(max(first_year, _KNOWN.start), min(last_year + 1, _KNOWN.stop))
        free = self.closing_days.union(*(_holidays(self.country, year, language) for year in years))
        return frozenset(day for day in free if day.weekday() < _SATURDAY)


def _weekdays_through(day: date) -> int:
    """Mondays to Fridays from 0001-01-01, a Monday, up to and including `day`."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)
