"""Markup becomes plain text, and every stretch of the plain text is found again in the source."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sommet.language import markup

PLAIN = [
    ("<p>Un.</p><p>Deux.</p>", "\nUn.\n\nDeux.\n"),
    ("Un<br>deux<br/>trois", "Un\ndeux\ntrois"),
    ("La <b>Chine</b> et la <a href='https://example.org/?a=1&b=2'>Russie</a>", "La Chine et la Russie"),
    ("Gazprom &amp; CNPC", "Gazprom & CNPC"),
    ("l&rsquo;axe &laquo;&nbsp;sans limites&nbsp;&raquo;", "l’axe «\u00a0sans limites\u00a0»"),
    ("P&#233;kin, P&#xE9;kin", "Pékin, Pékin"),
    ("R&D et AT&T", "R&D et AT&T"),
    ("&lt;script&gt;", "<script>"),
    ("3 < 4 et 5 > 4", "3 < 4 et 5 > 4"),
    ("un <script>alert('<p>non</p>')</script>deux", "un deux"),
    ("un <STYLE type='text/css'>p { color: red }</STYLE >deux", "un deux"),
    ("un<!-- jamais vu -->deux", "undeux"),
    ("Xi<!-- > --> part", "Xi part"),
    ("Xi\u200bJin\u00adping", "XiJinping"),
    ("Pou\u202etine\u202c et \u2066Xi\u2069", "Poutine et Xi"),
    ("\ufeffTitre\x00\x07", "Titre"),
    ("un\r\ndeux", "un\n\ndeux"),
    ("<ul><li>Un<li>Deux</ul>", "\n\nUn\nDeux\n"),
    ("", ""),
]


@pytest.mark.parametrize(("source", "text"), PLAIN)
def test_plain_text(source: str, text: str) -> None:
    """Tags and comments go, block tags break the line, references are read, what is invisible goes."""
    assert markup.plain(source, markup=True) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("3 < 4 &amp; <b>", "3 < 4 &amp; <b>"),
        ("Xi\u200b Jinping\ufeff", "Xi Jinping"),
        ("un\rdeux", "un\ndeux"),
        ("a\ud800b", "ab"),
    ],
)
def test_plain_text_without_markup(source: str, text: str) -> None:
    """What is no markup stays as it is written; invisible characters go all the same."""
    assert markup.plain(source, markup=False) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>Bonjour</p>", True),
        ("Bonjour<br/>Xi", True),
        ("l&rsquo;axe", True),
        ("l&#8217;axe", True),
        ("<a href='x'>Xi</a>", True),
        ("Xi & Poutine", False),
        ("3 < 4 > 2", False),
        ("<Poutine>", False),
        ("AT&T;", False),
        ("", False),
    ],
)
def test_markup_in_what_claims_to_be_plain(text: str, expected: bool) -> None:
    """Tags and character references are markup; a lone sign is not."""
    assert markup.has_markup(text) is expected


@pytest.mark.parametrize(
    ("stretch", "source", "written"),
    [
        ("Xi Jinping", "Bonjour Xi Jinping.", "Xi Jinping"),
        ("Xi Jinping", "Bonjour <b>Xi</b> Jinping.", "Xi</b> Jinping"),
        ("l’axe", "de l&rsquo;axe", "l&rsquo;axe"),
        ("Pékin", "a\u0301 Pe\u0301kin", "Pékin"),
        ("Moscou", "Bonjour <b>Xi</b>", ""),
    ],
)
def test_what_was_read_is_found_as_it_was_written(stretch: str, source: str, written: str) -> None:
    """A stretch of the text leads back to its source, markup and all; what is not there leads nowhere."""
    assert markup.as_written(stretch, source) == written


TAGS = ["<p>", "</p>", "<b", "<", ">", "<!--", "-->", "<script>", "</script>"]
REFERENCES = ["&", "&amp;", "&#233;", "&#x0;", "&#99999999;", "&#xD800;", "&fjlig;"]
CHARACTERS = ["é", "x", " ", "\n", "\r", "\u200b", "\u202e", "\x00", "中", "\ud800"]
HOSTILE = st.lists(st.sampled_from([*TAGS, *REFERENCES, *CHARACTERS]), max_size=40).map("".join)


@given(HOSTILE, st.booleans())
@example("&fjlig;", True)  # noqa: FBT003 - one reference, two characters
def test_every_stretch_leads_back_to_what_reads_the_same(source: str, is_markup: bool) -> None:
    """Each character has its place in the source, in order, and that place alone reads as the character."""
    found = markup.aligned(source, markup=is_markup)
    assert len(found.text) == len(found.starts) == len(found.ends)
    assert list(found.starts) == sorted(found.starts)
    assert all(0 <= a < b <= len(source) for a, b in zip(found.starts, found.ends, strict=True))
    for at, char in enumerate(found.text):
        written = found.original(at, at + 1)
        assert char in ("\n" if written == "\r" else markup.plain(written, markup=is_markup))
    assert found.original(0, 0) == ""


@given(HOSTILE)
def test_nothing_invisible_is_left(source: str) -> None:
    """No control, invisible, direction-changing or half character reaches the text."""
    text = markup.plain(source, markup=True)
    assert not set(text) & set("\x00\r\u200b\u202e\ufeff\ud800")
    text.encode("utf-8")


@given(st.text(max_size=200))
def test_folding_keeps_every_offset(text: str) -> None:
    """Folded, a text is as long as before, and folding it again changes nothing."""
    folded = markup.folded(text)
    assert len(folded) == len(text)
    assert markup.folded(folded) == folded
    assert not set(folded) & set("’‘ʼ`´‐‑–—\u00a0\u202f\u2009\t")


@pytest.mark.parametrize(
    "source",
    [
        "<" * 50_000,
        "&" * 50_000,
        "<!--" * 20_000,
        "<p " * 20_000,
        "<script>" * 2_000,
        "<svg" * 5_000,
        "&#" * 30_000,
        "<a " + "x" * 100_000,
        "</" * 30_000,
    ],
    ids=lambda source: source[:8],
)
def test_unfinished_markup_is_text(source: str) -> None:
    """Openings that never close swallow nothing, whatever their number."""
    assert len(markup.plain(source, markup=True)) in {len(source), 0}


@given(HOSTILE | st.text(alphabet="ab<>/p&;#x\r\n\t\u200b\u202e\x07é中", max_size=60), st.booleans())
def test_the_text_is_the_same_with_and_without_the_way_back(source: str, is_markup: bool) -> None:
    """Whoever needs no way back gets the same text sooner."""
    assert markup.plain(source, markup=is_markup) == markup.aligned(source, markup=is_markup).text
