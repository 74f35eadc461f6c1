"""Which outlets belong together, and which agencies have which sites and names."""

import pytest

from producers import catalogue
from sommet.errors import KnowledgeError
from sommet.knowledge import bylines
from sommet.knowledge.publishers import by_host, host_of, publisher
from sommet.language.bylines import patterns

STATES = ("State of", "Communist Party", "Government of")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.lejsl.com/meteo/2020", "EBRA"),
        ("https://bienpublic.com", "EBRA"),
        ("http://en.people.cn/n3/x.html", "People's Daily"),
        ("https://m.example.org:8080/x", "example.org"),
        ("https://amp.example.org/x", "example.org"),
        ("https://www.org/x", "www.org"),
        ("https://notlejsl.com/x", "notlejsl.com"),
        ("no address", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_the_publisher_of_an_address(url: str, expected: str) -> None:
    """Its entry, or the site itself; the ways in which a site is shown are one site."""
    assert publisher(url) == expected


def test_outlets_of_one_owner_are_one_publisher() -> None:
    """What the catalogue says of owners holds here too, less states and parties, whose houses write apart."""
    owned: dict[str, set[str]] = {}
    for outlet in catalogue.load().values():
        if not outlet.owner.startswith(STATES):
            owned.setdefault(outlet.owner, set()).update(publisher(feed.url) for feed in outlet.feeds)
    assert {owner: found for owner, found in owned.items() if len(found) > 1} == {}


def test_a_host_has_one_owner() -> None:
    """A host that stands twice is a mistake that names both."""
    with pytest.raises(KnowledgeError, match=r"a\.org stands under One and under Two"):
        by_host({"One": ["a.org"], "Two": ["b.org", "a.org"]})


@pytest.mark.parametrize(
    ("url", "expected"),
    [("https://tass.ru/x", "TASS"), ("https://www.news.cn/x", "Xinhua"), ("https://example.org/AFP", "")],
)
def test_the_agency_of_a_site(url: str, expected: str) -> None:
    """What stands on an agency's own site is the agency's."""
    assert bylines.agency_of(url) == expected


def test_every_form_can_be_built() -> None:
    """Each pattern names the agency that it finds; each language has citations; no name is two agencies'."""
    built = list(patterns())
    assert set(bylines.table().cites) == {"fr", "en", "ru", "zh"}
    assert all("A" in p.groupindex for p in built if p.pattern not in _signs())
    assert set(bylines.names().full) <= set(bylines.names().any)


def _signs() -> set[str]:
    return {"|".join(agency.signs) for agency in bylines.table().agencies.values()}


def test_the_agencies_of_the_catalogue_are_known() -> None:
    """Each outlet that others print has its sites here."""
    feeds = [f.url for o in catalogue.load().values() if o.agency for f in o.feeds]
    assert {host_of(url) for url in feeds if not bylines.agency_of(url)} == set()
