"""What the struct of the phrases is made of."""

import msgspec


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every key must be there, and no other."""


class Tenses(Words, frozen=True):
    """The tenses that a frame may have."""

    past: str
    pluperfect: str
    present: str
    future: str
    conditional: str
    infinitive: str


class ExplainLabels(Words, frozen=True):
    """The headings and labels of `sommet explain`."""

    title: str
    cleaned: str
    language: str
    published: str
    agency: str
    source: str
    left_out: str
    machine_translated: str
    stated: str
    undated: str
    gate: str
    passes: str
    stopped: str
    not_analysed: str
    unnamed: str
    text: str
    sentences: str
    sentence: str
    frame: str
    frames: str
    event: str
    events: str
    evidence: str
    quotation: str
    quotations: str
    said_by: str
    cue: str
    nobody: str
    why: str
    who: str
    when: str
    where: str
    how: str
    figures: str
    rule: str
    pattern: str
    trigger: str
    guessed: str
    taken_up: str
    weight: str
    tense: str
    topic: str
    status: str
    confidence: str
    leaders: str
    persons: str
    recalled: str
    listed: str
    moved: str
    not_read: str
    classifier: str
    nothing: str
    not_events: str
    unresolved: str
    no_event: str
    third: str
    place: str
    time: str
    amount: str
    legend: str
