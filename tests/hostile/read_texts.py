"""Takes hostile texts of one language from raw article to event mentions; names each before it begins."""

import sys
from datetime import UTC, datetime

import msgspec

from consumers import classify, clean, extract
from schemas.articles import AnnotatedArticle, RawArticle
from schemas.events import EventMentions
from sommet.knowledge import actors
from tests.hostile.dense import DENSE
from tests.hostile.texts import HONEST, MARKED_UP, PLAIN

SHORT = 8_000
"""Characters of a dense text that suffice to see whether it is read soundly."""
NOW = datetime(2026, 3, 12, tzinfo=UTC)


def read(lang: str, text: str, *, html: bool) -> tuple[AnnotatedArticle, EventMentions] | None:
    """Return what the stages make of a text; None where it does not name both sides."""
    raw = RawArticle(
        article="a", url="https://x.example/a", source="s", text=text, html=html, published="2026-03-12",
        lang=lang, received=NOW,
    )  # fmt: skip
    (article,) = clean.step({}, raw, NOW)
    for annotated in extract.Step("RUS-CHN")({}, article, NOW):
        (found,) = classify.stage(actors.load(), "RUS-CHN").step({}, annotated, NOW)
        assert isinstance(found, EventMentions)
        return annotated, found
    return None


def sound(article: AnnotatedArticle, found: EventMentions) -> None:
    """Every offset lies in the text, all evidence is a stretch of it, and all of it can be written."""
    length = len(article.content)
    for span in (*article.mentions, *article.sentences, *article.times, *article.quantities, *article.frames):
        assert 0 <= span.start <= span.end <= length
    assert all(mention.evidence in article.content for mention in found.mentions)
    msgspec.json.encode((article, found))


def main(lang: str) -> None:
    """Read all texts of a language."""
    read(lang, HONEST[lang], html=False)
    for table, html, length in ((PLAIN, False, 0), (MARKED_UP, True, 0), (DENSE, False, SHORT)):
        for name, text in table.items():
            sys.stdout.write(f"{lang}, {name}\n")
            sys.stdout.flush()
            if read_so_far := read(lang, text(lang)[: length or None], html=html):
                sound(*read_so_far)


if __name__ == "__main__":
    main(sys.argv[1])
