"""The rows of every table as the outputs show them, streamed from the ledger in a fixed order.

A row is a tuple in the order of the table's columns; absent values are ``None``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import batched
from typing import Any

from sqlalchemy import Integer, Select, and_, cast, distinct, func, select

from pipeline.ledger import schema
from pipeline.ledger.ledger import Ledger, LedgerClaim
from pipeline.publish import columns, rates
from pipeline.publish.columns import Table
from pipeline.publish.links import text_link
from pipeline.records import Claim, Kind

type Row = tuple[Any, ...]

BATCH = 400  # posts or claims in one question to the ledger
STALE = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What of the ledger is wanted: conditions on its claims, and a currency to compare sums in."""

    where: tuple[Any, ...] = ()
    currency: str | None = None

    def __str__(self) -> str:
        """The conditions, as SQL; empty when all claims are wanted."""
        return " AND ".join(
            " ".join(str(clause.compile(compile_kwargs={"literal_binds": True})).split()) for clause in self.where
        )


def table_rows(ledger: Ledger, table: Table, choice: Choice) -> Iterator[Row]:
    """Yield the rows of *table*; the choice's conditions hold for claims only."""
    if table is columns.CLAIMS:
        return claim_rows(ledger, choice)
    return READERS[table.name](ledger)


def claim_rows(ledger: Ledger, choice: Choice) -> Iterator[Row]:
    """Yield the claims, rejected and stale ones too, by post and place."""
    judged = reviewers(ledger)
    for batch in batched(ledger.claims(where=choice.where, live=False), BATCH):
        themes = _themes_of({item.post for item in batch}, ledger)
        findings = _findings_of([item.claim.id for item in batch], ledger)
        for item in batch:
            claim = item.claim
            yield _claim_row(
                item,
                themes.get((item.post, item.passage), ()),
                findings.get(claim.id, ()),
                judged.get(claim.id, ()),
                choice.currency,
            )


def claims_by_id(ledger: Ledger, ids: Iterable[str], choice: Choice) -> dict[str, dict[str, Any]]:
    """The rows of the claims *ids*, by id, each a mapping from column to value."""
    found = {}
    for chunk in batched(sorted(set(ids)), 10_000):
        only = Choice(where=(schema.claims.c.id.in_(chunk),), currency=choice.currency)
        for row in claim_rows(ledger, only):
            found[row[0]] = dict(zip(columns.CLAIMS.names, row, strict=True))
    return found


