"""Everything that one claim's card shows, read from the ledger in one view, and only what its viewer may see."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from pipeline.ledger import rows, schema
from pipeline.ledger.corpus import repeats
from pipeline.ledger.decisions.quotes import nearest
from pipeline.ledger.queue import progress
from pipeline.ledger.standing.made import decisions_on
from pipeline.ledger.standing.sights import differing, sight
from pipeline.ledger.standing.verdicts import (
    OUTCOMES,
    Standing,
    Status,
    corrected,
    field_verdicts,
    fold,
    in_force,
    set_aside,
)
from pipeline.ledger.standing.viewing import Viewer, version_of, visible_decisions
from pipeline.records import Claim, Decision, FindingKind
from pipeline.review import words

SHOWN_FIELDS = {  # field → its key, on the card as in the form
    "value": "1",
    "unit": "2",
    "bound": "3",
    "value_max": "4",
    "subject": "5",
    "measure": "6",
    "when": "7",
    "modality": "8",
    "attributed_to": "9",
    "period": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the claim: its value, what it was, and the words it rests on."""

    name: str
    label: str
    value: str
    was: str | None
    words: str | None
    key: str
    mark: str = ""  # right or wrong, as whoever decided last marked it
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another claim that a finding sets beside this one."""

    claim: str
    kind: str
    word: str
    headline: str
    sentence: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One claim as its viewer may see it."""

    claim: Claim
    found: Claim
    standing: Standing
    status: str
    version: str
    post: Mapping[str, Any]
    repeats: repeats.Repeat | None
    text: str
    others: Sequence[Mapping[str, Any]]
    position: int
    why: str
    fields: Sequence[Field]
    doubts: Sequence[str]
    related: Sequence[Related]
    history: Sequence[tuple[Decision, bool]]
    overtaken: Sequence[Decision]
    before: Mapping[str, Any] | None
    differences: Sequence[str]
    theme: str | None
    themes: Sequence[str]
    live: bool
    nearest: tuple[int, str] | None  # of an orphan: the sentence that may have taken the place of its own

    @property
    def headline(self) -> str:
        """The claim in words."""
        return words.headline(self.claim)

    @property
    def sides(self) -> list[Decision]:
        """The verdicts that stand against each other, where it is disputed."""
        if self.standing.status is not Status.DISPUTED:
            return []
        return list({d.reviewer: d for d in self.standing.decisions if d.verdict in OUTCOMES}.values())


def card_of(connection: Connection, claim_id: str, viewer: Viewer) -> Card | None:
    """The card of the claim for *viewer*; None where there is no such claim."""
    row = connection.execute(select(schema.claims).where(schema.claims.c.id == claim_id)).mappings().first()
    if row is None:
        return None
    found = rows.claim_of(row)
    made = decisions_on(connection, claim_id)
    seen = visible_decisions(claim_id, made, viewer)
    standing = fold(seen)
    claim = corrected(found, standing.changes)
    live = bool(row["live"])
    post, text = _post(connection, row["post"], row["revision"] if live else None)
    others = _others(connection, row["post"])
    themes = _themes(connection, row["post"], row["passage"])
    overtaken = set_aside(seen)
    before = _shown(connection, overtaken[-1].seen) if overtaken and standing.status is Status.STALE else None
    kept = {decision.id for decision in in_force(seen)}
    doubts, related = _findings(connection, found)
    return Card(
        claim=claim,
        found=found,
        standing=standing,
        status=str(standing.status),
        version=version_of(found, seen),
        post=post,
        repeats=repeats.repeated(connection, post),
        text=text,
        others=others,
        position=1 + next((n for n, other in enumerate(others) if other["id"] == claim_id), 0),
        why=progress.why_here(connection, claim_id) if seen == made else "next in this post",
        fields=_fields(claim, found, text, _marks(standing, viewer)) if live else _fields(claim, found, "", {}),
        doubts=[words.flag_words(flag) for flag in found.flags] + doubts,
        related=related,
        history=[(decision, decision.id in kept) for decision in seen],
        overtaken=overtaken,
        before=before,
        differences=differing(before, sight(found)) if before else (),
        theme=str(standing.changes["theme"]) if standing.changes.get("theme") else (themes[0] if themes else None),
        themes=themes,
        live=live,
        nearest=None if live else nearest(text, found.sentence),
    )


