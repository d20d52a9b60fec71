"""The metadata fields of a post, from the words that front matter, pages and feeds use for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from urllib.parse import urljoin, urlsplit

from pipeline.ingest.dates import day_in_name, day_in_url, parse_day
from pipeline.ingest.front_matter import list_of, words_of
from pipeline.ingest.identity import about_addresses

NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "url": ("url", "canonical_url", "canonical", "source_url", "link", "original_url"),
    "date": ("date", "published", "publishdate", "pubdate", "published_at", "date_published"),
    "publisher": ("publisher", "site", "organisation", "organization"),
    "country": ("country",),
    "language": ("language", "lang", "locale"),
}
AUTHORS = ("authors", "author", "by", "byline")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*\Z")
POST_ID = re.compile(r"[a-z0-9][a-z0-9-]{3,63}\Z")
BETWEEN_AUTHORS = re.compile(
    r"\s*(?:;|\||\s&\s|\s+(?:and|und|et|y|e)\s+|,(?!\s*(?:Jr|Sr|PhD|Ph\.D|MD|MP|CBE|OBE|MBE|II|III)\b))\s*"
)
BY = re.compile(r"^\s*(?:(?:written|posted|published|guest post)\s+)?(?:by|von|por|par)\s*:?\s+", re.IGNORECASE)
NO_AUTHOR = re.compile(
    r"^(?:staff|admin|administrator|editor|editors|webmaster|team|guest|unknown|anonymous|n/?a)$", re.IGNORECASE
)


def fields_of(raw: Mapping[str, object], source: str) -> tuple[dict[str, object], dict[str, str]]:
    """The fields that front matter states, ready for a document, and the source of each.

    >>> fields_of({"title": "A", "author": "By Ana Díaz and Bo Lee", "country": "UK"}, "front-matter")[0]
    {'title': 'A', 'country': 'GB', 'authors': ('Ana Díaz', 'Bo Lee'), 'author_line': 'By Ana Díaz and Bo Lee'}
    """
    found: dict[str, object] = {}
    for name, spellings in NAMES.items():
        words = next((words for key in spellings if (words := words_of(raw.get(key)))), None)
        if words is None and not (name == "country" and raw.get("country") is False):
            continue
        match name:
            case "date":
                found["date_line"] = words
                found["date"] = parse_day(words)
            case "country":
                found["country"] = "NO" if words is None else country_code(words)
            case "language":
                found["language"] = language_tag(words)
            case "url":
                found["url"] = web_address(words)
            case _:
                found[name] = words
    for key in AUTHORS:
        if (entries := list_of(raw.get(key))) and (authors := split_authors(entries)):
            found |= {"authors": authors, "author_line": "; ".join(entries)}
            break
    if (given := words_of(raw.get("id"))) and POST_ID.match(given):
        found["id"] = given
    found = {name: value for name, value in found.items() if value}
    stated = {"title", "url", "date", "publisher", "country", "language", "authors"} & found.keys()
    return found, dict.fromkeys(sorted(stated), source)


def split_authors(lines: Iterable[str]) -> tuple[str, ...]:
    """The people that *lines* name, each once; "Staff" and addresses are nobody.

    >>> split_authors(["By Ana Díaz, Bo Lee & Chi Okafor"]), split_authors(["by Staff"])
    (('Ana Díaz', 'Bo Lee', 'Chi Okafor'), ())
    """
    names: dict[str, str] = {}
    for line in lines:
        for part in BETWEEN_AUTHORS.split(BY.sub("", line[:500])):
            name = " ".join(part.split()).strip(" ,.-–—")
            if not name or len(name) > 80 or "://" in name or "@" in name or name.isdigit() or NO_AUTHOR.match(name):
                continue
            names.setdefault(name.casefold(), name)
    return tuple(names.values())[:20]


def web_address(words: str | None) -> str | None:
    """*words*, if they are an http(s) address without credentials; else None.

    >>> web_address("https://example.org/a"), web_address("javascript:alert(1)"), web_address("/a")
    ('https://example.org/a', None, None)
    """
    if not words or len(words) > 2000 or re.search(r"[\x00-\x20<>\"\\]", words):
        return None
    try:
        parts = urlsplit(words)
        if parts.scheme.lower() in {"http", "https"} and parts.hostname and "@" not in parts.netloc:
            return words
    except ValueError:  # no address at all, as the answer says
        pass
    return None


def web_address_at(base: str, words: str | None) -> str | None:
    """The address that *words*, a link on the page at *base*, lead to; None where they lead nowhere on the web.

    >>> web_address_at("https://example.org/a/", "../b"), web_address_at("https://example.org/", "http://[")
    ('https://example.org/b', None)
    """
    try:
        return web_address(urljoin(base, words.strip())) if words and words.strip() else None
    except ValueError:
        return None


def language_tag(words: str | None) -> str | None:
    """A BCP 47 tag in its usual letter case, or None.

    >>> language_tag("en_GB"), language_tag("English, mostly")
    ('en-GB', None)
    """
    if not words or not LANGUAGE.match(words.strip()):
        return None
    first, *rest = words.strip().replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def country_code(words: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country that is given by its code or its English name.

    >>> country_code("au"), country_code("UK"), country_code("New Zealand"), country_code("Atlantis")
    ('AU', 'GB', 'NZ', None)
    """
    words = words.strip()
    if len(words) == 2 and words.isalpha():
        return {"UK": "GB", "EL": "GR"}.get(words.upper(), words.upper())
    return _countries().get(words.casefold())


def guessed(url: str | None, name: str, known: Mapping[str, object]) -> tuple[dict[str, object], dict[str, str]]:
    """What the address or the file's name tells where nothing better is *known*: day and country.

    >>> guessed("https://blog.data.gov.au/2019/03/02/forty-teams", "x.html", {})[0]
    {'date': datetime.date(2019, 3, 2), 'country': 'AU'}
    """
    found: dict[str, object] = {}
    sources: dict[str, str] = {}
    day: date | None
    if not known.get("date"):
        if url and (day := day_in_url(url)):
            found["date"], sources["date"] = day, "url"
        elif day := day_in_name(name):
            found["date"], sources["date"] = day, "file-name"
    if url and not known.get("country") and (country := _government_of(urlsplit(url).hostname or "")):
        found["country"], sources["country"] = country, "url"
    return found, sources


def _government_of(host: str) -> str | None:
    """The country whose government's domain *host* lies in."""
    labels = host.lower().rstrip(".").split(".")
    for domain, country in about_addresses()["government"].items():
        if f".{host.lower().rstrip('.')}".endswith(f".{domain}"):
            return str(country)
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in {"gov", "gob", "gouv", "govt", "go", "gub", "gv"}:
        return country_code(labels[-1])
    return None


@cache
def _countries() -> dict[str, str]:
    from babel import Locale

    territories = Locale("en").territories
    names = {name.casefold(): code for code, name in territories.items() if len(code) == 2 and code.isalpha()}
    return names | {
        "united states of america": "US",
        "usa": "US",
        "great britain": "GB",
        "england": "GB",
        "scotland": "GB",
    }
