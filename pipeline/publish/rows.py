"""The rows of every table as the outputs show them, streamed from the ledger in a fixed order.

A row is a tuple in the order of the table's columns; absent values are ``None``, objects are JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import batched
from typing import Any

from sqlalchemy import Executable, Integer, Select, and_, cast, distinct, func, literal_column, select

from pipeline.ledger import schema
from pipeline.ledger.ledger import Ledger, corrected
from pipeline.ledger.rows import claim_of, claim_row, packed
from pipeline.ledger.verdicts import Standing
from pipeline.publish import columns, rates
from pipeline.publish.columns import Table
from pipeline.publish.links import text_link
from pipeline.records import Claim

type Row = tuple[Any, ...]

BATCH = 1000  # posts or claims in one question to the ledger
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
    standings = {target: standing for target, standing in ledger.standings().items() if standing.decisions}
    claims, posts = schema.claims.c, schema.posts.c
    query = (
        select(*(claims[name] for name in CLAIM), *(posts[name] for name in POST))
        .join(schema.posts, posts.id == claims.post)
        .where(*choice.where)
        # What left the corpus and was never decided on is in no output: the same corpus gives the same bytes.
        .where((posts.state == "live") | claims.id.in_(select(schema.decisions.c.target)))
        .order_by(claims.post, claims.start, claims.id)
    )
    for batch in batched(_select(ledger, query), BATCH):
        themes = _themes_of({row[POST_AT] for row in batch}, ledger)
        findings = _findings_of([row[0] for row in batch], ledger)
        for row in batch:
            yield _claim_row(row, standings.get(row[0]), themes, findings.get(row[0], ()), choice.currency)


CLAIM = tuple(column.name for column in schema.claims.c if column.name not in ("amount", "status"))
POST = ("title", "url", "date", "publisher", "country")
POST_AT = CLAIM.index("post")


def claims_by_id(ledger: Ledger, ids: Iterable[str], choice: Choice) -> dict[str, dict[str, Any]]:
    """The rows of the claims *ids*, by id, each a mapping from column to value."""
    found = {}
    for chunk in batched(sorted(set(ids)), 10_000):
        only = Choice(where=(schema.claims.c.id.in_(chunk),), currency=choice.currency)
        for row in claim_rows(ledger, only):
            found[row[0]] = dict(zip(columns.CLAIMS.names, row, strict=True))
    return found


def countries_of_subjects(ledger: Ledger, claims: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The country of each claim's subject, by the claim's id, where the subject names a thing of a known country."""
    table = schema.entities.c
    subjects = {claim["id"]: (claim["post"], claim["subject"]) for claim in claims if claim["subject"]}
    named: dict[str, list[tuple[str, str]]] = {}
    for posts in batched(sorted({post for post, _ in subjects.values()}), BATCH):
        query = select(table.post, table.quote, table.canonical, table.iso).where(
            table.post.in_(posts), table.iso != ""
        )
        for post, quote, canonical, iso in _select(ledger, query.order_by(table.post, table.start, table.end)):
            named.setdefault(post, []).extend((name, iso[:2]) for name in (canonical, quote) if name)
    found = {}
    for claim, (post, subject) in subjects.items():
        # The longest name within the subject is the closest to what it says.
        fitting = [(len(name), country) for name, country in named.get(post, ()) if name in subject]
        if fitting:
            found[claim] = max(fitting)[1]
    return found


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
    (flags, evidence, candidates, spans, extractor, live, title, url, date_, publisher, country) = row[22:]
    value, value_max = Decimal(value), None if value_max is None else Decimal(value_max)
    day = _day(date_)
    converted: Row = (None, None, None, None, None, None)
    if currency is not None and kind == "money":
        sum_ = rates.convert(value, unit, day, currency, value_max=value_max)
        converted = (sum_.value, sum_.value_max, sum_.currency, sum_.rate, sum_.rate_date, sum_.source)
    return (
        *(id_, status if live else STALE, sentence, quote, kind, value, value_max, unit, bound),
        *(subject, measure, predicate, when, period, modality, attributed_to),
        *(themes.get((post, passage), ()), confidence, _listed(flags), evidence, _listed(candidates)),
        *converted,
        *(reviewers, findings, post, title, publisher, country, day, text_link(url, sentence)),
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


def _select(ledger: Ledger, query: Executable) -> Iterator[Any]:
    with ledger.reading() as connection:
        yield from connection.execution_options(yield_per=2000).execute(query)


def _post_rows(ledger: Ledger) -> Iterator[Row]:
    table = schema.claims.c
    counted = select(table.post, func.count()).where(table.live == 1).group_by(table.post)
    claims = dict(map(tuple, _select(ledger, counted)))
    decided = {post for (post,) in _select(ledger, select(schema.decisions.c.post).distinct())}
    for row in ledger.post_rows():
        if row["state"] != "live" and row["id"] not in decided:
            continue  # it left the corpus, and nobody ever said a word about it
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


# Without parameters, so that PostgreSQL knows it for the same expression wherever it stands.
YEAR = cast(func.substr(schema.posts.c.date, literal_column("1"), literal_column("4")), Integer)


def _theme_year_rows(ledger: Ledger) -> Iterator[Row]:
    dated = schema.posts.c.date.is_not(None)
    by_year = select(YEAR, func.count()).where(dated, schema.posts.c.state == "live").group_by(YEAR)
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
            packed(dict(decision.changes)) if decision.changes else None,
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
