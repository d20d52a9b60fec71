"""The nouns of the product: what passes from one room of the pipeline to the next.

Every type is complete at birth and never changes. Offsets are Unicode code points into the
post's stored text, half open, so ``text[start:end] == quote`` always holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What sort of quantity a claim states."""

    MONEY = "money"
    PERCENT = "percent"
    RATIO = "ratio"
    COUNT = "count"
    DURATION = "duration"
    MEASURE = "measure"
    RANK = "rank"


class Bound(StrEnum):
    """How the stated value limits the true one."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    RANGE = "range"


class Modality(StrEnum):
    """Whether the post says that the claim holds, will hold, might hold or does not."""

    ACTUAL = "actual"
    PLANNED = "planned"
    CONDITIONAL = "conditional"
    NEGATED = "negated"


class Label(StrEnum):
    """What sort of thing a named entity is (see ``docs`` for the guidelines)."""

    PERSON = "PERSON"
    ORG = "ORG"
    GPE = "GPE"
    EVENT = "EVENT"
    PROGRAM = "PROGRAM"
    PRODUCT = "PRODUCT"
    WORK = "WORK"


class Verdict(StrEnum):
    """What a person decided about one thing that they were shown."""

    ACCEPT = "accept"
    CORRECT = "correct"
    REJECT = "reject"
    FLAG = "flag"
    NOTE = "note"
    SKIP = "skip"
    ADD = "add"
    READ = "read"
    UNDO = "undo"
    ADJUDICATE = "adjudicate"


class FindingKind(StrEnum):
    """What a comparison of claims, or a look at one claim alone, came to."""

    DUPLICATE = "duplicate"
    AGREEMENT = "agreement"
    UPDATE = "update"
    CONTRADICTION = "contradiction"
    DOUBT = "doubt"


def digest(*parts: str, length: int = 16) -> str:
    """The first *length* hexadecimal digits of the SHA-256 of *parts*, kept apart by NUL.

    Lone surrogates, which UTF-8 cannot hold, are escaped, so any string has a digest.

    >>> digest("a", "b") == digest("a\\0b")
    True
    """
    joined = "\0".join(parts).encode("utf-8", "backslashreplace")
    return hashlib.sha256(joined).hexdigest()[:length]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post as read: its metadata, and the clean text that all offsets refer to."""

    id: str
    text: str
    title: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    date: date | None = None
    publisher: str | None = None
    country: str | None = None  # ISO 3166-1 alpha-2
    language: str | None = None  # BCP 47
    path: str | None = None  # where it lies, relative to the corpus
    sources: Mapping[str, str] = field(default_factory=dict)  # field → where it was stated

    @property
    def revision(self) -> str:
        """The digest of the text: another text is another revision."""
        return digest(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A paragraph of a post: ``post.text[start:end] == text``, numbered from 0."""

    index: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A mention of a named thing, linked to its canonical name where that is known."""

    start: int
    end: int
    quote: str
    label: Label
    canonical: str | None = None  # the name by which all mentions of the thing are known
    ref: str | None = None  # id of the gazetteer row, the ISO code, or the post's own name
    iso: str | None = None  # ISO 3166-1 or 3166-2 code of the place, or of the body's place
    model: str | None = None  # what found it: a component's name and version, or "gazetteer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A quantity that a post states about the world, tied to the words it rests on."""

    id: str
    start: int
    end: int
    quote: str
    sentence: str
    sentence_start: int
    kind: Kind
    value: Decimal  # fully scaled: "$1.6b" is 1600000000
    value_max: Decimal | None = None  # the upper end of a range
    unit: str | None  # ISO 4217, percent, ratio, rank, a counted noun's lemma, a time or measure unit
    bound: Bound = Bound.EXACT
    subject: str | None = None
    measure: str | None = None
    predicate: str | None = None
    when: str | None = None  # ISO 8601 (2021, 2021-06, 2021-06-17, or start/end)
    period: str | None = None  # ISO 8601 duration ("P3Y")
    modality: Modality = Modality.ACTUAL
    attributed_to: str | None = None
    confidence: float = 0.5  # 0 to 1, calibrated
    flags: tuple[str, ...] = ()
    currency_evidence: str | None = None  # which evidence decided a bare sign's currency
    currency_candidates: tuple[str, ...] = ()  # ISO 4217, likeliest first
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # field → its own words
    extractor: str | None = None  # name and version of what found it


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """All that one reading of a post's text found."""

    claims: tuple[Claim, ...]
    entities: tuple[Entity, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme with its permanent slug and number; ``origin`` is guided or discovered."""

    slug: str
    number: int
    name: str
    description: str = ""
    keywords: tuple[str, ...] = ()
    origin: str = "guided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A passage's place in a theme: how strongly (0 to 1), and the reason in words."""

    passage: int  # the passage's index in its post
    theme: str  # slug
    score: float
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided, when, why, and what they saw. Never changed, never removed."""

    id: str
    target: str  # the id of the claim (or entity, passage, post) that it is about
    target_kind: str = "claim"
    post: str
    revision: str  # the post's revision that was on the screen
    seen: str  # digest of the record as shown
    verdict: Verdict
    reviewer: str
    at: datetime
    reason: str | None = None
    note: str | None = None
    changes: Mapping[str, object] = field(default_factory=dict)  # field → corrected value


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a comparison of claims, or a rule about one, came to, with its reason in words."""

    id: str
    kind: FindingKind
    rule: str
    claims: tuple[str, ...]  # claim ids, the earliest first
    reason: str
    confidence: float


def passages_of(text: str) -> Iterator[Passage]:
    """Yield the paragraphs of *text*: exactly ``text.strip().split("\\n\\n")``, with offsets.

    Empty ones are kept, so that numbers line up with annotations made on the same split.

    >>> [(p.index, p.start, p.text) for p in passages_of(" One.\\n\\nTwo.\\n")]
    [(0, 1, 'One.'), (1, 7, 'Two.')]
    """
    stripped = text.strip()
    start = text.find(stripped) if stripped else 0
    for index, part in enumerate(stripped.split("\n\n")):
        yield Passage(index=index, start=start, end=start + len(part), text=part)
        start += len(part) + 2
