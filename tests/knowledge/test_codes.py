"""Codes of other systems."""

from typing import get_args

import pytest

from schemas.events import EventType, Format, Status
from sommet.knowledge.codes import codes

# Scores and values as the sources print them, each with the one correction that codes.yaml names.
PLOVER = {"CONSULT", "AGREE", "SUPPORT", "COOPERATE", "ACCUSE", "REJECT", "THREATEN", "SANCTION", "AID", ""}


@pytest.mark.parametrize("kind", get_args(EventType))
@pytest.mark.parametrize("status", get_args(Status))
@pytest.mark.parametrize("form", get_args(Format))
def test_every_event_has_a_code_or_a_reason_for_none(kind: str, status: str, form: str) -> None:
    """Each type has codes in each status and format; only a denial has none."""
    found = codes(kind, status, form)
    assert found.plover in PLOVER
    assert bool(found.plover) == bool(found.cameo) == (status != "denied")
    assert found.contexts
    for value in (found.score, found.goldstein):
        assert value is None or -10 <= value <= 10


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (("summit", "occurred", "in_person"), ("CONSULT", "visit", 4.0, "042", 1.9)),
        (("summit", "occurred", "phone"), ("CONSULT", "phone", 1.5, "041", 1.0)),
        (("summit", "planned", "in_person"), ("AGREE", "", 2.5, "036", 4.0)),
        (("summit", "cancelled", "in_person"), ("REJECT", "meet", -2.0, "125", -5.0)),
        (("military", "occurred", ""), ("COOPERATE", "", 9.5, "062", 7.4)),
        (("agreement", "occurred", ""), ("SUPPORT", "", 5.0, "057", 8.0)),
        (("third_party", "alleged", ""), ("ACCUSE", "allege", -3.5, "112", -2.0)),
    ],
)
def test_codes_follow_the_manuals(event: tuple[str, str, str], expected: tuple[object, ...]) -> None:
    """A few codes that the manuals state in so many words."""
    found = codes(*event)
    assert (found.plover, found.mode, found.score, found.cameo, found.goldstein) == expected


def test_talks_in_a_third_country_have_a_code_of_their_own() -> None:
    """A summit in Samarkand is a meeting at a third place."""
    assert codes("summit", "occurred", "in_person", elsewhere=True).cameo == "044"
