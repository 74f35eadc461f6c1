"""What a time expression says, free of language."""

from dataclasses import dataclass
from typing import Literal

Direction = Literal["past", "future", ""]
"""Where the governing verb points; empty: the nearest, the past preferred."""


@dataclass(frozen=True, slots=True)
class Interval:
    """First and last day as ISO dates of the expression's own precision; an open end is empty.

    `2023-03-20`, `2023-03`, `2023`; weeks are given as Monday and Sunday.
    """

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Description:
    """What the words of one expression say; `None` or empty is unsaid.

    A field with a 2 is the second end of a range. Weekdays count from Monday, 0. A shift counts
    whole calendar units from the reference: -1 last, 0 this, 1 next. `sign` is -1 for what lies
    before, 1 for what lies after the reference. `number` None beside a unit means “a few”.
    """

    year: int | None = None
    year2: int | None = None
    yy: int | None = None
    month: int | None = None
    month2: int | None = None
    day: int | None = None
    day2: int | None = None
    weekday: int | None = None
    weekday2: int | None = None
    shift: int | None = None
    year_shift: int | None = None
    month_shift: int | None = None
    week_shift: int | None = None
    season: int | None = None
    nth: int | None = None
    days: int | None = None
    number: int | None = None
    sign: int = -1
    half: int = 0
    unit: str = ""
    part: str = ""
    vague: str = ""
    bound: str = ""
    numeric: str = ""
