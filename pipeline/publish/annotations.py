"""The claims for other programs on the web: W3C Web Annotations, and schema.org Claims. JSON-LD, one file each."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, TextIO

from pipeline.ledger.ledger import Ledger
from pipeline.publish import columns, wording
from pipeline.publish.columns import OUT, Table
from pipeline.publish.formats import Writer
from pipeline.publish.links import web_address
from pipeline.publish.rows import Choice, Row
from pipeline.publish.text_files import json_number

CONTEXT = 32  # code points of the text before and after a quote, as other tools keep
JOINER = "\u200d"
TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))  # of the skin of an emoji
OUTLINE = ("status", "kind", "value", "value_max", "unit", "bound", "subject", "measure", "when", "period", "modality")
VOCABULARY = "urn:convening-ledger:"


class JsonLd(Writer):
    """A JSON-LD file that is written one item at a time: a head, the items, a tail."""

    name = ""
    context: ClassVar[object] = None
    kind = ""
    items = ""

    def __init__(self, ledger: Ledger, folder: Path, choice: Choice) -> None:
        self.ledger, self.path = ledger, folder / self.name
        self.urls: dict[str, str | None] = {}
        self.file: TextIO

    def begin(self, table: Table) -> None:
        """The claims make the file; the posts' addresses are needed for it."""
        self.table = table
        if table is columns.CLAIMS:
            self.file = self.path.open("w", encoding="utf-8", newline="\n")
            head = json.dumps({"@context": self.context, "@id": VOCABULARY + self.name, "@type": self.kind})
            self.file.write(f'{head[:-1]}, "{self.items}": [')
            self.first = True

    def write(self, rows: Sequence[Row]) -> None:
        """Write an item for each claim of *rows*."""
        if self.table is columns.POSTS:
            self.urls |= {row[0]: web_address(row[3]) for row in rows}
        elif self.table is columns.CLAIMS:
            for item in self.each([dict(zip(self.table.names, row, strict=True)) for row in rows]):
                text = json.dumps(item, ensure_ascii=False, default=_json_number_or_text)
                self.file.write(("\n" if self.first else ",\n") + text)
                self.first = False

    def end(self) -> None:
        """Close the file after the claims."""
        if self.table is columns.CLAIMS:
            self.file.write("\n]}\n")
            self.file.close()

    def each(self, claims: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield the item of each claim."""
        raise NotImplementedError


class WebAnnotations(JsonLd):
    """``annotations.jsonld``: an annotation for each claim, its words selected by quote and by position."""

    name = "annotations.jsonld"
    context: ClassVar[object] = ["http://www.w3.org/ns/anno.jsonld", {"ledger": VOCABULARY}]
    kind = "AnnotationPage"
    items = "items"

    def each(self, claims: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield an annotation for each claim; the text around it comes from the post it was found in."""
        texts = texts_of(self.ledger, [(claim["post"], claim["revision"]) for claim in claims])
        for claim in claims:
            text = texts.get((claim["post"], claim["revision"]), "")
            start, end = claim["start"], claim["end"]
            quote: dict[str, Any] = {"type": "TextQuoteSelector", "exact": claim["quote"]}
            if text[start:end] == claim["quote"]:
                start, end = whole_letters(text, start, end)
                quote["exact"] = text[start:end]
                quote |= {"prefix": text[max(start - CONTEXT, 0) : start], "suffix": text[end : end + CONTEXT]}
            yield {
                "id": f"{VOCABULARY}claim:{claim['id']}",
                "type": "Annotation",
                "motivation": "assessing",
                "body": {
                    "type": "TextualBody",
                    "purpose": "describing",
                    "format": "text/plain",
                    "value": wording.said(claim),
                    **{f"ledger:{name}": claim[name] for name in OUTLINE if claim[name] is not None},
                },
                "target": {
                    "source": self.urls.get(claim["post"]) or f"{VOCABULARY}post:{claim['post']}",
                    "ledger:revision": claim["revision"],
                    "selector": [quote, {"type": "TextPositionSelector", "start": start, "end": end}],
                },
            }


class SchemaOrgClaims(JsonLd):
    """``claims.jsonld``: schema.org Claims with where they appear. No rating: whether one is true is not judged."""

    name = "claims.jsonld"
    context: ClassVar[object] = "https://schema.org/"
    kind = "Dataset"
    items = "hasPart"

    def each(self, claims: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield a schema.org Claim for each claim that reviewers have not turned down."""
        for claim in claims:
            if claim["status"] in OUT:
                continue
            appearance = {
                "@type": "BlogPosting",
                "headline": claim["title"],
                "url": self.urls.get(claim["post"]),
                "datePublished": claim["date"],
                "publisher": {"@type": "Organization", "name": claim["publisher"]} if claim["publisher"] else None,
            }
            item = {
                "@type": "Claim",
                "@id": f"{VOCABULARY}claim:{claim['id']}",
                "identifier": claim["id"],
                "text": claim["sentence"],
                "name": wording.said(claim),
                "url": claim["link"],
                "creativeWorkStatus": claim["status"],
                "temporalCoverage": claim["when"],
                "about": claim["subject"],
                "appearance": {name: value for name, value in appearance.items() if value is not None},
                "claimInterpreter": {"@type": "Thing", "name": said} if (said := claim["attributed_to"]) else None,
            }
            yield {name: value for name, value in item.items() if value is not None}


def whole_letters(text: str, start: int, end: int) -> tuple[int, int]:
    """*start* and *end*, widened where one lies within what a reader takes for one letter.

    >>> whole_letters("cafe\u0301 5", 0, 4), whole_letters("5\ufe0f\u20e3 x", 0, 1)
    ((0, 5), (0, 3))
    """
    while 0 < start < len(text) and (_leans(text[start]) or text[start - 1] == JOINER):
        start -= 1
    while 0 < end < len(text) and (_leans(text[end]) or text[end - 1] == JOINER):
        end += 1
    return start, end


def _leans(letter: str) -> bool:
    """Whether *letter* is a mark, or a joiner or tone, that belongs to the one before it."""
    return unicodedata.category(letter)[0] == "M" or letter == JOINER or letter in TONES


def texts_of(ledger: Ledger, revisions: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The texts of those revisions of posts, by post and revision."""
    from sqlalchemy import select

    from pipeline.ledger import schema

    table = schema.revisions.c
    query = select(table.post, table.revision, table.text).where(
        table.post.in_(sorted({post for post, _ in revisions}))
    )
    with ledger.reading() as connection:
        return {(post, revision): text for post, revision, text in connection.execute(query)}


def _json_number_or_text(value: object) -> object:
    try:
        return json_number(value)
    except TypeError:
        return str(value)