def reviewers(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Who decided on each claim, in the order of their first decision."""
    return {
        target: tuple(dict.fromkeys(decision.reviewer for decision in standing.decisions))
        for target, standing in ledger.standings().items()
        if standing.decisions
    }


def _claim_row(
    item: LedgerClaim,
    themes: Sequence[str],
    findings: Sequence[str],
    judged_by: Sequence[str],
    currency: str | None,
) -> Row:
    claim = item.claim
    day = _day(item.date)
    converted: Row = (None, None, None, None, None, None)
    if currency is not None and claim.kind is Kind.MONEY:
        sum_ = rates.convert(claim.value, claim.unit, day, currency, value_max=claim.value_max)
        converted = (sum_.value, sum_.value_max, sum_.currency, sum_.rate, sum_.rate_date, sum_.source)
    return (
        claim.id,
        str(item.status) if item.live else STALE,
        claim.sentence,
        claim.quote,
        claim.kind.value,
        claim.value,
        claim.value_max,
        claim.unit,
        claim.bound.value,
        claim.subject,
        claim.measure,
        claim.predicate,
        claim.when,
        claim.period,
        claim.modality.value,
        claim.attributed_to,
        themes,
        claim.confidence,
        claim.flags,
        claim.currency_evidence,
        claim.currency_candidates,
        *converted,
        judged_by,
        findings,
        item.post,
        item.title,
        item.publisher,
        item.country,
        day,
        text_link(item.url, claim.sentence),
        item.revision,
        item.passage,
        claim.start,
        claim.end,
        claim.sentence_start,
        {name: list(span) for name, span in sorted(claim.spans.items())} if claim.spans else None,
        None if claim is item.found else _differences(item.found, claim),
        claim.extractor,
    )


def _differences(found: Claim, claim: Claim) -> dict[str, Any] | None:
    pairs = ((name, getattr(found, name), getattr(claim, name)) for name in sorted(Claim.__slots__))
    return {name: _plain(old) for name, old, new in pairs if old != new} or None


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _themes_of(posts: Iterable[str], ledger: Ledger) -> dict[tuple[str, int | None], tuple[str, ...]]:
    table = schema.assignments.c
    query = (
        select(table.post, table.passage, table.theme)
        .where(table.post.in_(sorted(posts)))
        .order_by(table.post, table.passage, table.score.desc(), table.theme)
    )
    found: dict[tuple[str, int | None], tuple[str, ...]] = {}
    for post, passage, theme in _select(ledger, query):
        found[post, passage] = (*found.get((post, passage), ()), theme)
    return found


def _findings_of(claims: Iterable[str], ledger: Ledger) -> dict[str, tuple[str, ...]]:
    table = schema.finding_claims.c
    query = select(table.claim, table.finding).where(table.claim.in_(sorted(claims)))
    found: dict[str, tuple[str, ...]] = {}
    for claim, finding in _select(ledger, query.order_by(table.claim, table.finding)):
        found[claim] = (*found.get(claim, ()), finding)
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _select(ledger: Ledger, query: Select[Any]) -> Iterator[Any]:
    with ledger.reading() as connection:
        yield from connection.execution_options(yield_per=2000).execute(query)


def _post_rows(ledger: Ledger) -> Iterator[Row]:
    table = schema.claims.c
    counted = select(table.post, func.count()).where(table.live == 1).group_by(table.post)
    claims = dict(map(tuple, _select(ledger, counted)))
    for row in ledger.post_rows():
        yield (
            row["id"],
            row["revision"],
            row["title"],
            row["url"],
            tuple(json.loads(row["authors"])),
            _day(row["date"]),
            row["publisher"],
            row["country"],
            row["language"],
            row["path"],
            row["state"],
            row["duplicate_of"],
            claims.get(row["id"], 0),
            row["extractor"],
        )


def _entity_rows(ledger: Ledger) -> Iterator[Row]:
    for post, entity in ledger.entities():
        yield (
            post,
            entity.start,
            entity.end,
            entity.quote,
            entity.label.value,
            entity.canonical,
            entity.ref,
            entity.iso,
            entity.model,
        )


def _name_rows(ledger: Ledger) -> Iterator[Row]:
    table, posts = schema.entities.c, schema.posts.c
    name = func.coalesce(table.canonical, table.quote)
    query = (
        select(
            name,
            table.label,
            func.max(table.iso),
            func.count(),
            func.count(distinct(table.post)),
            func.min(posts.date),
            func.max(posts.date),
        )
        .join(schema.posts, posts.id == table.post)
        .where(posts.state == "live")
        .group_by(name, table.label)
        .order_by(name, table.label)
    )
    for found, label, iso, mentions, count, first, last in _select(ledger, query):
        yield found, label, iso, mentions, count, _day(first), _day(last)


def _theme_rows(ledger: Ledger) -> Iterator[Row]:
    passages = {theme: (number, posts) for theme, number, posts in _select(ledger, _passages_by())}
    claims = dict(map(tuple, _select(ledger, _claims_by())))
    for theme in ledger.themes():
        yield (
            theme.slug,
            theme.number,
            theme.name,
            theme.description or None,
            theme.keywords,
            theme.origin,
            *passages.get(theme.slug, (0, 0)),
            claims.get(theme.slug, 0),
        )


def _assignment_rows(ledger: Ledger) -> Iterator[Row]:
    for post, assignment in ledger.assignments():
        yield post, assignment.passage, assignment.theme, assignment.score, assignment.reason or None


YEAR = cast(func.substr(schema.posts.c.date, 1, 4), Integer)


def _theme_year_rows(ledger: Ledger) -> Iterator[Row]:
    dated = schema.posts.c.date.is_not(None)
    by_year: Select[Any] = select(YEAR, func.count()).where(dated, schema.posts.c.state == "live").group_by(YEAR)
    posts_in = dict(map(tuple, _select(ledger, by_year)))
    claims = {(theme, year): count for theme, year, count in _select(ledger, _claims_by(YEAR).where(dated))}
    by_theme = _passages_by(YEAR).where(dated).order_by(schema.assignments.c.theme, YEAR)
    for theme, year, passages, posts in _select(ledger, by_theme):
        share = round(posts / posts_in[year], 4)
        yield theme, year, passages, posts, claims.get((theme, year), 0), share


def _passages_by(*more: Any) -> Select[Any]:
    table, posts = schema.assignments.c, schema.posts.c
    return (
        select(table.theme, *more, func.count(), func.count(distinct(table.post)))
        .join(schema.posts, posts.id == table.post)
        .where(posts.state == "live")
        .group_by(table.theme, *more)
    )


def _claims_by(*more: Any) -> Select[Any]:
    table, claims, posts = schema.assignments.c, schema.claims.c, schema.posts.c
    same = and_(claims.post == table.post, claims.passage == table.passage)
    return (
        select(table.theme, *more, func.count())
        .join(schema.claims, same)
        .join(schema.posts, posts.id == table.post)
        .where(posts.state == "live", claims.live == 1, claims.status != "rejected")
        .group_by(table.theme, *more)
    )


def _finding_rows(ledger: Ledger) -> Iterator[Row]:
    for finding in ledger.findings():
        yield finding.id, finding.kind.value, finding.rule, finding.claims, finding.reason, finding.confidence


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
            dict(decision.changes) or None,
            decision.post,
            decision.revision,
            decision.seen,
        )


READERS: dict[str, Callable[[Ledger], Iterator[Row]]] = {
    "posts": _post_rows,
    "entities": _entity_rows,
    "names": _name_rows,
    "themes": _theme_rows,
    "theme_passages": _assignment_rows,
    "theme_years": _theme_year_rows,
    "findings": _finding_rows,
    "decisions": _decision_rows,
}
