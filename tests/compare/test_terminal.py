"""What a person sees of a comparison."""

from sommet.compare.differences import differences
from sommet.compare.run import Run
from sommet.compare.terminal import shown
from sommet.knowledge.phrases import phrases
from tests.compare.made import alert, event, reports, run

TOLD = (
    ("a", "Ils se verront."),
    ("b", "Ils se verront."),
    ("c", "La rencontre aura lieu."),
    ("g", "Ils en parlent."),
)


def lines(a: Run, b: Run, language: str = "en") -> list[str]:
    """Return the lines that are printed, with plain blanks."""
    return [
        line.plain.replace("\u00a0", " ").replace("\u202f", " ")
        for line in shown(differences(a, b), (a, b), phrases(language))
    ]


def test_equal_runs_are_three_lines() -> None:
    """Each run with its numbers and versions, and that nothing differs."""
    told = reports("e1", TOLD)
    head = "1 event, 1 alert  sommet 1, knowledge 2"
    a, b = run(told, alerts=[alert(told[0])]), run(told, alerts=[alert(told[0])], name="again")
    assert lines(a, b) == [
        f"A  var  4 articles, {head}",
        f"B  again  4 articles, {head}",
        (
            "The runs are equal: the same events with the same facts, made of the same articles, "
            "and the same alerts."
        ),
    ]


def test_everything_that_differs_in_english() -> None:
    """Events with evidence and link, changed facts, articles that moved, alerts, and how many of each."""
    gone = event("e2222222222", ("d", "Un contrat."), type="energy", status="occurred", place="")
    a = run(reports("e1111111111", TOLD), [gone], alerts=[alert(gone, rule="deals")])
    held = {"status": "occurred", "format": "in_person", "start": "", "end": ""}
    b = run(reports("e1111111111", TOLD[:2], **held), reports("f3333333333", TOLD[2:3]), read=["d", "g"])
    assert lines(a, b)[2:] == [
        "\nEvents only in A (1)",
        "- e2222222  energy, carried out · 15 October 2026 · Vladimir Putin, Xi Jinping",
        "    “Un contrat.”",
        "    Le Courrier · https://news.example.org/d",
        "\nEvents only in B (1)",
        "+ f3333333  summit, planned · 15 October 2026 · Beijing · Vladimir Putin, Xi Jinping",
        "    “La rencontre aura lieu.”",
        "    Le Courrier · https://news.example.org/c",
        "    + 1 article · in A part of e1111111",
        "\nChanged events (1)",
        "~ e1111111  summit, planned · 15 October 2026 · Beijing · Vladimir Putin, Xi Jinping",
        "    status  planned → held",
        "    how     not known → in person",
        "    when    15 October 2026 → date not given",
        "    - Le Courrier · fr · “News c” · in B part of f3333333",
        "      https://news.example.org/c",
        "    - Le Courrier · fr · “News g” · in B part of no event",
        "      https://news.example.org/g",
        "\nAlerts only in A (1)",
        "- deals  first report  e2222222  energy, carried out · 15 October 2026 · Vladimir Putin, Xi Jinping",
        "    “Un contrat.”",
        "    Le Courrier · https://news.example.org/d",
        "",
        "Events: only in A 1, only in B 1, changed 1",
        "Alerts: only in A 1, only in B 0",
    ]


def test_the_same_in_french() -> None:
    """Names, dates, statuses and marks are French."""
    a = run(reports("e1", TOLD), alerts=[alert(event("e1", TOLD[0]))])
    b = run(reports("f1", TOLD[:2], place="Moscow", end="2026-10-17"))
    assert lines(a, b, "fr")[3:] == [
        "~ e1 → f1  sommet, prévu · 15 octobre 2026 · Pékin · Vladimir Poutine, Xi Jinping",
        "    quand  15 octobre 2026 → du 15 au 17 octobre 2026",
        "    où     Pékin → Moscou",
        "    - hors de B : 2 articles",
        "\nAlertes seulement dans A (1)",
        (
            "- summits  première annonce  e1  sommet, prévu · 15 octobre 2026 · Pékin · "
            "Vladimir Poutine, Xi Jinping"
        ),
        "    « Ils se verront. »",
        "    Le Courrier · https://news.example.org/a",
        "",
        "Événements : seulement dans A 0, seulement dans B 0, modifiés 1",
        "Alertes : seulement dans A 1, seulement dans B 0",
    ]


def test_nothing_hostile_reaches_the_terminal() -> None:
    """Whatever an article says, it is printed as plain text on one line."""
    bad = "x\x1b[31m\n\u202ey"
    a = run([event("e1", ("a", bad), place=bad, participants=(bad,), quantities=(bad,))])
    b = run([event("e1", ("a", bad), status="occurred")], name=bad)
    for line in lines(a, b):
        assert not any(mark in line.strip("\n") for mark in "\x1b\n\u202e")
