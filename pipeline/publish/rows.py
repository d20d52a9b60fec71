"""The rows of every table as the outputs show them, streamed from the ledger in a fixed order.

A row is a tuple in the order of the table's columns; absent values are ``None``, objects are JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import batched
from typing import Any

from sqlalchemy import Executable, func, select

from pipeline.days import iso_day
from pipeline.ledger import schema
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.rows import claim_of, claim_row, packed
from pipeline.ledger.standing.made import standings
from pipeline.ledger.standing.verdicts import Standing, corrected
from pipeline.publish import columns, rates
from pipeline.publish.columns import Table
from pipeline.publish.links import text_link
from pipeline.records import Claim, FindingKind

type Row = tuple[Any, ...]

BATCH = 1000  # posts or claims in one question to the ledger
STALE = "stale"
URGENT = (FindingKind.CONTRADICTION, FindingKind.DOUBT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What of the ledger is wanted: conditions on its claims, and a currency to compare sums in."""

    where: tuple[Any, ...] = ()
    currency: str | None = None
    only: frozenset[str] | None = None  # ids of claims
    said: str = ""  # what *only* was chosen by, in words

    @property
    def whole(self) -> bool:
        """Whether all claims are wanted."""
        return not self.where and self.only is None

    def __str__(self) -> str:
        """The conditions, as a filter or as SQL; empty when all claims are wanted."""
        return self.said or " AND ".join(
            " ".join(str(clause.compile(compile_kwargs={"literal_binds": True})).split()) for clause in self.where
        )


def table_rows(ledger: Ledger, table: Table, choice: Choice, posts: Sequence[str] | None = None) -> Iterator[Row]:
    """Yield the rows of *table*, of *posts* alone if they are named; the choice's conditions hold for claims only."""
    if table is columns.CLAIMS:
        return claim_rows(ledger, choice, posts)
    if table.name in BY_POST:
        return BY_POST[table.name](ledger, posts or ())
    return READERS[table.name](ledger)


def claim_rows(ledger: Ledger, choice: Choice, of_posts: Sequence[str] | None = None) -> Iterator[Row]:
    """Yield the claims, rejected and stale ones too, by post and place."""
    claims, posts = schema.claims.c, schema.posts.c
    query = (
        select(*(claims[name] for name in CLAIM), *(posts[name] for name in POST))
        .join(schema.posts, posts.id == claims.post)
        .where(*choice.where)
        # What left the corpus and was never decided on is in no output: the same corpus gives the same bytes.
        .where((posts.state == "live") | claims.id.in_(select(schema.decisions.c.target)))
        .order_by(claims.post, claims.start, claims.id)
    )
    if of_posts is not None:
        query = query.where(claims.post.in_(of_posts))
    only = choice.only
    found = (row for row in selected(ledger, query) if only is None or row[0] in only)
    for batch in batched(found, BATCH):
        named = sorted({row[POST_AT] for row in batch})
        with ledger.reading() as connection:
            judged = standings(connection, named)
        themes = _themes_of(named, ledger)
        findings = _findings_of([row[0] for row in batch], ledger)
        for row in batch:
            standing = judged.get(row[0])
            if standing is not None and not standing.decisions:
                standing = None
            yield _claim_row(row, standing, themes, findings.get(row[0], ()), choice.currency)


CLAIM = tuple(column.name for column in schema.claims.c if column.name not in ("amount", "status"))
POST = ("title", "url", "date", "publisher", "country", "duplicate_of")
POST_AT = CLAIM.index("post")


