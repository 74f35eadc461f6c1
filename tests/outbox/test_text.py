"""Hostile text, URLs and text fragments."""

import unicodedata
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sommet.outbox.text import clean, safe_url, shorten, with_text_fragment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Xi\x1b[31m rouge\x1b[0m", "Xi rouge"),
        ("\x1b]0;titre\x07suite", "suite"),
        ("\x1b]8;;https://evil.test\x1b\\lien\x1b]8;;\x1b\\", "lien"),
        ("\x9b31mrouge", "rouge"),
        ("a\x1bcb", "ab"),
        ("a\r\nBcc: x\0", "a Bcc: x"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("\u202eesrever\u202c", "esrever"),
        ("Pou\u200btine\ufeff", "Poutine"),
        ("e\u0301", "é"),
        ("\ud800", "\ufffd"),
        ("«\u00a0mot\u00a0»", "«\u00a0mot\u00a0»"),
        ("  a \t b ", "a b"),
        ("a\r\x1f\rb", "a b"),
        ("习近平", "习近平"),
    ],
)
def test_clean(text: str, expected: str) -> None:
    """One line, no escapes, nothing invisible, no-break spaces kept."""
    assert clean(text) == expected


@given(st.text(st.characters(), max_size=200), st.integers(1, 50))
def test_clean_text_is_harmless(text: str, limit: int) -> None:
    """No control character, no override, no surrogate, no line break; as long as allowed; twice is once."""
    found = clean(text, limit)
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in found)
    assert not any(char in found for char in "\u202a\u202e\u2066\u200b\u200f")
    assert len(found) <= limit
    assert clean(clean(text)) == clean(text)
    found.encode()


def test_shorten() -> None:
    """The ellipsis counts."""
    assert shorten("abcdef", 4) == "abc…"
    assert shorten("abcd", 4) == "abcd"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://exemple.test/a?b=1&c=2#d", "https://exemple.test/a?b=1&c=2#d"),
        ("HTTP://Exemple.TEST/A", "http://exemple.test/A"),
        ("https://exemple.test", "https://exemple.test"),
        ("https://exemple.test:8443/", "https://exemple.test:8443/"),
        ("https://exemple.test/é", "https://exemple.test/%C3%A9"),
        ("https://exemple.test/%C3%A9", "https://exemple.test/%C3%A9"),
        ("https://пример.рф/", "https://xn--e1afmkfd.xn--p1ai/"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]/"),
        ("https://exemple.test/<|>\"'", "https://exemple.test/%3C%7C%3E%22%27"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("//exemple.test/", ""),
        ("https://", ""),
        ("https:///chemin", ""),
        ("https://user@exemple.test/", ""),
        ("https://exemple.test@evil.test/", ""),
        ("https://exemple.test\\@evil.test/", ""),
        ("https://exemple.test/\r\nX", ""),
        ("https://exemple.test/ a", ""),
        ("https://exemple.test/\u202e", ""),
        ("https://exemple.test:99999/", ""),
        ("https://[::1/", ""),
        ("https://exe<mple.test/", ""),
        ("https://exemple.test/" + "a" * 2000, ""),
        ("", ""),
    ],
)
def test_safe_url(url: str, expected: str) -> None:
    """Only http and https, only with a plain host; what means something in markup is encoded."""
    assert safe_url(url) == expected


@given(st.text(st.characters(), max_size=60) | st.text(max_size=60).map("https://exemple.test/".__add__))
def test_a_safe_url_stays_safe(url: str) -> None:
    """It is ASCII without markup, and safe again."""
    found = safe_url(url)
    assert found.isascii()
    assert not set(found) & set("<>|\"'` \\")
    assert safe_url(found) == found


@pytest.mark.parametrize(
    ("sentence", "directive"),
    [
        ("Un mot.", "Un%20mot"),
        ("peut-être, a & b", "peut%2D%C3%AAtre%2C%20a%20%26%20b"),
        ("« Cité »", "Cit%C3%A9"),
        (
            "Un deux trois quatre cinq six sept huit neuf dix onze douze treize.",
            "Un%20deux%20trois%20quatre%20cinq,neuf%20dix%20onze%20douze%20treize",
        ),
        ("访问莫斯科", "%E8%AE%BF%E9%97%AE%E8%8E%AB%E6%96%AF%E7%A7%91"),
    ],
)
def test_text_fragment(sentence: str, directive: str) -> None:
    """A short sentence whole, a long one by its ends; what has a meaning there is encoded."""
    assert (
        with_text_fragment("https://exemple.test/", sentence) == f"https://exemple.test/#:~:text={directive}"
    )


def test_a_long_chinese_sentence_is_given_by_its_clauses() -> None:
    """There are no blanks to cut at, and a browser matches whole words only."""
    url = with_text_fragment(
        "https://exemple.test/", "俄罗斯总统普京星期五表示，中国国家主席将访问莫斯科，双方将签署文件。"
    )
    assert unquote(url).endswith(":~:text=俄罗斯总统普京星期五表示,双方将签署文件")


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://exemple.test/a#haut", "https://exemple.test/a#haut:~:text=mot"),
        ("https://exemple.test/a#:~:text=ancien", "https://exemple.test/a#:~:text=mot"),
        ("", ""),
    ],
)
def test_an_anchor_stays_and_an_older_fragment_goes(url: str, start: str) -> None:
    """A URL has one fragment directive."""
    assert with_text_fragment(url, "mot") == start


@given(st.text(max_size=300))
def test_a_text_fragment_is_one_directive(sentence: str) -> None:
    """Between its ends stands at most one comma, and no sign that would begin another directive."""
    fragment = urlsplit(with_text_fragment("https://exemple.test/a", clean(sentence))).fragment
    assert fragment.count(",") <= 1
    assert "&" not in fragment
    assert "-" not in fragment
    assert fragment.isascii()
