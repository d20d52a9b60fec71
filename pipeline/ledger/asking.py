"""Questions to the ledger: claims by kind, unit, value, subject, theme, year, status, flag or words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select

from pipeline.ledger import schema
from pipeline.ledger.ledger import Ledger, LedgerClaim


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter:
    """What is asked for; ``None`` asks nothing. Text is compared without case."""

    kind: str | None = None
    unit: str | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    subject: str | None = None
    theme: str | None = None
    year: int | None = None
    status: str | None = None
    flag: str | None = None
    words: str | None = None


def ask(ledger: Ledger, wanted: ClaimFilter, *, aliases: Collection[str] = ()) -> Iterator[LedgerClaim]:
    """Yield the claims that fit, with corrections in force, by unit and then the largest first.

    A subject fits by its own words, or by any name that the ledger knows for an entity in it;
    *aliases* are more names of the same.
    """
    claims, posts = schema.claims.c, schema.posts.c
    where: list[Any] = []
    if wanted.theme is not None:
        themed = schema.assignments.c
        same_passage = (themed.post == claims.post, themed.passage == claims.passage, themed.theme == wanted.theme)
        where.append(select(themed.post).where(*same_passage).exists())
    if wanted.flag is not None:
        where.append(claims.flags.contains(f'"{wanted.flag}"', autoescape=True))
    if wanted.words is not None:
        where += [
            or_(claims.sentence.icontains(word, autoescape=True), posts.title.icontains(word, autoescape=True))
            for word in wanted.words.split()
        ]
    mentions = _mentions(ledger, [wanted.subject, *aliases]) if wanted.subject else {}
    found = [one for one in ledger.claims(where=where) if _fits(one, wanted, mentions)]
    found.sort(key=lambda one: (one.claim.unit or "", -one.claim.value, one.post, one.claim.start))
    yield from found


def _fits(one: LedgerClaim, wanted: ClaimFilter, mentions: dict[str, list[tuple[int, int]]]) -> bool:
    claim = one.claim
    year = (claim.when or one.date or "")[:4]
    upper = claim.value if claim.value_max is None else claim.value_max
    return (
        wanted.kind in (None, claim.kind)
        and (wanted.unit is None or wanted.unit.casefold() == (claim.unit or "").casefold())
        and (wanted.least is None or upper >= wanted.least)
        and (wanted.most is None or claim.value <= wanted.most)
        and (wanted.year is None or year == f"{wanted.year:04}")
        and wanted.status in (None, str(one.status))
        and (wanted.subject is None or _is_about(one, wanted.subject, mentions.get(one.post, ())))
    )


def _is_about(one: LedgerClaim, name: str, mentions: Collection[tuple[int, int]]) -> bool:
    if name.casefold() in (one.claim.subject or "").casefold():
        return True
    start, end = one.claim.spans.get("subject", (0, 0))
    return any(first < end and start < last for first, last in mentions)


def _mentions(ledger: Ledger, names: Collection[str]) -> dict[str, list[tuple[int, int]]]:
    """Where the things known by one of *names* are mentioned, by post."""
    table = schema.entities.c
    same = [name.casefold() for name in names if name]
    with ledger.reading() as connection:
        known = connection.execute(
            select(table.ref, table.canonical)
            .where(or_(func.lower(table.quote).in_(same), func.lower(table.canonical).in_(same)))
            .distinct()
        ).all()
        refs = [ref for ref, _ in known if ref]
        names_of_it = [canonical for _, canonical in known if canonical]
        rows = connection.execute(
            select(table.post, table.start, table.end).where(
                or_(table.ref.in_(refs), table.canonical.in_(names_of_it), func.lower(table.quote).in_(same))
            )
        ).all()
    found: dict[str, list[tuple[int, int]]] = {}
    for post, start, end in rows:
        found.setdefault(post, []).append((start, end))
    return found