def _claim_row(
    row: Any,
    standing: Standing | None,
    themes: Mapping[tuple[str, int | None], tuple[str, ...]],
    findings: Sequence[str],
    currency: str | None,
) -> Row:
    status, found = "proposed", None
    reviewers: tuple[str, ...] = ()
    if standing is not None:
        status = str(standing.status)
        reviewers = tuple(dict.fromkeys(decision.reviewer for decision in standing.decisions))
        if standing.changes:
            row, found = _with_corrections(row, standing.changes)
    # One assignment: asking a row for its columns by name costs more than all the rest.
    (id_, post, revision, passage, start, end, quote, sentence, sentence_start, kind, value, value_max) = row[:12]
    (unit, bound, subject, measure, predicate, when, period, modality, attributed_to, confidence) = row[12:22]
    (flags, evidence, candidates, spans, extractor, live, title, url, date_, publisher, country, copy_of) = row[22:]
    value, value_max = Decimal(value), None if value_max is None else Decimal(value_max)
    day = iso_day(date_)
    converted: Row = (None, None, None, None, None, None)
    if currency is not None and kind == "money":
        sum_ = rates.convert(value, unit, day, currency, value_max=value_max)
        converted = (sum_.value, sum_.value_max, sum_.currency, sum_.rate, sum_.rate_date, sum_.source)
    return (
        *(id_, status if live else STALE, sentence, quote, kind, value, value_max, unit, bound),
        *(subject, measure, predicate, when, period, modality, attributed_to),
        *(themes.get((post, passage), ()), confidence, _listed(flags), evidence, _listed(candidates)),
        *converted,
        *(reviewers, findings, post, title, publisher, country, day, copy_of, text_link(url, sentence)),
        *(revision, passage, start, end, sentence_start, spans if spans != "{}" else None, found, extractor),
    )


def _with_corrections(row: Any, changes: Mapping[str, object]) -> tuple[Any, str | None]:
    """The row with the corrections in force, and what they replaced as JSON text."""
    held = dict(zip(CLAIM, row, strict=False))
    before = claim_of(held)
    after = corrected(before, changes)
    names = sorted(name for name in Claim.__slots__ if getattr(before, name) != getattr(after, name))
    if not names:
        return row, None
    new = claim_row(after, held["post"], held["revision"], held["passage"])
    corrections = tuple(new[name] if name in names else held[name] for name in CLAIM)
    return corrections + tuple(row[len(CLAIM) :]), packed({name: getattr(before, name) for name in names})


def _listed(text: str) -> tuple[str, ...]:
    return () if text == "[]" else tuple(json.loads(text))


def _themes_of(posts: Iterable[str], ledger: Ledger) -> dict[tuple[str, int | None], tuple[str, ...]]:
    table = schema.assignments.c
    query = (
        select(table.post, table.passage, table.theme)
        .where(table.post.in_(sorted(posts)))
        .order_by(table.post, table.passage, table.score.desc(), table.theme)
    )
    found: dict[tuple[str, int | None], tuple[str, ...]] = {}
    for post, passage, theme in selected(ledger, query):
        found[post, passage] = (*found.get((post, passage), ()), theme)
    return found


def _findings_of(claims: Iterable[str], ledger: Ledger) -> dict[str, tuple[str, ...]]:
    table = schema.finding_claims.c
    query = select(table.claim, table.finding).where(table.claim.in_(sorted(claims)))
    found: dict[str, tuple[str, ...]] = {}
    for claim, finding in selected(ledger, query.order_by(table.claim, table.finding)):
        found[claim] = (*found.get(claim, ()), finding)
    return found


def selected(ledger: Ledger, query: Executable) -> Iterator[Any]:
    """Yield the rows that *query* finds, some at a time in memory."""
    with ledger.reading() as connection:
        yield from connection.execute(query, execution_options={"yield_per": 2000})


def shown_posts(ledger: Ledger) -> set[str]:
    """The posts that the outputs show: not those that left the corpus and that nobody ever said a word about."""
    posts = schema.posts.c
    decided = select(schema.decisions.c.post)
    return {
        post for (post,) in selected(ledger, select(posts.id).where((posts.state == "live") | posts.id.in_(decided)))
    }


def claims_held(ledger: Ledger) -> int:
    """How many claims the ledger has, about as many as the outputs show."""
    with ledger.reading() as connection:
        return connection.execute(select(func.count()).select_from(schema.claims)).scalar_one()


