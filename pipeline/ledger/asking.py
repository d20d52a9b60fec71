"""Questions to the ledger: claims by kind, unit, value, subject, theme, year, status, flag or words."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import func, or_, select

from pipeline.errors import PipelineError
from pipeline.ledger import schema
from pipeline.ledger.found import LedgerClaim
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.verdicts import Status
from pipeline.ledger.statements import spellings
from pipeline.records import Kind

type Rate = Callable[
    [str | None, date | None, str], tuple[Decimal, date] | str
]  # unit, day, currency → rate or why not


class FilterError(PipelineError):
    """A question to the ledger that cannot be understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter:
    """What is asked for; ``None`` asks nothing. Text is compared without case.

    Kind, unit and status may be several, with commas between them. With a *currency*, sums of all currencies are
    asked for, and *least* and *most* hold for what they were worth in it on their post's day.
    """

    kind: str | None = None
    unit: str | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    currency: str | None = None
    subject: str | None = None
    theme: str | None = None
    year: int | None = None
    status: str | None = None
    flag: str | None = None
    words: str | None = None

    def __str__(self) -> str:
        """The filter as ``filter_of`` reads it."""
        told = ((NAMES.get(one.name, one.name), getattr(self, one.name)) for one in fields(self))
        return " ".join(
            f"{name}{'' if name[-1] == '=' else '='}{shlex.quote(str(value))}"
            for name, value in told
            if value is not None
        )


NAMES = {"least": "value>=", "most": "value<=", "words": "text"}
TERMS = {NAMES.get(one.name, one.name) for one in fields(ClaimFilter)}


def filter_of(text: str) -> ClaimFilter:
    """The filter that *text* says: terms with blanks between them, all of which must hold.

    >>> filter_of("kind=money unit=AUD value>=1e6 subject='Digital Restart Fund' year=2021").least
    Decimal('1E+6')

    Raises ``FilterError`` for a term that there is not.
    """
    try:
        terms = shlex.split(text)
    except ValueError as error:
        raise FilterError(text, f"cannot be read ({error}); quotation marks come in pairs") from error
    found: dict[str, Any] = {}
    for term in terms:
        name, sign, value = term.partition("=")
        name = f"{name}=" if name.endswith((">", "<")) else name
        field = {shown: one for one, shown in NAMES.items()}.get(name, name)
        if not sign or name not in TERMS or not value:
            known = ", ".join(f"{one}…" if one.endswith("=") else f"{one}=…" for one in sorted(TERMS))
            raise FilterError(term, f"is no term of a filter; there are {known}")
        if field in found:
            raise FilterError(term, "is the second term of its name; several values have commas between them")
        found[field] = value
    return checked(ClaimFilter(**found))


def checked(wanted: ClaimFilter) -> ClaimFilter:
    """*wanted* with its numbers as numbers; raises ``FilterError`` where one is none, or a kind or status unknown."""
    for kind in (wanted.kind or "").split(","):
        if kind and kind not in Kind:
            raise FilterError(kind, f"is no kind of claim; there are {', '.join(Kind)}")
    for status in (wanted.status or "").split(","):
        if status and status not in Status:
            raise FilterError(status, f"is no status of a claim; there are {', '.join(Status)}")
    return replace(
        wanted,
        least=number_of("value>=", wanted.least),
        most=number_of("value<=", wanted.most),
        year=None if wanted.year is None else int(number_of("year", wanted.year) or 0),
        currency=wanted.currency.upper() if wanted.currency else None,
    )


def number_of(name: str, said: object) -> Decimal | None:
    """The finite number that *said* is; raises ``FilterError``, with *name*, where it is none.

    >>> number_of("value>=", "1,500_000")
    Decimal('1500000')
    """
    if said is None:
        return None
    try:
        found = Decimal(str(said).replace(",", "").replace("_", ""))
    except InvalidOperation as error:
        raise FilterError(f"{name}{said}", "is not a number") from error
    if not found.is_finite():
        raise FilterError(f"{name}{said}", "is not a number")
    return found


