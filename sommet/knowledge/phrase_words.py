"""What the struct of the phrases is made of."""

import msgspec


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every key must be there, and no other."""


class Plural(Words, frozen=True):
    """A noun with its number, by the plural forms of CLDR."""

    one: str
    other: str


class ReplayWords(Words, frozen=True):
    """What `sommet replay` says at its end."""

    articles: Plural
    mentions: Plural
    events: Plural
    alerts: Plural
    rejected: Plural
    took: str
    by_rule: str
    by_stage: str
    fresh: str
    stands: str


class DemoWords(Words, frozen=True):
    """What `sommet demo` says between the alerts and at its end."""

    again: str
    result: str
    articles: Plural
    events: Plural
    alerts: Plural
    told: str
    most: str
    silent: str
    both: str
    none: str
    recalled: str


class FactWords(Words, frozen=True):
    """The facts in which an event may differ between two runs."""

    type: str
    status: str
    format: str
    dates: str
    place: str
    participants: str
    quantities: str
    lineages: str


class CompareWords(Words, frozen=True):
    """The words of `sommet diff`; `{run}` is A or B, `{event}` the event of the other run."""

    events: Plural
    alerts: Plural
    knowledge: str
    equal: str
    events_only: str
    events_changed: str
    alerts_only: str
    sum_events: str
    sum_alerts: str
    facts: FactWords
    unknown: str
    elsewhere: str
    nowhere: str
    unread: str


class Tenses(Words, frozen=True):
    """The tenses that a frame may have."""

    past: str
    pluperfect: str
    present: str
    future: str
    conditional: str
    infinitive: str


class ChronicleWords(Words, frozen=True):
    """The words of `sommet event`; those of a turn hold its values in braces."""

    life: str
    facts: str
    reports: str
    copies: dict[str, str]
    precedents: str
    merged: str
    unreported: str
    steps: dict[str, str]
    attributes: dict[str, str]
    no_precedent: str
    this_year: str
    in_all: str
    last: str
    largest: str


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