def _post_rows(ledger: Ledger, posts: Sequence[str]) -> Iterator[Row]:
    table = schema.claims.c
    counted = select(table.post, func.count()).where(table.live == 1, table.post.in_(posts)).group_by(table.post)
    claims = dict(map(tuple, selected(ledger, counted)))
    with ledger.reading() as connection:
        query = select(schema.posts).where(schema.posts.c.id.in_(posts)).order_by(schema.posts.c.id)
        found = connection.execute(query).mappings().all()
    for row in found:
        yield (
            row["id"],
            row["revision"],
            row["title"],
            row["url"],
            tuple(json.loads(row["authors"])),
            iso_day(row["date"]),
            row["publisher"],
            row["country"],
            row["language"],
            row["path"],
            row["state"],
            row["duplicate_of"],
            claims.get(row["id"], 0),
            row["extractor"],
        )


MENTION = ("post", "start", "end", "quote", "label", "canonical", "ref", "iso", "model")


def _entity_rows(ledger: Ledger, posts: Sequence[str]) -> Iterator[Row]:
    table = schema.entities.c
    query = (
        select(*(table[name] for name in MENTION))
        .join(schema.posts, schema.posts.c.id == table.post)
        .where(table.post.in_(posts), schema.posts.c.state == "live")
        .order_by(table.post, table.start, table.end, table.label)
    )
    yield from map(tuple, selected(ledger, query))


def _assignment_rows(ledger: Ledger, posts: Sequence[str]) -> Iterator[Row]:
    table = schema.assignments.c
    query = (
        select(table.post, table.passage, table.theme, table.score, func.nullif(table.reason, ""))
        .join(schema.posts, schema.posts.c.id == table.post)
        .where(table.post.in_(posts), schema.posts.c.state == "live")
        .order_by(table.post, table.passage, table.theme)
    )
    yield from map(tuple, selected(ledger, query))


def _finding_rows(ledger: Ledger, posts: Sequence[str]) -> Iterator[Row]:
    """Yield what is said of claims of *posts*, each where its first claim stands, by post and id."""
    claims, about, table = schema.claims.c, schema.finding_claims.c, schema.findings.c
    query = (
        select(schema.findings, claims.id, claims.post)
        .join(schema.finding_claims, about.finding == table.id)
        .join(schema.claims, claims.id == about.claim)
        .where(claims.post.in_(posts))
        .order_by(claims.post, table.id)
    )
    for id_, kind, rule, told, reason, confidence, claim, _ in selected(ledger, query):
        named = tuple(json.loads(told))
        if named[0] == claim:
            yield id_, kind, rule, named, reason, confidence


def findings_to_read(ledger: Ledger) -> Iterator[Row]:
    """Yield the findings for a person: what clashes first, then what is hard to believe, then the rest."""
    table, shown = schema.findings.c, columns.FINDINGS.names
    for kind in sorted(FindingKind, key=lambda kind: (kind not in URGENT, kind.value)):
        query = select(*(table[name] for name in shown)).where(table.kind == kind.value)
        for row in selected(ledger, query.order_by(table.rule, table.confidence.desc(), table.id)):
            found = dict(zip(shown, row, strict=True))
            yield tuple((found | {"claims": tuple(json.loads(found["claims"]))}).values())


def _decision_rows(ledger: Ledger) -> Iterator[Row]:
    for decision in ledger.decisions():
        yield (
            decision.id,
            decision.target,
            decision.target_kind,
            decision.verdict.value,
            decision.reviewer,
            decision.at,
            decision.reason,
            decision.note,
            packed(dict(decision.changes)) if decision.changes else None,
            decision.post,
            decision.revision,
            decision.seen,
        )


BY_POST: dict[str, Callable[[Ledger, Sequence[str]], Iterator[Row]]] = {
    "posts": _post_rows,
    "entities": _entity_rows,
    "theme_passages": _assignment_rows,
    "findings": _finding_rows,
}
READERS: dict[str, Callable[[Ledger], Iterator[Row]]] = {"decisions": _decision_rows}
