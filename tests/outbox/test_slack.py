"""Slack: what it is sent, what its answers mean, what it never shows."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sommet.errors import ConfigError
from sommet.outbox.outbox import Outbox
from sommet.outbox.receiver import Outcome
from sommet.outbox.render import render, render_digest
from sommet.outbox.slack import SlackReceiver, escaped, payload
from sommet.store import Database
from tests.outbox.fakes import NOW, FakeSlack, MemoryLog, MemoryReceiver, an_alert, an_event, slack_server

LINK = re.compile(r"<https?://[^<>|\s]+\|[^<>|]*>")
HOSTILE = (
    "<!channel>",
    "<!here|x>",
    "<@U123>",
    "<#C1>",
    "<https://evil.test|click>",
    "*bold*",
    "`code`",
    "&lt;!channel&gt;",
    "a|b>c",
    "\n> quote",
    "@channel",
)


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """A Slack on loopback."""
    with slack_server() as server:
        yield server


def texts(body: Any) -> Iterator[str]:
    """Give every text that Slack would show."""
    if isinstance(body, dict):
        for name, value in body.items():
            if name == "text" and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(body, list):
        for value in body:
            yield from texts(value)


def a_message(text: str = "", url: str = "https://exemple.test/1") -> dict[str, Any]:
    """Return the JSON for an alert whose every field from outside is `text`."""
    event = an_event(
        evidence=text,
        sentence=f"avant {text} après",
        place=text,
        before=text,
        change="place",
        participants=(text, "Xi Jinping"),
        quantities=(text,),
        origin={"title": text, "outlet": text, "source": text, "url": url, "lang": "ru"},
    )
    return payload(render(an_alert(event=event), "fr"), "k")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_mention_and_no_link_of_the_articles_own(text: str) -> None:
    """Text from an article is shown letter for letter."""
    check(a_message(text))


@given(st.text(max_size=80) | st.lists(st.sampled_from([*HOSTILE, "<", ">", "&", "|", "*"])).map("".join))
def test_no_unescaped_bracket_outside_our_own_links(text: str) -> None:
    """Whatever the text, what remains without our links has no angle bracket that opens."""
    check(a_message(text, "https://exemple.test/" + text))


def check(body: dict[str, Any]) -> None:
    """Fail for markup that is not ours, and for texts longer than Slack takes."""
    for text in texts(body):
        bare = LINK.sub("", text)
        assert "<" not in bare
        assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", bare, re.DOTALL)
        assert "`" not in text
        assert len(text) <= 3000
    for text in LINK.findall(" ".join(texts(body))):
        assert text.startswith("<https://exemple.test/")


def test_what_a_message_holds() -> None:
    """Title, facts, the sentence with its evidence in bold, the link that scrolls to it, and the key."""
    event = an_event(origin={"lang": "ru", "machine_translated": True}, lineages=2, articles=5)
    body = payload(render(an_alert(event=event), "fr"), "0123456789abcdef")
    title = body["text"]
    assert title.startswith("Sommet prévu\u00a0: Vladimir Poutine et Xi Jinping, Moscou, du\u00a020 au")
    header, facts, quote, source, context = body["blocks"]
    assert (header["block_id"], header["text"]["text"]) == ("sommet-0123456789abcdef", title)
    assert "*Recoupement*\u00a0: 2\u00a0sources indépendantes (5\u00a0articles)" in facts["text"]["text"]
    assert "*se rendra à Moscou du 20 au 22 mars*, dit-on." in quote["text"]["text"]
    assert source["text"]["text"].startswith("<https://exemple.test/monde/1#:~:text=Le%20pr%C3%A9sident")
    assert "article en russe" in context["elements"][0]["text"]
    assert all(block["text"]["verbatim"] for block in (facts, quote, source))
    assert (body["unfurl_links"], body["unfurl_media"]) == (False, False)


def test_evidence_in_chinese_is_marked_without_blanks_around() -> None:
    """Bold needs a blank beside it; brackets do not."""
    body = payload(
        render(an_alert(event=an_event(evidence="访问莫斯科", sentence="习近平将访问莫斯科三天。")), "fr"),
        "k",
    )
    assert "习近平将〔访问莫斯科〕三天。" in body["blocks"][2]["text"]["text"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "", "ftp://x.test/", "https://a@b.test/"]
)
def test_no_link_without_a_safe_url(url: str) -> None:
    """The source is named all the same."""
    body = a_message("Le Courrier", url)
    assert "Le Courrier" in body["blocks"][3]["text"]["text"]
    assert "<" not in json.dumps(body)


def test_a_long_text_is_cut_between_characters() -> None:
    """No escape is cut in two, and the limit holds."""
    assert escaped("<" * 100, 150) == "&lt;" * 37 + "…"
    assert escaped("abc", 10) == "abc"


def test_a_digest_lists_every_alert() -> None:
    """A hundred alerts with long hostile fields fit into what Slack takes."""
    event = an_event(
        participants=("<!channel>" * 8,) * 9, origin={"url": "https://exemple.test/" + "a&" * 190}
    )
    body = payload(render_digest([an_alert(number, event=event) for number in range(100)], "en"), "k")
    assert len(body["blocks"]) <= 50
    assert sum(text.count("• ") for text in texts(body)) == 100
    assert body["text"] == "100\u00a0alerts held back"
    check(body)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (200, Outcome("sent")),
        (429, Outcome("retry", "Slack answered 429", timedelta(seconds=30))),
        (500, Outcome("retry", "Slack answered 500")),
        (503, Outcome("retry", "Slack answered 503")),
        (302, Outcome("retry", "Slack answered 302")),
        (400, Outcome("failed", "Slack answered 400")),
        (413, Outcome("failed", "Slack answered 413")),
        (401, Outcome("held", "Slack answered 401: the webhook's address is wrong or switched off")),
        (403, Outcome("held", "Slack answered 403: the webhook's address is wrong or switched off")),
        (404, Outcome("held", "Slack answered 404: the webhook's address is wrong or switched off")),
        (410, Outcome("held", "Slack answered 410: the webhook's address is wrong or switched off")),
        ("cut", Outcome("retry", "Slack did not answer (RemoteProtocolError)", uncertain=True)),
    ],
)
def test_what_an_answer_means(slack: FakeSlack, answer: int | str, expected: Outcome) -> None:
    """A bad message is final, a bad address is held; a lost reply is open; redirects are not followed."""
    slack.answers = [answer]
    assert SlackReceiver(slack.url).send(render(an_alert(), "fr"), "k") == expected
    assert slack.requests == 1


def test_a_slack_that_hangs(slack: FakeSlack) -> None:
    """The attempt ends by itself, and may have arrived."""
    slack.answers = ["hang"]

    class Impatient(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            request.extensions["timeout"]["read"] = 0.1
            return super().handle_request(request)

    with Impatient() as transport:
        outcome = SlackReceiver(slack.url, transport=transport).send(render(an_alert(), "fr"), "k")
    assert (outcome.result, outcome.uncertain) == ("retry", True)


def test_a_slack_that_is_not_there() -> None:
    """Nothing arrived for sure."""
    outcome = SlackReceiver("http://127.0.0.1:9/services/canary-of-slack").send(render(an_alert(), "fr"), "k")
    assert (outcome.result, outcome.uncertain) == ("retry", False)


@pytest.mark.parametrize("value", ["", "soon", "-5", "1e9", "99999999", "Fri, 17 Mar 2023 10:00:00 GMT"])
def test_an_odd_retry_after_is_ignored(slack: FakeSlack, value: str) -> None:
    """The own backoff holds then."""
    slack.answers, slack.retry_after = [429], value
    assert SlackReceiver(slack.url).send(render(an_alert(), "fr"), "k").after is None


def test_the_webhook_url_is_a_secret(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    """It stands in no log line at any level, in no detail, in no repr."""
    receiver = SlackReceiver(slack.url)
    said = [repr(receiver)]
    with caplog.at_level(logging.DEBUG):
        for answer in (200, 404, 500, "cut"):
            slack.answers = [answer]
            said.append(repr(receiver.send(render(an_alert(), "fr"), "k")))
    said += [record.getMessage() for record in caplog.records]
    assert "canary" not in " ".join(said)


def test_a_url_that_is_none_is_refused_without_repeating_it() -> None:
    """It may be a secret with a slip of the pen."""
    with pytest.raises(ConfigError) as caught:
        SlackReceiver("hooks.slack.test/services/canary-of-slack")
    assert "canary" not in str(caught.value)


def test_down_for_an_hour_then_back(slack: FakeSlack, store_url: str) -> None:
    """Every kind of trouble for an hour: few requests, no delay elsewhere, nothing lost or doubled."""
    database = Database(store_url)
    log, desk = MemoryLog(), MemoryReceiver()
    outbox = Outbox(
        database, {"chat": SlackReceiver(slack.url), "desk": desk}, log=log, now=lambda: NOW, language="fr"
    )
    slack.answers = [500, 429, 503, 500, 429, 500, 500, 500, 429, 500, 500, 500]
    for minute in range(60):
        if minute % 6 == 0:
            log.append([an_alert(minute + 1, ("chat", "desk"))])
        outbox.follow(log)
        outbox.send_due(NOW + timedelta(minutes=minute))
        assert len(desk.sent) == minute // 6 + 1
    down = slack.requests
    for second in range(1200):
        outbox.send_due(NOW + timedelta(hours=1, seconds=second))
        if not outbox.pending():
            break
    database.close()
    assert down <= 60
    assert slack.keys == [*dict.fromkeys(slack.keys)]
    assert len(slack.keys) == 10


def test_accepted_but_the_reply_is_lost(slack: FakeSlack, store_url: str) -> None:
    """The same message comes again under the same key, so that it can be told apart from a new one."""
    database = Database(store_url)
    log = MemoryLog()
    outbox = Outbox(database, {"chat": SlackReceiver(slack.url)}, log=log, now=lambda: NOW)
    slack.answers = ["cut"]
    log.append([an_alert(1, ("chat",))])
    outbox.follow(log)
    outbox.send_due(NOW)
    log.append([an_alert(number, ("chat",)) for number in range(2, 40)])
    outbox.follow(log)
    outbox.send_due(NOW + timedelta(minutes=1))
    database.close()
    assert len(slack.keys) == 2
    assert slack.accepted[0] == slack.accepted[1]
