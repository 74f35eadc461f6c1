"""Quotations are found and their marks repaired, whatever the text does to them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sommet.language.quotes import LONGEST, find_quotes

CASES = [
    ("Il a dit « oui » hier.", ["« oui »"]),
    ("Il parle de » démocratie « et de » droits « .", ["» démocratie «", "» droits «"]),
    ("Il a dit qu' »il comprend » la crainte.", ["»il comprend »"]),
    ('Pékin"protège"ses intérêts.', ['"protège"']),
    ("Elle a dit “yes” and left.", ["“yes”"]),
    ('He said "yes" and "no".', ['"yes"', '"no"']),
    ("Он назвал это «успехом».", ["«успехом»"]),
    ("Он сказал: „да“, и ушел.", ["„да“"]),
    ("他说：“合作很好。”记者离开了。", ["“合作很好。”"]),
    ("他說：「合作很好。」", ["「合作很好。」"]),
    ("他在《日报》上写道。", []),
    ("Une citation « sans fin", []),
    ("la fin d'une citation », a-t-il dit. « Une autre » suit.", ["« Une autre »"]),
    ("« Il a crié « au feu » hier », dit-elle.", ["« Il a crié « au feu » hier »"]),
    ("« Il a crié “au feu” hier », dit-elle.", ["« Il a crié “au feu” hier »"]),
    ("« un\ndeux »", []),
    ('Un écran de 12" et un mot "clé".', ['"clé"']),
    ('"Un" et "deux', ['"Un"']),
    ("", []),
    ('»»««""”“', []),
    ("Le ” partenariat ” est solide.", ["” partenariat ”"]),
    ("«Дружба» и «мир» важны.", ["«Дружба»", "«мир»"]),
    ("Le projet (« gazoduc ») avance.", ["« gazoduc »"]),
    ("« Ouvert deux fois « et fermé » ici.", ["« et fermé »"]),
    ("『甲』和『乙』", ["『甲』", "『乙』"]),
    ("« " + "a" * LONGEST + " »", []),
    ("Xi a salué une amitié » sans limites » hier", ["» sans limites »"]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_quotations(text: str, expected: list[str]) -> None:
    """Each text has exactly these quotations, marks included."""
    assert [text[q.start : q.end] for q in find_quotes(text)] == expected


@given(st.text(alphabet="«»“”„\"「」『』 a.,'\n", max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    """Quotations lie in order, inside the text, inside one paragraph, whatever the marks."""
    spans = find_quotes(text)
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert all("\n" not in text[s.start : s.end] for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
