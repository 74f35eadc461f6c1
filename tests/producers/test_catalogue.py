"""The catalogue is sound, and a mistake in it is named with file and key."""

from pathlib import Path

import pytest

from producers import catalogue
from sommet import config
from sommet.errors import KnowledgeError

GOOD = {
    "name": "L'Essai",
    "country": "FRA",
    "owner": "Une coopérative",
    "state_media": "false",
    "agency": "false",
    "lang": "fr",
    "feeds": "[{url: 'https://essai.example/monde.xml', topic: world}]",
    "normal": "{items_a_day: [1, 20]}",
}


def write(folder: Path, stem: str = "essai", extra: str = "", **changed: str | None) -> Path:
    """Write an outlet with some keys changed, or left out where None."""
    path = folder / "fra" / f"{stem}.yaml"
    path.parent.mkdir(exist_ok=True)
    keys = {key: value for key, value in (GOOD | changed).items() if value is not None}
    path.write_text("\n".join(f"{key}: {value}" for key, value in keys.items()) + f"\n{extra}\n", "utf-8")
    return path


def test_the_catalogue_loads() -> None:
    """Every file is sound; every language has feeds; agencies and state media are marked."""
    outlets = catalogue.load()
    sources = catalogue.sources(outlets)
    assert len(outlets) >= 40
    assert len({source.id for source in sources}) == len(sources) >= 70
    assert {source.lang for source in sources} == {"fr", "en", "ru", "zh"}
    assert {key for key, outlet in outlets.items() if outlet.agency} >= {
        "rus/tass",
        "chn/xinhua",
        "rus/interfax",
    }


def test_an_outlet_becomes_sources(tmp_path: Path) -> None:
    """A feed's own language wins over its outlet's."""
    feeds = (
        "[{url: 'https://a.example/1', topic: world}, {url: 'https://a.example/2', topic: russian, lang: ru}]"
    )
    write(tmp_path, feeds=feeds)
    assert catalogue.sources(catalogue.load(tmp_path)) == (
        catalogue.Source("fra/essai/world", "https://a.example/1", "L'Essai", "fr", (1, 20)),
        catalogue.Source("fra/essai/russian", "https://a.example/2", "L'Essai", "ru", (1, 20)),
    )


def test_feeds_of_the_users_own_are_added(tmp_path: Path) -> None:
    """They win over the catalogue, and no secret of their address becomes an id."""
    write(tmp_path)
    own = [
        config.Source(feed="https://essai.example/monde.xml", name="Le mien"),
        config.Source(feed="https://a.example/f?key=canary", lang="fr"),
        config.Source(feed="https://a.example/f?key=other"),
    ]
    first, second, third = catalogue.sources(catalogue.load(tmp_path), own)
    assert (first.id, first.outlet) == ("https://essai.example/monde.xml", "Le mien")
    assert second.url == "https://a.example/f?key=canary"
    assert "canary" not in second.id
    assert second.id != third.id


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"name": "''"}, "name"),
        ({"name": None}, "name"),
        ({"country": "RUS"}, "country"),
        ({"owner": "[a]"}, "owner"),
        ({"state_media": "perhaps"}, "state_media"),
        ({"lang": "de"}, "lang"),
        ({"feeds": "[]"}, "feeds"),
        ({"feeds": "[{topic: world}]"}, "url"),
        ({"feeds": "[{url: 'file:///etc/passwd', topic: world}]"}, "url"),
        ({"feeds": "[{url: 'https://a.example/1', topic: 'a/b'}]"}, "topic"),
        (
            {"feeds": "[{url: 'https://a.example/1', topic: a}, {url: 'https://a.example/2', topic: a}]"},
            "topic",
        ),
        (
            {"feeds": "[{url: 'https://a.example/1', topic: a}, {url: 'https://a.example/1', topic: b}]"},
            "feeds",
        ),
        ({"feeds": "[{url: 'https://a.example/1', topic: a, every: 5}]"}, "every"),
        ({"normal": "{items_a_day: [20, 1]}"}, "items_a_day"),
        ({"normal": "{items_a_day: [1]}"}, "items_a_day"),
        ({"normal": "{items_a_day: [-1, 2]}"}, "items_a_day"),
        ({"extra": "owners: x"}, "owners"),
        ({"extra": "name: Deux"}, "name"),
        ({"extra": "more: &a [1]\nagain: *a"}, "alias"),
        ({"extra": "more: !!python/object/apply:os.system [x]"}, "python"),
        ({"extra": "\tx: ["}, "line"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, changed: dict[str, str | None], named: str) -> None:
    """The message holds the file and the key."""
    path = write(tmp_path, **changed)  # type: ignore[arg-type]
    with pytest.raises(KnowledgeError) as caught:
        catalogue.load(tmp_path)
    assert str(path) in str(caught.value)
    assert named in str(caught.value)


def test_no_feed_stands_in_two_files(tmp_path: Path) -> None:
    """Both files are named."""
    write(tmp_path, "un")
    write(tmp_path, "deux")
    with pytest.raises(KnowledgeError, match=r"un\.yaml.*deux\.yaml"):
        catalogue.load(tmp_path)
