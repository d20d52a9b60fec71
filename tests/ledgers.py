"""A small ledger for tests: eleven invented posts with claims, entities, themes, findings and decisions.

Import it as ``from ledgers import small_ledger``; every sentence was written for the tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import update

from pipeline.ledger import schema
from pipeline.ledger.comparing import change_findings, held_findings
from pipeline.ledger.corpus.readings import Reading, keep_readings
from pipeline.ledger.ledger import Ledger
from pipeline.records import (
    Assignment,
    Bound,
    Claim,
    Decision,
    Entity,
    Extraction,
    Finding,
    FindingKind,
    Kind,
    Label,
    Modality,
    Passage,
    Post,
    Theme,
    Verdict,
    digest,
    passages_of,
)

EXTRACTOR = "invented 1"
THEMES = (
    Theme(slug="funding", number=1, name="Funding", description="Money for digital work", keywords=("fund", "budget")),
    Theme(slug="covid-response", number=2, name="Covid response", keywords=("covid", "pandemic")),
    Theme(slug="code-sharing", number=3, name="Code sharing", keywords=("open source",)),
    Theme(slug="training", number=4, name="Training", origin="discovered", keywords=("course", "trained")),
)


@dataclass(frozen=True, kw_only=True)
class Said:
    """A figure of an invented post: where it stands, and what it says."""

    quote: str
    kind: Kind
    value: str
    unit: str | None = None
    more: dict[str, Any] = field(default_factory=dict)


def said(quote: str, kind: str, value: str, unit: str | None = None, **more: Any) -> Said:
    """One figure, briefly written; *more* are further fields of its claim."""
    return Said(quote=quote, kind=Kind(kind), value=value, unit=unit, more=more)


@dataclass(frozen=True, kw_only=True)
class Written:
    """An invented post: sentences with their figures, named things, and the themes of its paragraphs."""

    slug: str
    title: str
    when: str | None
    publisher: str | None
    country: str | None
    paragraphs: tuple[tuple[str, tuple[Said, ...], tuple[str, ...]], ...]
    names: tuple[tuple[str, str, str, str | None], ...] = ()  # quote, label, canonical, iso

    @property
    def text(self) -> str:
        """The paragraphs, as one text."""
        return "\n\n".join(paragraph for paragraph, _, _ in self.paragraphs)

    @property
    def post(self) -> Post:
        """The record of the post."""
        url = f"https://example.org/{self.slug}"
        return Post(
            id=digest(url),
            text=self.text,
            title=self.title,
            url=url,
            authors=("Ada Example", "Grace Sample"),
            date=date.fromisoformat(self.when) if self.when else None,
            publisher=self.publisher,
            country=self.country,
            language="en",
            path=f"{self.slug}.md",
        )

    def claims(self) -> Iterator[Claim]:
        """Yield the claims of the post, each in the sentence around it."""
        post, place = self.post, 0
        for paragraph, figures, _ in self.paragraphs:
            cursor = 0
            for figure in figures:
                at = paragraph.index(figure.quote, cursor)
                cursor = at + len(figure.quote)
                first = max(paragraph.rfind(". ", 0, at) + 2, 0) if ". " in paragraph[:at] else 0
                stop = paragraph.find(". ", cursor)
                sentence = paragraph[first : len(paragraph) if stop < 0 else stop + 1]
                own: dict[str, Any] = {"confidence": 0.8, "spans": {"number": (place + at, place + cursor)}}
                yield Claim(
                    id=digest(post.id, sentence, figure.quote, str(place + at)),
                    start=place + at,
                    end=place + cursor,
                    quote=figure.quote,
                    sentence=sentence,
                    sentence_start=place + first,
                    kind=figure.kind,
                    value=Decimal(figure.value),
                    unit=figure.unit,
                    extractor=EXTRACTOR,
                    **(own | figure.more),
                )
            place += len(paragraph) + 2

    def entities(self) -> Iterator[Entity]:
        """Yield every mention of the post's names."""
        for quote, label, canonical, iso in self.names:
            start = self.text.find(quote)
            while start >= 0:
                end = start + len(quote)
                yield Entity(
                    start=start,
                    end=end,
                    quote=quote,
                    label=Label(label),
                    canonical=canonical,
                    iso=iso,
                    ref=digest(canonical),
                    model="invented 1",
                )
                start = self.text.find(quote, end)

    def assignments(self) -> list[Assignment]:
        """The themes of the post's paragraphs."""
        return [
            Assignment(passage=index, theme=theme, score=0.75, reason=f"speaks of {theme}")
            for index, (_, _, themes) in enumerate(self.paragraphs)
            for theme in themes
        ]


