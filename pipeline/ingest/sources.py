"""Where posts come from: the list in ``sources.toml``, read, added to and changed without losing a comment."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import PipelineError
from pipeline.ingest.fields import country_code, language_tag, web_address
from pipeline.ingest.whole_files import put_whole

KINDS = ("feed", "sitemap", "page", "folder", "medium", "warc")
ON_THE_WEB = frozenset({"feed", "sitemap", "page"})
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
SPAN = re.compile(r"(\d{1,4})\s*(m|h|d|w)\Z")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
FIELDS = frozenset("name kind url path every match paused publisher country language limit".split())  # noqa: SIM905


class SourceError(PipelineError):
    """A source that is not as it should be: which, and why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.name, self.reason = name, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place that is visited for new posts; ``url`` is a path for folders, exports and archives.

    ``publisher``, ``country`` and ``language`` are told to posts that do not state their own.
    """

    name: str
    kind: str
    url: str
    every: timedelta = timedelta(days=1)
    match: str | None = None  # only pages whose path this pattern finds
    paused: bool = False
    publisher: str | None = None
    country: str | None = None
    language: str | None = None
    limit: int = 100  # pages fetched in one visit; the rest waits for the next


def load_sources(file: Path) -> tuple[Source, ...]:
    """The sources in *file*, in its order; none where there is no such file."""
    if not file.exists():
        return ()
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8-sig")).get("source", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(file.name, f"not readable as TOML: {error}") from error
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SourceError(file.name, "write each source under a line [[source]]")
    sources = tuple(_source(table) for table in tables)
    if doubled := _doubled(source.name for source in sources):
        raise SourceError(doubled, "two sources have this name")
    return sources


def add_source(file: Path, source: Source) -> Source:
    """Write *source* at the end of *file*; a source with its name or its address must not be there."""
    checked = _source(_table(source))
    for other in load_sources(file):
        if other.name == checked.name:
            raise SourceError(checked.name, "a source has this name already")
        if (other.kind, other.url) == (checked.kind, checked.url):
            raise SourceError(checked.url, f"is a source already, named {other.name}")
    before = file.read_text(encoding="utf-8-sig") if file.exists() else ""
    lines = [f"{key} = {_toml(value)}" for key, value in _table(checked).items()]
    gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
    _write(file, f"{before}{gap}[[source]]\n" + "\n".join(lines) + "\n")
    return checked


def pause_source(file: Path, name: str, *, paused: bool = True) -> Source:
    """Pause the source called *name*, or let it go on; nothing else in *file* changes."""
    sources = load_sources(file)
    place = next((index for index, source in enumerate(sources) if source.name == name), None)
    if place is None:
        raise SourceError(name, "no source has this name")
    text = file.read_text(encoding="utf-8-sig")
    headers = list(re.finditer(r"^[ \t]*\[\[[ \t]*source[ \t]*\]\][^\n]*\n?", text, re.MULTILINE))
    if len(headers) != len(sources):
        raise SourceError(file.name, "write each source under a line [[source]]")
    start = headers[place].end()
    end = headers[place + 1].start() if place + 1 < len(headers) else len(text)
    block = re.sub(r"^[ \t]*paused[ \t]*=[^\n]*\n?", "", text[start:end], flags=re.MULTILINE)
    changed = text[:start].rstrip("\n") + "\n" + ("paused = true\n" if paused else "") + block + text[end:]
    _write(file, changed)
    return load_sources(file)[place]


def kind_of_address(address: str) -> str:
    """The kind of source that *address* looks like.

    >>> kind_of_address("https://example.org/sitemap.xml"), kind_of_address("https://example.org/feed")
    ('sitemap', 'feed')
    >>> kind_of_address("crawl.warc.gz"), kind_of_address("saved-pages")
    ('warc', 'folder')
    """
    if re.search(r"\.warc(?:\.gz)?\Z", address, re.IGNORECASE) and not web_address(address):
        return "warc"
    if web_address(address):
        return "sitemap" if "sitemap" in urlsplit(address).path.lower() else "feed"
    return "feed" if "://" in address else "folder"


def source_for(url: str, *, kind: str, name: str | None = None, taken: Iterable[str] = ()) -> Source:
    """A source for *url*, with a name made from its host and path that none in *taken* has.

    >>> source_for("https://www.example.org/blog/feed/", kind="feed", taken={"example-org-blog"}).name
    'example-org-blog-2'
    """
    if name is None:
        parts = urlsplit(url) if kind in ON_THE_WEB else None
        words = f"{(parts.hostname or '').removeprefix('www.')}{parts.path}" if parts else Path(url).stem
        base = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
        base = re.sub(r"-(?:feed|rss|atom|index|xml|json|sitemap)+\b", "", base)[:50].strip("-") or "source"
        names, number, name = set(taken), 1, base
        while name in names:
            number += 1
            name = f"{base}-{number}"
    return _source({"name": name, "kind": kind, "url": url})


def _source(table: dict[str, object]) -> Source:
    """The source that a table of the file describes, each field checked."""
    name = str(table.get("name", ""))
    if not NAME.match(name):
        raise SourceError(name or "a source", "needs a name of small letters, digits and hyphens")
    if unknown := sorted(table.keys() - FIELDS):
        raise SourceError(name, f"has no field {unknown[0]}; there are {', '.join(sorted(FIELDS))}")
    kind, url = str(table.get("kind", "feed")), str(table.get("url") or table.get("path") or "")
    if kind not in KINDS:
        raise SourceError(name, f"kind is one of {', '.join(KINDS)}")
    if not url or (kind in ON_THE_WEB and not web_address(url)):
        raise SourceError(name, "needs a url" if kind in ON_THE_WEB else "needs a path")
    match, limit = table.get("match"), table.get("limit", 100)
    try:
        re.compile(str(match or ""))
    except re.error as error:
        raise SourceError(name, f"match is no pattern ({error})") from error
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= 10_000:
        raise SourceError(name, "limit is a number from 1 to 10000")
    country = table.get("country")
    if country is not None and country_code(str(country)) is None:
        raise SourceError(name, "country is a code of two letters, or a name")
    return Source(
        name=name,
        kind=kind,
        url=url,
        every=_span(name, table.get("every", "1d")),
        match=str(match) if match else None,
        paused=table.get("paused") is True,
        publisher=str(table["publisher"]) if table.get("publisher") else None,
        country=country_code(str(country)) if country else None,
        language=language_tag(str(table.get("language") or "")),
        limit=limit,
    )


def _span(name: str, words: object) -> timedelta:
    found = SPAN.match(str(words).strip())
    if found is None or int(found[1]) == 0:
        raise SourceError(name, 'every is a time like "12h", "1d" or "2w"')
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def _table(source: Source) -> dict[str, object]:
    """The fields of *source* that differ from what would be assumed."""
    table: dict[str, object] = {"name": source.name, "kind": source.kind, "url": source.url}
    if source.every != timedelta(days=1):
        minutes = int(source.every.total_seconds() // 60)
        table["every"] = f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"
    extra = {field: getattr(source, field) for field in ("match", "paused", "publisher", "country", "language")}
    table |= {field: value for field, value in extra.items() if value}
    return table | ({"limit": source.limit} if source.limit != 100 else {})


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _doubled(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    return next((name for name in names if name in seen or seen.add(name)), None)  # type: ignore[func-returns-value]


def _write(file: Path, text: str) -> None:
    """Put *text* in *file*, whole or not at all, after a look that it can be read."""
    tomllib.loads(text)
    put_whole(file, text.encode("utf-8"))
