"""What the lines of an article are: news, captions, credits, forms, links elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.articles import Block
from sommet.language import blocks

NEWS = "Vladimir Poutine et Xi Jinping se sont entretenus pendant plus d'une heure mercredi."

LINES = [
    ("form", "LEAVE A REPLY"),
    ("form", "Laisser un commentaire"),
    ("form", "Votre adresse e-mail ne sera pas publiée."),
    ("form", "Inscrivez-vous à notre lettre du matin"),
    ("form", "S’inscrire"),
    ("form", "Subscribe to our newsletter"),
    ("form", "Подпишитесь на наш канал"),
    ("form", "登录"),
    ("notice", "Nous utilisons des cookies pour mesurer l'audience."),
    ("notice", "Ce site utilise des traceurs"),
    ("notice", "Article réservé aux abonnés"),
    ("notice", "Publicité"),
    ("notice", "Ce portail appartient à un groupe. Cliquez sur « J’accepte » pour continuer."),
    ("notice", "All rights reserved."),
    ("notice", "Reporting by Jane Doe and John Roe"),
    ("notice", "责任编辑：某某"),
    ("notice", "Share this article"),
    ("notice", "Lire la suite"),
    ("notice", "Suivez-nous sur les réseaux"),
    ("related", "READ  La Lituanie rappelle son ambassadrice"),
    ("related", "À lire aussi : le gaz russe en cinq questions"),
    ("related", "Voir aussi"),
    ("related", "Read more: what the summit means"),
    ("related", "Related articles"),
    ("related", "Читайте также"),
    ("related", "相关新闻"),
    ("credit", "AFP / Pool"),
    ("credit", "(Photo : agence)"),
    ("credit", "Sputnik/Kremlin via REUTERS"),
    ("credit", "© Getty Images"),
    ("credit", "Archives, service de presse / AFP"),
    ("body", NEWS),
    ("body", "Les deux pays ont signé vingt accords."),
    ("body", "Le site du Kremlin a été attaqué."),
    ("body", "Publicité mensongère : Pékin répond à Moscou sur les exportations de gaz."),
    ("body", "Photographes et caméras ont attendu Xi Jinping à Moscou."),
    ("body", "Read aloud, the statement takes an hour."),
    ("body", "Reuters a interrogé deux banquiers chinois sur les paiements russes."),
    ("body", "Подписан договор о поставках газа."),
    ("body", "相关部门表示，中俄贸易额创新高。"),
]


@pytest.mark.parametrize(("kind", "line"), LINES)
def test_what_a_line_is(kind: str, line: str) -> None:
    """Its words tell, with either apostrophe and in any case."""
    assert blocks.kind_of(line) == kind
    assert blocks.kind_of(line.replace("’", "'")) == kind


@pytest.mark.parametrize(
    "line", [line for kind, line in LINES if kind not in {"notice", "body"}], ids=lambda line: line[:20]
)
def test_a_long_line_is_news(line: str) -> None:
    """However it begins, a line of more than 300 characters is no form, link or credit."""
    assert blocks.kind_of(f"{line} {NEWS * 4}") == "body"


@given(st.sampled_from([line for kind, line in LINES if kind != "body"]))
def test_the_title_is_always_news(line: str) -> None:
    """Whatever it says."""
    assert [b.kind for b in blocks.split(line, NEWS)] == ["title", "body"]


def kinds(title: str, text: str) -> list[str]:
    """Return the kinds of the lines of an article."""
    return [block.kind for block in blocks.split(title, text)]


CAPTION = "Les présidents russe et chinois à Pékin, le 4 février."


@pytest.mark.parametrize(
    ("title", "lines", "expected"),
    [
        ("T", [CAPTION, "AFP / Pool", NEWS], ["title", "caption", "credit", "body"]),
        ("T", [CAPTION, NEWS], ["title", "body", "body"]),
        ("T", [NEWS * 4, "AFP / Pool"], ["title", "body", "credit"]),
        ("T", ["S'inscrire", "AFP / Pool"], ["title", "form", "credit"]),
        ("T", [NEWS, NEWS], ["title", "body", "repeat"]),
        ("T", [NEWS, "Autre chose.", NEWS.replace("'", "’")], ["title", "body", "body", "repeat"]),
        (
            "T",
            [NEWS, NEWS.replace("mercredi", "jeudi").replace("une heure", "trois heures")],
            ["title", "body", "body"],
        ),
        (NEWS, [NEWS], ["title", "repeat"]),
        ("T", ["Un mot.", "Un mot."], ["title", "body", "body"]),
        ("", [NEWS], ["body"]),
        ("T", ["", "  ", NEWS], ["title", "body"]),
        ("T", [], ["title"]),
        ("", [], []),
    ],
)
def test_lines_of_an_article(title: str, lines: list[str], expected: list[str]) -> None:
    """A short line before a credit is a caption; what is printed twice counts once."""
    assert kinds(title, "\n".join(lines)) == expected


@given(st.text(alphabet="ab .\n", max_size=60), st.text(alphabet="ab .\n", max_size=200))
def test_blocks_cover_what_is_not_empty(title: str, text: str) -> None:
    """Blocks lie in order, apart, without line feeds; outside them there are only spaces."""
    content = f"{title}\n{text}"
    found = blocks.split(title, text)
    rest = list(content)
    last = 0
    for block in found:
        assert last <= block.start < block.end <= len(content)
        assert "\n" not in content[block.start : block.end]
        rest[block.start : block.end] = " " * (block.end - block.start)
        last = block.end
    assert not "".join(rest).strip()


def test_a_block_of_the_title_ends_with_it() -> None:
    """So that no sentence reaches from the title into the text."""
    assert blocks.split("Titre", "Texte") == (
        Block(start=0, end=5, kind="title"),
        Block(start=6, end=11, kind="body"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cet article a été traduit automatiquement.", True),
        ("CNN All En2Fr", True),
        ("This text was machine-translated.", True),
        ("Il parle de » démocratie « et de » droits « .", True),
        ("Il a dit qu' »il comprend » et qu' »il approuve ».", True),
        ("Une amitié»sans limites»et»solide».", True),
        ("Il parle de « démocratie » et de « droits ».", False),
        ("« Sans limites », dit-il. « Et sans ombre », dit-elle. « Vraiment ? », demande-t-on.", False),
        ("Le projet (« gazoduc ») et l'accord (« cadre »).", False),
        (NEWS, False),
    ],
)
def test_machine_translation(text: str, expected: bool) -> None:
    """It says so itself, or its quotation marks stand the wrong way round more than once."""
    assert blocks.is_machine_translated("Titre", text) is expected