NSW = ("New South Wales", "GPE", "New South Wales", "AU-NSW")
FUND = ("Harbour Digital Fund", "PROGRAM", "Harbour Digital Fund", "AU")
MEET = ("Lakeside Convening", "EVENT", "Lakeside Convening", None)
TEAM = ("Northern Digital Office", "ORG", "Northern Digital Office", "GB")
PEOPLE = ("people", "person")

WRITTEN = (
    Written(
        slug="harbour-fund",
        title="The Harbour Digital Fund begins",
        when="2019-06-18",
        publisher="Harbour Notes",
        country="AU",
        paragraphs=(
            (
                "New South Wales put $100 million into the Harbour Digital Fund this year. "
                "More than 40 projects have asked for a share.",
                (
                    said(
                        "$100 million",
                        "money",
                        "100000000",
                        "AUD",
                        subject="Harbour Digital Fund",
                        measure="funding",
                        predicate="put into",
                        when="2019",
                        currency_evidence="the subject's country",
                        currency_candidates=("AUD", "USD"),
                        confidence=0.93,
                    ),
                    said(
                        "More than 40 projects", "count", "40", "project", bound=Bound.AT_LEAST, measure="applications"
                    ),
                ),
                ("funding",),
            ),
            (
                "About 60% of the money goes to old systems.",
                (said("About 60%", "percent", "60", "percent", bound=Bound.ABOUT, measure="share for old systems"),),
                ("funding",),
            ),
        ),
        names=(NSW, FUND),
    ),
    Written(
        slug="harbour-fund-grows",
        title="A larger Harbour Digital Fund",
        when="2020-11-17",
        publisher="Harbour Notes",
        country="AU",
        paragraphs=(
            (
                "The Harbour Digital Fund now holds $1.6 billion over three years, New South Wales says.",
                (
                    said(
                        "$1.6 billion",
                        "money",
                        "1600000000",
                        "AUD",
                        subject="Harbour Digital Fund",
                        measure="funding",
                        period="P3Y",
                        when="2020",
                        attributed_to="New South Wales",
                        confidence=0.97,
                    ),
                    said("three years", "duration", "3", "year"),
                ),
                ("funding",),
            ),
        ),
        names=(NSW, FUND),
    ),
    Written(
        slug="harbour-fund-elsewhere",
        title="What others say of the fund",
        when="2020-12-02",
        publisher="The Far Observer",
        country="GB",
        paragraphs=(
            (
                "Someone wrote that the Harbour Digital Fund holds £900 million & rising <b>fast</b>.",
                (
                    said(
                        "£900 million",
                        "money",
                        "900000000",
                        "GBP",
                        subject="Harbour Digital Fund",
                        measure="funding",
                        when="2020",
                        flags=("currency-against-subject",),
                        confidence=0.55,
                    ),
                ),
                ("funding",),
            ),
        ),
        names=(FUND,),
    ),
    Written(
        slug="lakeside-2018",
        title="Lakeside Convening, the first year",
        when="2018-05-30",
        publisher="Digital Weekly",
        country="US",
        paragraphs=(
            (
                "The Lakeside Convening brought 12 countries together. Around 25 teams showed their work.",
                (
                    said("12 countries", "count", "12", "country", subject="Lakeside Convening", measure="countries"),
                    said("Around 25 teams", "count", "25", "team", bound=Bound.ABOUT, measure="teams"),
                ),
                ("code-sharing",),
            ),
        ),
        names=(MEET,),
    ),
    Written(
        slug="lakeside-2020",
        title="Lakeside Convening moves online",
        when="2020-06-30",
        publisher="Digital Weekly",
        country="US",
        paragraphs=(
            (
                "This time the Lakeside Convening counted 21 countries. 77% of them had shared code.",
                (
                    said("21 countries", "count", "21", "country", subject="Lakeside Convening", measure="countries"),
                    said("77%", "percent", "77", "percent", measure="share of countries with shared code"),
                ),
                ("code-sharing", "covid-response"),
            ),
            (
                "Three in four teams plan to answer the pandemic with 1,000 to 2,000 extra staff.",
                (
                    said("Three in four", "ratio", "0.75", "ratio", measure="teams", modality=Modality.PLANNED),
                    said(
                        "1,000 to 2,000 extra staff",
                        "count",
                        "1000",
                        "staff",
                        value_max=Decimal(2000),
                        bound=Bound.RANGE,
                        modality=Modality.PLANNED,
                    ),
                ),
                ("covid-response",),
            ),
        ),
        names=(MEET,),
    ),
    Written(
        slug="lakeside-2021",
        title="Lakeside Convening, year four",
        when="2021-06-17",
        publisher="Digital Weekly",
        country="US",
        paragraphs=(
            (
                "In 2021 the Lakeside Convening had 34 countries and, for the first time, €2 million of its own.",
                (
                    said(
                        "34 countries",
                        "count",
                        "34",
                        "country",
                        subject="Lakeside Convening",
                        measure="countries",
                        when="2021",
                    ),
                    said("€2 million", "money", "2000000", "EUR", subject="Lakeside Convening", measure="funding"),
                ),
                ("funding",),
            ),
        ),
        names=(MEET,),
    ),
    Written(
        slug="northern-training",
        title="=How the Northern Digital Office trains",
        when="2022-03-01",
        publisher="Northern Digital Office",
        country="GB",
        paragraphs=(
            (
                "- The Northern Digital Office trained at least 3,500 people for £4.25 million. "
                "A café 👩🏽‍💻 for coders cost nothing.",
                (
                    said("at least 3,500 people", "count", "3500", "person", bound=Bound.AT_LEAST, measure="trained"),
                    said(
                        "£4.25 million",
                        "money",
                        "4250000",
                        "GBP",
                        subject="Northern Digital Office",
                        measure="cost of training",
                        confidence=0.88,
                    ),
                ),
                ("training",),
            ),
            (
                "It will not pay the £50 million that was asked.",
                (said("£50 million", "money", "50000000", "GBP", modality=Modality.NEGATED, confidence=0.7),),
                ("funding", "training"),
            ),
        ),
        names=(TEAM,),
    ),
    Written(
        slug="northern-again",
        title="Northern courses, once more",
        when="2022-09-12",
        publisher="Digital Weekly",
        country="US",
        paragraphs=(
            (
                "We hear that the Northern Digital Office trained 2,900 people so far.",
                (
                    said(
                        "2,900 people", "count", "2900", "person", subject="Northern Digital Office", measure="trained"
                    ),
                ),
                ("training",),
            ),
        ),
        names=(TEAM,),
    ),
    Written(
        slug="pacific-portal",
        title="A portal for the islands",
        when="2023-02-14",
        publisher="Island Ledger",
        country="FJ",
        paragraphs=(
            (
                "The portal cost FJ$3 million, and ¥120 million came from Japan. It ranks 3rd of 14.",
                (
                    said("FJ$3 million", "money", "3000000", "FJD", subject="portal", measure="cost"),
                    said("¥120 million", "money", "120000000", "JPY", subject="portal", measure="grant"),
                    said("3rd", "rank", "3", "rank", subject="portal"),
                ),
                ("funding",),
            ),
            (
                "It answers in 0.3 seconds and holds 123456789012345678901234567890 records at 0.000001 cents each.",
                (
                    said("0.3 seconds", "duration", "0.3", "second"),
                    said("123456789012345678901234567890 records", "count", "123456789012345678901234567890", "record"),
                ),
                (),
            ),
        ),
    ),
    Written(
        slug="no-date",
        title="Undated notes",
        when=None,
        publisher=None,
        country=None,
        paragraphs=(
            (
                "Somebody saved $5 million by sharing code.",
                (
                    said(
                        "$5 million",
                        "money",
                        "5000000",
                        None,
                        measure="savings",
                        currency_candidates=("USD", "AUD"),
                        currency_evidence="none",
                        confidence=0.4,
                    ),
                ),
                ("code-sharing",),
            ),
        ),
    ),
    Written(
        slug="a-quiet-post",
        title="Nothing to count here",
        when="2021-01-05",
        publisher="Digital Weekly",
        country="US",
        paragraphs=(("A post without figures is a post, too.", (), ()),),
    ),
)


