"""What a decision says of itself, to whoever asks; in the pipeline nobody does.

A function that decides takes `tell` and calls it where it decides, with a reason. Without a listener that
is a call of an empty function. Nothing is ever decided by what was told.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Reason = Literal[
    "language_script", "language_short", "language_detected", "language_unsure",
    "refused_arguments", "refused_negated", "refused_topic", "refused_third_party", "refused_forum",
    "refused_list", "refused_counted", "refused_unreal", "refused_agenda",
    "refused_memorial", "refused_weaker", "refused_accused",
    "weight_both", "weight_one_word", "weight_adjective", "weight_list", "weight_third_person",
    "weight_unreal", "weight_nobody", "weight_guess",
    "status_cue", "status_future", "status_setting", "status_ahead", "status_over", "status_declared",
    "recalled_tense", "recalled_cue", "format_cue",
    "time_ahead", "time_behind", "taken_up",
    "asked_not", "guess_taken", "guess_abstained", "guess_third_party",
    "guess_beside", "guess_unsure", "guess_told",
    "type_concept", "type_topic", "type_leaders", "type_leader_abroad", "type_summit_word", "type_list",
    "type_forum", "type_officials", "type_visit_leader", "type_visit_official",
    "dropped_forum_summit", "dropped_no_forum", "dropped_war", "dropped_caption", "dropped_at_summit",
    "dropped_veto", "dropped_weak", "dropped_many",
    "salience_old", "salience_caption", "salience_recalled", "salience_fresh", "salience_news",
    "date_text", "date_report", "date_none", "date_talks",
    "place_stance", "place_before", "place_only_city", "place_talks", "leader_of_state", "joined",
]  # fmt: skip
"""Every reason there is; `refused` ends a trigger, `dropped` a frame. The phrases word each of them."""


class Tell(Protocol):
    """Hears a reason: of `frames` (indexes), or of what `rule` read at a place of a sentence.

    `sentence` is the offset of the sentence in the content, `at` that of the trigger in the sentence;
    `other` are the frames that the decision looked at; `values` fill the words of the reason.
    """

    def __call__(
        self,
        reason: Reason,
        *,
        frames: tuple[int, ...] = (),
        other: tuple[int, ...] = (),
        sentence: int = -1,
        at: int = -1,
        rule: str = "",
        **values: str,
    ) -> None:
        """Take in one reason."""


def unheard(reason: Reason, **told: Any) -> None:
    """Take in nothing."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One reason that was told, and of what."""

    reason: Reason
    frames: tuple[int, ...] = ()
    other: tuple[int, ...] = ()
    sentence: int = -1
    at: int = -1
    rule: str = ""
    values: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Trace:
    """Hears everything."""

    decisions: list[Decision] = field(default_factory=list)

    def __call__(
        self,
        reason: Reason,
        *,
        frames: tuple[int, ...] = (),
        other: tuple[int, ...] = (),
        sentence: int = -1,
        at: int = -1,
        rule: str = "",
        **values: str,
    ) -> None:
        """Remember one reason."""
        self.decisions.append(Decision(reason, frames, other, sentence, at, rule, values))