def _post(connection: Connection, post: str, revision: str | None) -> tuple[Mapping[str, Any], str]:
    row = connection.execute(select(schema.posts).where(schema.posts.c.id == post)).mappings().one()
    text = connection.execute(
        select(schema.revisions.c.text).where(
            schema.revisions.c.post == post, schema.revisions.c.revision == (revision or row["revision"])
        )
    ).scalar()
    return dict(row) | {"authors": json.loads(row["authors"])}, text or ""


def _marks(standing: Standing, viewer: Viewer) -> Mapping[str, str]:
    """The right and wrong that *viewer*, or else whoever decided last, marked field by field."""
    judged = list(standing.judged.values())
    own = [decision for decision in judged if decision.reviewer == viewer.name]
    return field_verdicts((own or judged)[-1]) if judged else {}


def _others(connection: Connection, post: str) -> list[Mapping[str, Any]]:
    claims = schema.claims.c
    query = (
        select(claims.id, claims.start, claims.end, claims.quote)
        .where(claims.post == post, claims.live == 1)
        .order_by(claims.start, claims.id)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _themes(connection: Connection, post: str, passage: int | None) -> list[str]:
    placed = schema.assignments.c
    query = (
        select(placed.theme)
        .where(placed.post == post, placed.passage == passage)
        .order_by(placed.score.desc(), placed.theme)
    )
    return list(connection.execute(query).scalars())


def _shown(connection: Connection, digest: str) -> dict[str, Any] | None:
    record = connection.execute(select(schema.shown.c.record).where(schema.shown.c.digest == digest)).scalar()
    return json.loads(record) if record else None


def _fields(claim: Claim, found: Claim, text: str, marks: Mapping[str, str]) -> list[Field]:
    made = []
    for name, key in SHOWN_FIELDS.items():
        value, old = getattr(claim, name), getattr(found, name)
        if name in ("value_max", "period", "attributed_to", "when") and value is None and old is None:
            continue
        span = claim.spans.get(name)
        if name == "value":
            span = (claim.start, claim.end)
        made.append(
            Field(
                name=name,
                label=words.FIELD_NAMES[name],
                value=words.field_value(name, value),
                was=words.field_value(name, old) if value != old else None,
                words=text[span[0] : span[1]] or None if span else None,
                key=key,
                mark=marks.get(name, ""),
                why=_currency(claim) if name == "unit" and claim.kind == "money" else None,
            )
        )
    return made


def _currency(claim: Claim) -> str | None:
    if not claim.currency_evidence:
        return None
    rest = [code for code in claim.currency_candidates if code != claim.unit][:4]
    also = f"; could also be {', '.join(rest)}" if rest else ""
    return f"decided by {words.flag_words(claim.currency_evidence)}{also}"


def _findings(connection: Connection, claim: Claim) -> tuple[list[str], list[Related]]:
    about = select(schema.finding_claims.c.finding).where(schema.finding_claims.c.claim == claim.id)
    query = select(schema.findings).where(schema.findings.c.id.in_(about)).order_by(schema.findings.c.id)
    findings = [rows.finding_of(row) for row in connection.execute(query).mappings()]
    doubts = [finding.reason for finding in findings if finding.kind is FindingKind.DOUBT]
    sought = {other: f for f in findings if f.kind is not FindingKind.DOUBT for other in f.claims if other != claim.id}
    if not sought:
        return doubts, []
    others = (
        select(schema.claims, schema.posts.c.title)
        .join(schema.posts, schema.posts.c.id == schema.claims.c.post)
        .where(schema.claims.c.id.in_(list(sought)[:20]))
        .order_by(schema.posts.c.date, schema.claims.c.id)
    )
    related = []
    for row in connection.execute(others).mappings():
        other, finding = rows.claim_of(row), sought[row["id"]]
        related.append(
            Related(
                claim=other.id,
                kind=finding.kind.value,
                word=words.FINDINGS[finding.kind.value],
                headline=words.headline(other),
                sentence=other.sentence,
                title=row["title"] or "untitled post",
                reason=finding.reason,
            )
        )
    return doubts, related
