"""Articles that name both sides are analysed; all others end here.

The gate costs some tens of microseconds and sees every article; the analysis behind it, with a model
that loads when its language first passes, sees the few per cent that name both states.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from schemas.articles import AnnotatedArticle, Article
from schemas.topics import ANNOTATED, ARTICLES
from sommet.language.analysers import analyser, gazetteer
from sommet.language.detect import ANALYSED
from sommet.stage import Stage, State


def stage(dyad: str) -> Stage[Article]:
    """Return the stage that analyses, for one pair of states (`RUS-CHN`)."""
    return Stage("extract", ARTICLES, (ANNOTATED,), Step(dyad), stateless=True)


@dataclass(frozen=True, slots=True)
class Step:
    """Gates and analyses one article; holds no more than the name of the pair, so that it travels."""

    dyad: str

    def __call__(self, state: State, article: Article, now: datetime) -> Iterable[AnnotatedArticle]:
        """Return the annotated article, or nothing where it does not name both sides."""
        if article.lang not in ANALYSED or not passes(article.content, self.dyad):
            return ()
        return (analyser(article.lang, self.dyad).annotate(article),)


def passes(content: str, dyad: str) -> bool:
    """Tell whether a text names both sides."""
    return set(dyad.split("-")) <= gazetteer().gate(content)
