"""Publication dates as sources write them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sommet.dates import published_at

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MOMENT = datetime(2025, 2, 13, 9, 2, 53, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Thu, 13 Feb 2025 10:02:53 +0100", MOMENT),
        ("Thu, 13 Feb 2025 09:02:53 GMT", MOMENT),
        ("13 Feb 2025 09:02:53 UT", MOMENT),
        ("Thu, 13 Feb 2025 10:02:53 CET", MOMENT),
        ("Thu, 13 Feb 2025 12:02:53 MSK", MOMENT),
        ("Thu, 13 Feb 2025 04:02:53 EST", MOMENT),
        ("Thu Feb 13 09:02:53 2025", MOMENT),
        ("2025-02-13T09:02:53Z", MOMENT),
        ("2025-02-13T10:02:53+01:00", MOMENT),
        ("2025-02-13T10:02:53 +0100", MOMENT),
        ("2025-02-13 09:02:53 UTC", MOMENT),
        ("2025-02-13 09:02:53", MOMENT),
        ("2025-02-13T17:02:53.000+0800", MOMENT),
        ("  2025-02-13T09:02:53Z\n", MOMENT),
        ("2023-03-17 00:00:04+00:00", datetime(2023, 3, 17, 0, 0, 4, tzinfo=UTC)),
        ("2023-03-17", date(2023, 3, 17)),
        ("20230317", date(2023, 3, 17)),
        ("2023/3/17", date(2023, 3, 17)),
        ("17 Mar 2023", date(2023, 3, 17)),
        ("17.03.2023", date(2023, 3, 17)),
        ("04.03.2023 12:30", datetime(2023, 3, 4, 12, 30, tzinfo=UTC)),
        ("17/03/2023 à 10h02", datetime(2023, 3, 17, 10, 2, tzinfo=UTC)),
        ("03/17/2023", date(2023, 3, 17)),
        ("jeudi 13 février 2025", date(2025, 2, 13)),
        ("jeudi 13 février 2025 à 10h02", datetime(2025, 2, 13, 10, 2, tzinfo=UTC)),
        ("17 марта 2023 г.", date(2023, 3, 17)),
        ("17 марта 2023, 12:30", datetime(2023, 3, 17, 12, 30, tzinfo=UTC)),
        ("2023年3月17日", date(2023, 3, 17)),
        ("March 17, 2023", date(2023, 3, 17)),
        ("2026-03-02T11:59:00Z", datetime(2026, 3, 2, 11, 59, tzinfo=UTC)),
        ("2026-03-02", date(2026, 3, 2)),
    ],
)
def test_dates_are_read(text: str, when: datetime | date) -> None:
    """Times in UTC, bare days as days."""
    found = published_at(text, NOW)
    assert found == when
    assert type(found) is type(when)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "demain", "hier à 10h", "yesterday", "вчера", "昨天", "il y a 2 jours", "2 hours ago", "now",
        "0001-01-01T00:00:00Z", "1970-01-01", "Thu, 01 Jan 1970 00:00:00 GMT", "1989-12-31", "9999-12-31",
        "2034-01-01", "2026-03-02T12:01:00Z", "2026-03-03", "2023-13-45", "2023-02-30", "31 février 2025",
        "2023-03-17T25:00:00Z", "13 Feb 2025 10:02:53 +9999", "Mon, 99 Foo 2023 00:00:00 GMT", "03/04/2023",
        "1679011200", "12:30", "2023", "mars 2023", "17 mars", "Invalid Date", "null", "None", "1 2 3",
        "abc 2023-03-17 xyz", "x" * 10_000, "9" * 10_000, "\0", "٢٠٢٣-٠٣-١٧x",
    ],
)  # fmt: skip
def test_what_is_no_publication_date_is_none(text: str) -> None:
    """Nothing relative, nothing ambiguous, nothing before 1990 or after tomorrow."""
    assert published_at(text, NOW) is None


@given(st.text(max_size=100) | st.from_regex(r"\A[0-9 :/.+TZ-]{1,40}\Z"))
def test_no_text_breaks_it(text: str) -> None:
    """Any text is a date in the range, or none."""
    found = published_at(text, NOW)
    assert found is None or 1990 <= found.year <= 2026


@given(st.datetimes(datetime(1990, 1, 2), datetime(2026, 2, 28), timezones=st.timezones()))  # noqa: DTZ001
def test_what_is_written_is_read_again(when: datetime) -> None:
    """ISO date-times of any zone come back as the same moment."""
    assert published_at(when.isoformat(), NOW) == when
