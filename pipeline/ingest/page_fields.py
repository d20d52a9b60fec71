"""What a page states about itself: JSON-LD first, then meta tags, time tags, headings and links."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.ingest.dates import parse_day
from pipeline.ingest.fields import language_tag, split_authors, web_address, web_address_at
from pipeline.ingest.front_matter import list_of, words_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

NAMING = (  # elements that may name the author
    "//*[self::a or self::span or self::div or self::p or self::address]"
    "[@rel or @itemprop or contains(@class, 'uthor') or contains(@class, 'yline') "
    "or contains(@class, 'AUTHOR') or contains(@class, 'BYLINE')]"
)
TITLE_TAIL = re.compile(r"\s+(?:[|·•»–—-]|::)\s+")
TIME_CLASS = re.compile(
    r"publish|entry-date|post-date|dt-published|pubdate|post__date|article-date|dateline", re.IGNORECASE
)
BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:byline|p-author|author-name|post-author|entry-author|article-author|author)(?:[\s_-]|$)",
    re.IGNORECASE,
)


def stated_fields(tree: HtmlElement, *, url: str | None) -> tuple[dict[str, object], dict[str, str]]:
    """The fields that the page in *tree* states, best source first, and the source of each."""
    found: dict[str, object] = {}
    sources: dict[str, str] = {}

    def take(source: str, fields: Mapping[str, object]) -> None:
        for name, value in fields.items():
            if value and name not in found:
                found[name] = value
                if name not in {"author_line", "date_line"}:
                    sources[name] = source

    take("json-ld", _json_ld(tree))
    take("meta", _meta(tree))
    take("time-tag", _time_tag(tree))
    take("heading", _heading(tree, authors="authors" not in found))
    if canonical := _canonical(tree, url):
        found["canonical"] = canonical
    for name in ("publisher", "author_line", "date_line"):
        found[name] = words_of(found.get(name))
    found["authors"] = list_of(found.get("authors") or ())
    if title := words_of(found.get("title")):
        found["title"] = without_site(title, words_of(found.get("publisher")), main_headings(tree))
    return {name: value for name, value in found.items() if value}, sources


def without_site(title: str, publisher: str | None, headings: list[str]) -> str:
    """*title* without the site's name after a bar or a dash.

    >>> without_site("Forty teams met | Example Office", "Example Office", [])
    'Forty teams met'
    >>> without_site("Health - a view", None, [])
    'Health - a view'
    """
    title = " ".join(title.split())
    pieces = list(TITLE_TAIL.finditer(title))
    if not pieces:
        return title
    folded = {heading.casefold() for heading in headings}
    for cut in pieces:
        if title[: cut.start()].casefold() in folded:
            return title[: cut.start()]
        if title[cut.end() :].casefold() in folded:
            return title[cut.end() :]
    last = pieces[-1]
    head, tail = title[: last.start()], title[last.end() :]
    if publisher and tail.casefold() == publisher.casefold():
        return head
    if "|" in last.group() and len(head.split()) >= 2:
        return head
    return title


def article_body(tree: HtmlElement) -> str:
    """The longest text of an article that the page's JSON-LD states, as it is written there."""
    bodies = (node.get("articleBody") or node.get("text") for node in _all_nodes(tree) if _rank(node) == 0)
    return max((body for body in bodies if isinstance(body, str)), key=len, default="")


def _all_nodes(tree: HtmlElement) -> list[dict[str, object]]:
    scripts = tree.iterfind(".//script[@type='application/ld+json']")
    return [node for script in scripts for node in _nodes(script.text)]


def _json_ld(tree: HtmlElement) -> dict[str, object]:
    best: dict[str, object] = {}
    names: dict[str, Mapping[str, object]] = {}
    nodes = _all_nodes(tree)
    for node in nodes:
        if isinstance(identity := node.get("@id"), str) and ("name" in node or "headline" in node):
            names.setdefault(identity, node)
    ranked = sorted((node for node in nodes if _rank(node) is not None), key=lambda node: _rank(node) or 0)
    for node in ranked:
        page = (_rank(node) or 0) > 0
        authors = [] if page else [name for entry in _entries(node.get("author")) if (name := _name(entry, names))]
        publisher = _name(next(iter(_entries(node.get("publisher"))), None), names)
        day = words_of(node.get("datePublished") or node.get("dateCreated"))
        fields: dict[str, object] = {
            "title": None if page else _plain(words_of(node.get("headline") or node.get("name"))),
            "date": parse_day(day),
            "date_line": day,
            "authors": split_authors(authors),
            "author_line": "; ".join(authors),
            "publisher": publisher,
            "language": language_tag(words_of(node.get("inLanguage"))),
        }
        for name, value in fields.items():
            if value and name not in best:
                best[name] = value
    return best


