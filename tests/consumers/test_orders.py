"""What was published decides, not the order in which it arrived."""

from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from consumers import resolve
from consumers.life import life
from consumers.memory import Memory
from schemas.events import EventMentions
from sommet.stage import State
from tests.consumers.made import NOW, mention, reported

PEOPLE = [
    ("Vladimir Putin", "Xi Jinping"),
    ("Mikhail Mishustin", "Li Qiang"),
    ("Mikhail Mishustin", "Xi Jinping"),
    ("Russia", "China"),
]
PLACES = [("", ""), ("Moscow", "RUS"), ("Kazan", "RUS"), ("Russia", "RUS"), ("Beijing", "CHN")]
STATEMENTS = st.builds(
    lambda kind, start, place, people, status, form, basis: mention(
        type=kind, start=start, place=place[0], country=place[1], participants=people, status=status,
        format=form, basis=basis if start else "",
    ),
    st.sampled_from(["summit", "summit", "consultation", "agreement"]),
    st.sampled_from(["", "2023-03", "2023-03-20", "2023-03-21", "2023-03-28", "2023-04-03"]),
    st.sampled_from(PLACES),
    st.sampled_from(PEOPLE),
    st.sampled_from(["planned", "occurred", "cancelled", "denied", "alleged"]),
    st.sampled_from(["in_person", "in_person", "video", ""]),
    st.sampled_from(["text", "text", "report"]),
)  # fmt: skip
DAYS = [f"2023-03-{day:02d}T{hour:02d}:00:00+00:00" for day in range(17, 24) for hour in (6, 18)]
WEEKS = st.lists(st.tuples(st.sampled_from(DAYS), st.lists(STATEMENTS, min_size=1, max_size=2)), max_size=9)


def told(week: Sequence[tuple[str, Any]]) -> list[EventMentions]:
    """Return the reports of a week, each of its own article."""
    return [reported(f"a{n}", said, published=day) for n, (day, said) in enumerate(week)]


def after(reports: Iterable[EventMentions]) -> State:
    """Return what is known after some reports."""
    state: State = {}
    for report in reports:
        list(resolve.step(state, report, NOW))
    return state


def events(state: State) -> dict[frozenset[str], Any]:
    """Return the events, each by the statements that it consists of, with its facts."""
    memory, found = Memory(state), {}
    for key in state:
        if key.startswith("event/"):
            ident = key.removeprefix("event/")
            members = memory.members(ident)
            assert life(ident, members).known == memory.known(ident)
            known = memory.known(ident)
            assert known
            facts = {name: getattr(known, name) for name in known.__struct_fields__ if name != "event"}
            found[frozenset(member.name for member in members)] = facts | {"aspects": ()}
    return found


@settings(max_examples=300, deadline=None)
@given(WEEKS, st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_events(week: list[Any], random: Any) -> None:
    """The same statements belong together, and the same facts are shown."""
    reports = told(week)
    expected = events(after(sorted(reports, key=lambda r: (r.origin.published, r.origin.article))))
    random.shuffle(reports)
    assert events(after(reports)) == expected


@settings(max_examples=150, deadline=None)
@given(WEEKS, st.data())
def test_what_comes_twice_makes_no_second_event(week: list[Any], data: st.DataObject) -> None:
    """A report may come any number of times, at any time."""
    reports = told(week)
    again = data.draw(st.lists(st.sampled_from(reports), max_size=5)) if reports else []
    assert events(after([*reports, *again])) == events(after(reports))


@settings(max_examples=150, deadline=None)
@given(WEEKS, st.randoms(use_true_random=False))
def test_every_statement_belongs_to_one_event(week: list[Any], random: Any) -> None:
    """None is lost, none is in two; an event's id stays, or points on."""
    reports = told(week)
    random.shuffle(reports)
    state: State = {}
    ids: set[str] = set()
    for report in reports:
        list(resolve.step(state, report, NOW))
        here = {key.removeprefix("event/") for key in state if key.startswith("event/")}
        gone = {key.removeprefix("into/") for key in state if key.startswith("into/")}
        assert ids <= here | gone
        assert not here & gone
        ids |= here
    names = [name for statements in events(state) for name in statements]
    assert len(names) == len(set(names)) == sum(len(report.mentions) for report in reports)
