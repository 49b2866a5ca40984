"""A region's own facts."""

from __future__ import annotations

from datetime import date, time

import pytest

from engine.definitions import region
from engine.errors import BrokenDefinition

WHOLE = """
name = "Region Västmanland"
country = "SE"
time_zone = "Europe/Stockholm"
languages = ["sv"]
[calendar]
closing_time = "16:30"
closing_days = [2026-05-15]
[roles]
staff = "Medarbetare"
[law]
LUS = "lag (2017:612)"
[retention]
years = 10
basis = "S3-067"
"""


def read(text):
    return region.read(text.encode(), path="vastmanland/region.toml")


def test_everything_is_read():
    found = read(WHOLE)
    assert (found.id, found.name, found.country, found.zone.key) == (
        "vastmanland",
        "Region Västmanland",
        "SE",
        "Europe/Stockholm",
    )
    assert (found.closing_time, found.closing_days) == (time(16, 30), {date(2026, 5, 15)})
    assert (found.roles["staff"], found.law["LUS"][0].text, found.retention.years) == (
        "Medarbetare",
        "lag (2017:612)",
        10,
    )


def test_what_is_left_out_has_a_sensible_value():
    found = read('name = "Steinkjer"\ncountry = "NO"\nlanguages = ["nb"]')
    assert (found.zone.key, found.closing_time, found.retention) == ("Europe/Oslo", time(16, 30), None)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"SE"', '"FI"', 3),
        ('"Europe/Stockholm"', '"../../etc/passwd"', 4),
        ('"Europe/Stockholm"', '"Europe/Vasteras"', 4),
        ('["sv"]', '["svenska"]', 5),
        ('"16:30"', '"sen"', 7),
        ("2026-05-15", '"2026-05-15"', 8),
        ("years = 10", "years = 0", 14),
        ("roles", "rolls", 9),
        ("closing_days", "closed_days", 8),
        ("name =", "nam =", 2),
    ],
)
def test_what_cannot_be_is_a_finding_with_its_line(old, new, line):
    with pytest.raises(BrokenDefinition) as caught:
        read(WHOLE.replace(old, new))
    assert line in {finding.line for finding in caught.value.findings}


def test_rules_of_retention_are_read_and_each_fault_in_them_is_named() -> None:
    kept = (
        b'[[retention.rules]]\ncontroller = "municipality"\nyears = 5\nbasis = "the law"\n'
        b'[[retention.rules]]\nuntil_age = 30\nbasis = "children"\n'
    )
    top = b'name = "X"\ncountry = "SE"\nlanguages = ["sv"]\n[retention]\nyears = 10\n'
    found = region.read(top + kept, path="x/region.toml").retention
    assert found is not None
    assert [(one.controller, one.years, one.until_age) for one in found.rules] == [
        ("municipality", 5, None),
        ("", None, 30),
    ]
    for wrong in (b"years = 5", b'basis = "b"', b'basis = "b"\nyears = 5\nuntil_age = 30', b'basis = "b"\nyears = 0',
                  b'basis = "b"\nyears = 5\nobject = "plan"', b'basis = "b"\nyears = 5\nyars = 5'):  # fmt: skip
        with pytest.raises(BrokenDefinition):
            region.read(top + b"[[retention.rules]]\n" + wrong, path="x/region.toml")