def by_quote() -> dict[str, Claim]:
    """The claims of the invented posts by their quote, each of which stands once."""
    return {claim.quote: claim for written in WRITTEN for claim in written.claims()}


def findings() -> list[Finding]:
    """Findings as a comparison would make them: one of each kind."""
    claims = by_quote()
    rows = (
        (FindingKind.UPDATE, "series", ("12 countries", "21 countries"), "Grew from 12 to 21 in two years."),
        (FindingKind.UPDATE, "series", ("21 countries", "34 countries"), "Grew from 21 to 34 in one year."),
        (FindingKind.UPDATE, "series", ("$100 million", "$1.6 billion"), "A later post gives a larger sum."),
        (
            FindingKind.CONTRADICTION,
            "same-time",
            ("at least 3,500 people", "2,900 people"),
            "At least 3,500 were trained by March 2022, yet 2,900 by September.",
        ),
        (
            FindingKind.DOUBT,
            "currency-against-subject",
            ("£900 million",),
            "Pounds, although the fund is Australian.",
        ),
    )
    return [
        Finding(
            id=digest(str(kind), rule, *quotes),
            kind=kind,
            rule=rule,
            claims=tuple(claims[quote].id for quote in quotes),
            reason=reason,
            confidence=0.8,
        )
        for kind, rule, quotes, reason in rows
    ]


