"""Ledgers of invented posts, to measure comparing and publishing on: names by the thousand, some very common."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import batched
from pathlib import Path
from random import Random

from pipeline.records import (
    Assignment,
    Bound,
    Claim,
    Entity,
    Extraction,
    Kind,
    Label,
    Modality,
    Post,
    Theme,
    digest,
    passages_of,
)

THREAD = 5  # claims about one measure of one subject, on average
UNITS = ("citizen", "team", "service", "project", "agency", "person", "permit", "school", "dataset", "country")
KINDS = ("Fund", "Academy", "Portal", "Summit", "Registry", "Office", "Network", "Programme", "Lab", "Desk")
DOINGS = ("registered", "trained", "funded", "connected", "published", "moved", "built", "served", "issued", "saved")
SYLLABLES = ("ka", "ro", "mi", "te", "lu", "sa", "no", "vi", "de", "pa", "gu", "ri", "fo", "ne", "ta", "be")
FILLER = "Staff from {} met their colleagues of {} in spring and wrote down what they had learnt about data and design."
THEMES = tuple(f"theme-{number}" for number in range(1, 41))


def name_of(number: int) -> str:
    """An invented name, another one for each number."""
    parts = []
    while True:
        parts.append(SYLLABLES[number % 16])
        number //= 16
        if not number and len(parts) > 1:
            return "".join(parts).title()


def post_of(number: int, bodies: int) -> tuple[Post, Extraction, tuple[Assignment, ...]]:
    """The invented post of that number, what is found in it, and its themes; *bodies* are the names to draw from."""
    random = Random(number)
    paragraphs: list[str] = []
    marks: list[tuple[int, str, str, str, int, bool]] = []
    entities: list[Entity] = []
    place = 0
    for _ in range(3 + number % 2):
        common = random.random() < 0.1
        body = min(int(random.paretovariate(0.8)) - 1, bodies - 1) if common else random.randrange(bodies)
        which = random.randrange(4)
        kind, unit = KINDS[body % len(KINDS)], UNITS[(body + which) % len(UNITS)]
        doing = DOINGS[(body * 7 + which) % len(DOINGS)]
        value = random.randrange(13, 90_000)
        subject, measure = f"{name_of(body)} {kind}", f"{unit}s {doing} by the {kind.lower()}"
        text = f"The {subject} says that {value:,} {measure} were counted in this year, as was hoped by its staff."
        entities.append(_entity(place + 4, subject, Label.ORG))
        marks.append((place, text, subject, measure, value, random.random() < 0.1))
        paragraphs.append(text)
        place += len(text) + 2
        for _ in range(2):
            names = [f"{name_of(random.randrange(bodies))} {random.choice(KINDS)}" for _ in range(2)]
            text = FILLER.format(*names)
            entities += [_entity(place + text.index(one), one, Label.PROGRAM) for one in dict.fromkeys(names)]
            paragraphs.append(text)
            place += len(text) + 2
    post = Post(
        id=digest("post", str(number)),
        text="\n\n".join(paragraphs),
        title=f"Post {number}",
        url=f"https://example.org/{number}",
        authors=("Ada Example",),
        date=date(2012, 1, 1) + timedelta(days=number * 37 % 4000),
        publisher=f"Publisher {number % 40}",
        country=random.choice(("US", "GB", "AU", "CA", "FR", "EE")),
        language="en",
        path=f"{number}.md",
    )
    claims = tuple(_claim(post.id, *mark) for mark in marks)
    passages = tuple(passages_of(post.text))
    themes = tuple(
        Assignment(passage=p.index, theme=random.choice(THEMES), score=0.7, reason="its words") for p in passages
    )
    return post, Extraction(claims=claims, entities=tuple(entities), passages=passages), themes


def _entity(start: int, quote: str, label: Label) -> Entity:
    return Entity(start=start, end=start + len(quote), quote=quote, label=label, canonical=quote, model="bench")


def _claim(post: str, place: int, sentence: str, subject: str, measure: str, value: int, planned: bool) -> Claim:
    quote = f"{value:,}"
    start = place + sentence.index(quote)
    at = place + sentence.index(subject), place + sentence.index(measure)
    return Claim(
        id=digest("claim", post, str(place)),
        start=start,
        end=start + len(quote),
        quote=quote,
        sentence=sentence,
        sentence_start=place,
        kind=Kind.COUNT,
        value=Decimal(value),
        unit=measure.split()[0].removesuffix("s"),
        bound=Bound.EXACT if place % 3 else Bound.AT_LEAST,
        subject=subject,
        measure=measure,
        modality=Modality.PLANNED if planned else Modality.ACTUAL,
        confidence=0.8,
        spans={"subject": (at[0], at[0] + len(subject)), "measure": (at[1], at[1] + len(measure))},
        extractor="bench",
    )


def corpus(
    posts: int, *, first: int = 0, bodies: int | None = None
) -> Iterator[tuple[Post, Extraction, tuple[Assignment, ...]]]:
    """Yield that many invented posts, from number *first* on."""
    bodies = bodies or max(posts * 7 // 2 // (THREAD * 4), 10)
    yield from (post_of(number, bodies) for number in range(first, first + posts))


def build(path: Path, posts: int) -> None:
    """A ledger at *path* with that many invented posts, extracted and in themes, but not yet compared."""
    from pipeline.ledger.ledger import Ledger

    with Ledger(path) as ledger:
        ledger.keep_themes([Theme(slug=s, number=n, name=s.title()) for n, s in enumerate(THEMES, 1)], {})
        for some in batched(corpus(posts), 500):
            add(ledger, some)


def add(ledger: object, some: tuple[tuple[Post, Extraction, tuple[Assignment, ...]], ...]) -> None:
    """Add posts to a ledger, as a run would."""
    from pipeline.ledger.corpus.readings import Reading, keep_readings
    from pipeline.ledger.ledger import Ledger

    assert isinstance(ledger, Ledger)
    keep_readings(ledger, [Reading(post=post, reader="bench", raw=b"", digest="") for post, _, _ in some])
    ledger.keep_extractions(((post, found) for post, found, _ in some), extractor="bench")
    ledger.keep_themes(ledger.themes(), {post.id: themes for post, _, themes in some})