def _nodes(text: str | None) -> Iterator[dict[str, object]]:
    """All objects in a script of JSON-LD, in reading order, also from scripts that are a little broken."""
    if not text or len(text) > 2_000_000:
        return
    text = (
        re.sub(r"^\s*(?://)?\s*<!\[CDATA\[|(?://)?\s*\]\]>\s*$|^\s*<!--|-->\s*$", "", text.strip()).strip().rstrip(";")
    )
    try:
        waiting = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    seen = 0
    while waiting and seen < 5000:
        seen += 1
        value = waiting.pop(0)
        if isinstance(value, dict):
            yield value
            waiting += [value[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in value]
        elif isinstance(value, list):
            waiting += value[:500]


def _rank(node: Mapping[str, object]) -> int | None:
    """How well a node speaks for the article: 0 the article, 1 its page; None for neither."""
    kinds = {str(kind).rsplit("/", 1)[-1].lower() for kind in _entries(node.get("@type"))}
    words = _vocabulary()["json-ld"]
    return 0 if not kinds.isdisjoint(words["article"]) else 1 if not kinds.isdisjoint(words["page"]) else None


def _entries(value: object) -> list[object]:
    return value[:50] if isinstance(value, list) else [] if value is None else [value]


def _name(entry: object, names: Mapping[str, Mapping[str, object]]) -> str | None:
    if isinstance(entry, dict):
        if "name" not in entry and isinstance(identity := entry.get("@id"), str):
            entry = names.get(identity, {})
        name = entry.get("name") if isinstance(entry, Mapping) else None
        return _plain(words_of(name))
    return _plain(entry) if isinstance(entry, str) and "://" not in entry else None


def _plain(words: str | None) -> str | None:
    """*words* with entities resolved; JSON-LD often holds escaped HTML."""
    from html import unescape

    if not words:
        return None
    return " ".join(re.sub(r"<[^>]{0,200}>", "", unescape(words)).split()) or None


def _meta(tree: HtmlElement) -> dict[str, object]:
    stated: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        key = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        if key and (content := " ".join((element.get("content") or "").split())):
            stated.setdefault(key.strip().lower(), []).append(content[:2000])

    def first(field: str) -> str | None:
        return next((stated[key][0] for key in _vocabulary()["meta"][field] if key in stated), None)

    authors = next(
        (
            lines
            for key in _vocabulary()["meta"]["authors"]
            if (lines := [s for s in stated.get(key, []) if "://" not in s])
        ),
        [],
    )
    days = [day for key in _vocabulary()["meta"]["date"] if key in stated for day in [stated[key][0]]]
    day = next(((parsed, line) for line in days if (parsed := parse_day(line))), (None, days[0] if days else None))
    return {
        "title": _plain(first("title")),
        "date": day[0],
        "date_line": day[1],
        "authors": split_authors(authors),
        "author_line": "; ".join(authors),
        "publisher": _plain(first("publisher")),
        "language": language_tag(tree.get("lang") or tree.get("xml:lang")) or language_tag(first("language")),
    }


def _time_tag(tree: HtmlElement) -> dict[str, object]:
    days: dict[date, str] = {}
    for element in tree.xpath("//time|//abbr[@title]|//span[@datetime or @content]"):
        names = f"{element.get('class', '')} {element.get('itemprop', '')}"
        stated = (
            element.get("datetime")
            or element.get("content")
            or (element.get("title") if element.tag == "abbr" else None)
        )
        if "updated" in names or "modified" in names.lower():
            continue
        if element.tag != "time" and not (TIME_CLASS.search(names) and stated):
            continue
        line = stated or "".join(element.itertext()).strip()
        if day := parse_day(line):
            if element.get("pubdate") is not None or TIME_CLASS.search(names) or "datePublished" in names:
                return {"date": day, "date_line": line}
            if element.tag == "time":
                days.setdefault(day, line)
    if len(days) == 1:  # several days could be those of other posts
        day, line = next(iter(days.items()))
        return {"date": day, "date_line": line}
    return {}


def _heading(tree: HtmlElement, *, authors: bool) -> dict[str, object]:
    headings = main_headings(tree)
    title = next((" ".join("".join(element.itertext()).split()) for element in tree.iter("title")), None)
    fields: dict[str, object] = {"title": headings[0] if len(headings) == 1 else title or next(iter(headings), None)}
    lines = []
    for element in tree.xpath(NAMING) if authors else ():
        said = f"{element.get('rel', '')} {element.get('itemprop', '')}".lower()
        if "author" in said.split() or (element.tag != "div" and BYLINE_CLASS.search(element.get("class", ""))):
            line = " ".join("".join(element.itertext()).split())
            if 3 < len(line) < 120:
                lines.append(line)
    named = [line for line in lines if line.count(" ") >= 1][:1]
    return fields | {"authors": split_authors(named), "author_line": "; ".join(named)}


@cache
def _vocabulary() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def main_headings(tree: HtmlElement) -> list[str]:
    """The words of the first headings of the highest rank in *tree*."""
    found = (" ".join("".join(element.itertext()).split()) for element in tree.iter("h1"))
    return [heading for heading in found if heading][:5]


def _canonical(tree: HtmlElement, url: str | None) -> str | None:
    for link in tree.iter("link"):
        if "canonical" in link.get("rel", "").lower().split() and (href := (link.get("href") or "").strip()):
            return web_address_at(url or "", href)
    stated = next((e.get("content") for e in tree.iter("meta") if e.get("property") == "og:url"), None)
    address = web_address((stated or "").strip())
    return address if address and urlsplit(address).path.strip("/") else None