def decisions() -> list[Decision]:
    """What two invented reviewers decided: accepted, corrected, rejected, disputed, undone, added as a note."""
    claims = by_quote()
    posts = {claim.id: written.post for written in WRITTEN for claim in written.claims()}
    rows: tuple[tuple[str, Verdict, str, dict[str, Any]], ...] = (
        ("$1.6 billion", Verdict.ACCEPT, "ada", {}),
        ("12 countries", Verdict.ACCEPT, "ada", {}),
        ("21 countries", Verdict.ACCEPT, "grace", {"note": "=1+1 as heard on the day"}),
        ("34 countries", Verdict.CORRECT, "ada", {"changes": {"value": "35", "bound": "at_least"}}),
        ("£900 million", Verdict.REJECT, "ada", {"reason": "wrong value"}),
        ("77%", Verdict.ACCEPT, "ada", {}),
        ("77%", Verdict.REJECT, "grace", {"reason": "wrong field"}),
        ("$5 million", Verdict.FLAG, "grace", {"note": "whose dollars?"}),
    )
    begin = datetime(2024, 1, 2, 9, 0, tzinfo=UTC)
    return [
        Decision(
            id=digest("decision", str(index)),
            target=claims[quote].id,
            post=posts[claims[quote].id].id,
            revision=posts[claims[quote].id].revision,
            seen=digest(claims[quote].id),
            verdict=verdict,
            reviewer=reviewer,
            at=begin + timedelta(minutes=index),
            **more,
        )
        for index, (quote, verdict, reviewer, more) in enumerate(rows)
    ]


def small_ledger(address: str | Path, *, reviewed: bool = True) -> Ledger:
    """An open ledger at *address* that holds all of the above; without decisions unless *reviewed*."""
    ledger = Ledger(address)
    keep_posts(ledger, (written.post for written in WRITTEN), at=datetime(2024, 1, 1, tzinfo=UTC))
    ledger.keep_extractions(
        (
            (
                written.post,
                Extraction(
                    claims=tuple(written.claims()),
                    entities=tuple(written.entities()),
                    passages=tuple[Passage, ...](passages_of(written.text)),
                ),
            )
            for written in WRITTEN
        ),
        extractor=EXTRACTOR,
    )
    ledger.keep_themes(THEMES, {written.post.id: written.assignments() for written in WRITTEN})
    keep_findings(ledger, findings())
    if reviewed:
        ledger.record(decisions())
    return ledger


def keep_posts(
    ledger: Ledger, posts: Iterable[Post], *, raw: Mapping[str, bytes] | None = None, at: datetime | None = None
) -> dict[str, str]:
    """Keep *posts* as a reading of the corpus does, with the bytes *raw* or with none; what became of each."""
    known = raw or {}
    readings = [Reading(post=post, reader="by hand", raw=known.get(post.id, b""), digest="") for post in posts]
    kept = keep_readings(ledger, readings, at=at)
    revisions = schema.revisions
    with ledger.writing() as connection:
        connection.execute(update(revisions).where(revisions.c.post.in_(kept.keys() - known)).values(raw=None))
    return {name: one.outcome for name, one in kept.items()}


def keep_findings(ledger: Ledger, found: Iterable[Finding]) -> None:
    """Put *found* in place of all findings, as a comparison does."""
    with ledger.writing() as connection:
        change_findings(connection, held_findings(connection), list(found))