class Answer:
    """The claims that fit, by unit and then the largest first, and why sums that nobody can compare are not there."""

    def __init__(self, claims: list[LedgerClaim], unrated: Counter[str]) -> None:
        self.claims, self.unrated = claims, unrated

    def __iter__(self) -> Iterator[LedgerClaim]:
        return iter(self.claims)

    def __len__(self) -> int:
        return len(self.claims)

    @property
    def said(self) -> str:
        """The sums that are left out, in a sentence; empty where there are none."""
        if not self.unrated:
            return ""
        reasons = "; ".join(f"{count:,}: {reason}" for reason, count in sorted(self.unrated.items()))
        return f"{self.unrated.total():,} sums could not be compared and are left out ({reasons})"


def ask(ledger: Ledger, wanted: ClaimFilter, *, aliases: Collection[str] = (), rate: Rate | None = None) -> Answer:
    """The claims that fit, with corrections in force.

    A subject fits by its own words, or by any name that the ledger knows for an entity in it; *aliases* are more
    names of the same. A filter with a currency needs *rate*, which tells what one unit of another was worth on a day.
    """
    wanted = checked(wanted)
    claims, posts = schema.claims.c, schema.posts.c
    where: list[Any] = []
    if wanted.theme is not None:
        themed = schema.assignments.c
        same_passage = (themed.post == claims.post, themed.passage == claims.passage, themed.theme == wanted.theme)
        where.append(select(themed.post).where(*same_passage).exists())
    if wanted.flag is not None:
        where.append(claims.flags.contains(f'"{wanted.flag}"', autoescape=True))
    if wanted.words is not None:
        columns = (func.lower(claims.sentence), func.lower(posts.title))
        where += [
            or_(*(column.contains(said, autoescape=True) for column in columns for said in spellings(word)))
            for word in wanted.words.split()
        ]
    mentions = _mentions(ledger, [wanted.subject, *aliases]) if wanted.subject else {}
    unrated: Counter[str] = Counter()
    found = []
    for one in ledger.claims(where=where):
        if _fits(one, wanted, mentions):
            within = _within(one, wanted, rate)
            if isinstance(within, str):
                unrated[within] += 1
            elif within:
                found.append(one)
    found.sort(key=lambda one: (one.claim.unit or "", -one.claim.value, one.post, one.claim.start))
    return Answer(found, unrated)


def _fits(one: LedgerClaim, wanted: ClaimFilter, mentions: dict[str, list[tuple[int, int]]]) -> bool:
    claim = one.claim
    year = (claim.when or one.date or "")[:4]
    return (
        (wanted.kind is None or claim.kind in wanted.kind.split(","))
        and (wanted.unit is None or (claim.unit or "").casefold() in wanted.unit.casefold().split(","))
        and (wanted.currency is None or claim.kind is Kind.MONEY)
        and (wanted.year is None or year == f"{wanted.year:04}")
        and (wanted.status is None or str(one.status) in wanted.status.split(","))
        and (wanted.subject is None or _is_about(one, wanted.subject, mentions.get(one.post, ())))
    )


def _within(one: LedgerClaim, wanted: ClaimFilter, rate: Rate | None) -> bool | str:
    """Whether the claim's value is in the range; or why that cannot be said."""
    claim, worth = one.claim, Decimal(1)
    if wanted.currency is not None and (wanted.least is not None or wanted.most is not None):
        if rate is None:
            return "no reference rates"
        found = rate(claim.unit, date.fromisoformat(one.date) if one.date else None, wanted.currency)
        if isinstance(found, str):
            return found
        worth = found[0]
    upper = claim.value if claim.value_max is None else claim.value_max
    return (wanted.least is None or upper * worth >= wanted.least) and (
        wanted.most is None or claim.value * worth <= wanted.most
    )


def _is_about(one: LedgerClaim, name: str, mentions: Collection[tuple[int, int]]) -> bool:
    if name.casefold() in (one.claim.subject or "").casefold():
        return True
    start, end = one.claim.spans.get("subject", (0, 0))
    return any(first < end and start < last for first, last in mentions)


def _mentions(ledger: Ledger, names: Collection[str]) -> dict[str, list[tuple[int, int]]]:
    """Where the things known by one of *names* are mentioned, by post."""
    table = schema.entities.c
    same = sorted({said for name in names if name for said in spellings(name)})
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
