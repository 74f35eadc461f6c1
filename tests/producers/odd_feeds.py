"""Odd feeds, each with the number of its items or the reason why it is none. All texts are invented."""

import json

ITEM = "<item><title>Un titre</title><link>https://news.example/a</link></item>"
BOMB = b"<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>"
ATTRIBUTES = " ".join(f"a{i}='1'" for i in range(30_000))


def rss(inside: str, head: str = "") -> bytes:
    """Return an RSS feed with `inside` in its channel."""
    return f'{head}<rss version="2.0"><channel><title>Essai</title>{inside}</channel></rss>'.encode()


def jsonfeed(items: object, **more: object) -> bytes:
    """Return a JSON Feed."""
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "Essai", "items": items, **more}
    ).encode()


ODD: dict[str, tuple[bytes, int | str]] = {
    "plain": (rss(ITEM), 1),
    "no items": (rss(""), 0),
    "byte order mark": (b"\xef\xbb\xbf" + rss(ITEM), 1),
    "utf-16": (rss(ITEM, "<?xml version='1.0' encoding='utf-16'?>").decode().encode("utf-16"), 1),
    "utf-32": (rss(ITEM).decode().encode("utf-32"), 1),
    "space before the declaration": (b"\n\n <?xml version='1.0'?>" + rss(ITEM), 1),
    "text before the root": (b"PHP Warning: no such file\n" + rss(ITEM), 1),
    "cut in the middle": (rss(ITEM * 3)[:-60], 2),
    "bare ampersand": (rss("<item><title>Gaz & co</title><link>https://a.example/?a=1&b=2</link></item>"), 1),
    "undeclared namespace": (rss("<item><media:title>x</media:title><title>y</title></item>"), 1),
    "html entity": (rss("<item><title>&eacute;t&eacute;</title></item>"), 1),
    "control characters": (rss("<item><title>a\x01b\x0bc</title></item>"), 1),
    "character reference of a surrogate": (rss("<item><title>a&#xD800;b</title></item>"), 1),
    "character reference of nothing": (rss("<item><title>a&#0;b</title></item>"), 1),
    "character reference of too much": (rss("<item><title>a&#99999999999;&#x110000;b</title></item>"), 1),
    "no title, no text": (rss("<item><link>https://news.example/a</link></item>"), 0),
    "no link": (rss("<item><title>Sans lien</title></item>"), 1),
    "two channels": (rss(ITEM) + rss(ITEM), 2),
    "item inside an item": (rss("<item><title>a</title><item><title>b</title></item></item>"), 2),
    "deep": (rss("<item><title>a</title><description>" + "<b>" * 5000 + "</b>" * 5000), 1),
    "rdf": (
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><item><title>a</title></item></rdf:RDF>",
        1,
    ),
    "atom": (b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>a</title></entry></feed>", 1),
    "atom without namespace": (b"<feed><entry><title>a</title></entry></feed>", 1),
    "other xml": (b"<note><to>a</to></note>", "not_a_feed"),
    "sitemap": (b"<urlset><url><loc>https://news.example/</loc></url></urlset>", "not_a_feed"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_feed"),
    "empty": (b"", "empty"),
    "blank": (b" \n\t ", "empty"),
    "zeros": (bytes(1000), "empty"),
    "plain text": (b"Service unavailable", "not_a_feed"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_a_feed"),
    "gzip": (b"\x1f\x8b\x08\0\0\0\0\0\0\xff", "not_a_feed"),
    "page": (b"<!DOCTYPE html><html><body>Just a moment...</body></html>", "html_page"),
    "page in xml": (b"<?xml version='1.0'?>\n<!-- x --><html xml:lang='fr'/>", "html_page"),
    "entity bomb": (BOMB + rss("<item><title>&b;</title></item>"), "entity"),
    "external entity": (b"<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + rss(ITEM), "entity"),
    "entity in utf-16": (("<!DOCTYPE r [<!ENTITY a 'ha'>]>" + rss(ITEM).decode()).encode("utf-16"), "entity"),
    "entity behind a tag": (b"<!DOCTYPE r [<!--<b--><!ENTITY a 'ha'>]>" + rss(ITEM), "entity"),
    "utf-7": (b"<?xml version='1.0' encoding='utf-7'?>" + rss(ITEM), "encoding"),
    "escapes": (b"<?xml version='1.0' encoding='unicode_escape'?>" + rss(ITEM), "encoding"),
    "ebcdic": (rss(ITEM, "<?xml version='1.0' encoding='cp037'?>").decode().encode("cp037"), "encoding"),
    "codec that is no text": (b"<?xml version='1.0' encoding='zlib'?>" + rss(ITEM), 1),
    "codec that refuses": (b"<?xml version='1.0' encoding='undefined'?>" + rss(ITEM), "encoding"),
    "unknown encoding": (b"<?xml version='1.0' encoding='klingon'?>" + rss(ITEM), 1),
    "thousands of attributes": (rss("<item><title " + ATTRIBUTES + ">x</title></item>"), "attributes"),
    "a flood of items": (rss("<item>" * 60_000), "too_many_items"),
    "json feed": (jsonfeed([{"id": "1", "title": "a"}, {"id": 2, "content_html": "<p>b"}]), 2),
    "json feed with odd items": (jsonfeed([None, 1, [], {"title": 5}, {"title": "a"}]), 1),
    "json feed with null": (jsonfeed([{"id": None, "title": "a", "summary": None}], language=None), 1),
    "other json": (b'{"error": "no such feed"}', "json"),
    "other version": (b'{"version": "2", "items": []}', "json"),
    "deep json": (b'{"version":"https://jsonfeed.org/version/1","items":[' + b"[" * 100_000, "json"),
    "broken json": (b'{"version": ', "json"),
    "json with broken utf-8": (b'{"version": "\xff"}', "json"),
}  # fmt: skip
