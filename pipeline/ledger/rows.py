"""Records to table rows and back; equal records are equal rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pipeline.records import (
    Assignment,
    Bound,
    Claim,
    Decision,
    Entity,
    Finding,
    FindingKind,
    Kind,
    Label,
    Modality,
    Post,
    Theme,
    Verdict,
)

type Row = Mapping[Any, Any]
ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def packed(value: object) -> str:
    """JSON text with sorted keys and no spaces; what JSON lacks is kept as its string."""
    return ENCODER.encode(value)


def safe(text: str) -> str:
    """*text* as both databases can hold it: NUL and lone surrogates become U+FFFD, one for one.

    Offsets stay true, since each is one code point before and after.
    """
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def post_row(post: Post) -> dict[str, Any]:
    """The row of *post* in ``posts``, without what the ledger itself adds."""
    return {
        "id": post.id,
        "revision": post.revision,
        "title": post.title,
        "url": post.url,
        "authors": packed(list(post.authors)),
        "date": post.date.isoformat() if post.date else None,
        "publisher": post.publisher,
        "country": post.country,
        "language": post.language,
        "path": post.path,
        "sources": packed(dict(post.sources)),
    }


def post_of(row: Row, text: str) -> Post:
    """The post of a row of ``posts`` and its revision's text."""
    return Post(
        id=row["id"],
        text=text,
        title=row["title"],
        url=row["url"],
        authors=tuple(json.loads(row["authors"])),
        date=date.fromisoformat(row["date"]) if row["date"] else None,
        publisher=row["publisher"],
        country=row["country"],
        language=row["language"],
        path=row["path"],
        sources=json.loads(row["sources"]),
    )


def claim_row(claim: Claim, post: str, revision: str, passage: int | None) -> dict[str, Any]:
    """The row of *claim*, found in that revision of that post, live and not yet decided on."""
    return {
        "id": claim.id,
        "post": post,
        "revision": revision,
        "passage": passage,
        "start": claim.start,
        "end": claim.end,
        "quote": claim.quote,
        "sentence": claim.sentence,
        "sentence_start": claim.sentence_start,
        "kind": claim.kind.value,
        "value": str(claim.value),
        "value_max": None if claim.value_max is None else str(claim.value_max),
        "amount": max(-1e300, min(float(claim.value), 1e300)),  # an infinite sum is none
        "unit": claim.unit,
        "bound": claim.bound.value,
        "subject": claim.subject,
        "measure": claim.measure,
        "predicate": claim.predicate,
        "when": claim.when,
        "period": claim.period,
        "modality": claim.modality.value,
        "attributed_to": claim.attributed_to,
        "confidence": claim.confidence,
        "flags": packed(list(claim.flags)),
        "currency_evidence": claim.currency_evidence,
        "currency_candidates": packed(list(claim.currency_candidates)),
        "spans": packed({name: list(span) for name, span in claim.spans.items()}),
        "extractor": claim.extractor,
        "live": 1,
        "status": "proposed",
    }


def claim_of(row: Row) -> Claim:
    """The claim of a row of ``claims``, as the extractor found it."""
    return Claim(
        id=row["id"],
        start=row["start"],
        end=row["end"],
        quote=row["quote"],
        sentence=row["sentence"],
        sentence_start=row["sentence_start"],
        kind=Kind(row["kind"]),
        value=Decimal(row["value"]),
        value_max=None if row["value_max"] is None else Decimal(row["value_max"]),
        unit=row["unit"],
        bound=Bound(row["bound"]),
        subject=row["subject"],
        measure=row["measure"],
        predicate=row["predicate"],
        when=row["when"],
        period=row["period"],
        modality=Modality(row["modality"]),
        attributed_to=row["attributed_to"],
        confidence=row["confidence"],
        flags=tuple(json.loads(row["flags"])),
        currency_evidence=row["currency_evidence"],
        currency_candidates=tuple(json.loads(row["currency_candidates"])),
        spans={name: (span[0], span[1]) for name, span in json.loads(row["spans"]).items()},
        extractor=row["extractor"],
    )


def entity_row(entity: Entity, post: str) -> dict[str, Any]:
    """The row of *entity* in that post."""
    return {
        "post": post,
        "start": entity.start,
        "end": entity.end,
        "quote": entity.quote,
        "label": entity.label.value,
        "canonical": entity.canonical,
        "ref": entity.ref,
        "iso": entity.iso,
        "model": entity.model,
    }


def entity_of(row: Row) -> Entity:
    """The entity of a row of ``entities``."""
    names = ("start", "end", "quote", "canonical", "ref", "iso", "model")
    return Entity(label=Label(row["label"]), **{name: row[name] for name in names})


def assignment_rows(found: Sequence[Assignment], post: str) -> list[dict[str, Any]]:
    """The rows of a post's theme assignments."""
    return [
        {"post": post, "passage": a.passage, "theme": a.theme, "score": round(a.score, 4), "reason": a.reason}
        for a in found
    ]


def assignment_of(row: Row) -> Assignment:
    """The assignment of a row of ``assignments``, or of what was found about themes."""
    return Assignment(passage=row["passage"], theme=row["theme"], score=row["score"], reason=row["reason"])


def theme_row(theme: Theme) -> dict[str, Any]:
    """The row of *theme*."""
    return {
        "slug": theme.slug,
        "number": theme.number,
        "name": theme.name,
        "description": theme.description,
        "keywords": packed(list(theme.keywords)),
        "origin": theme.origin,
    }


def theme_of(row: Row) -> Theme:
    """The theme of a row of ``themes``."""
    return Theme(**{**row, "keywords": tuple(json.loads(row["keywords"]))})


def _safe(text: str | None) -> str | None:
    return None if text is None else safe(text)


def decision_row(decision: Decision) -> dict[str, Any]:
    """The row of *decision*, without the number that the ledger gives it."""
    return {
        "id": decision.id,
        "target": decision.target,
        "target_kind": decision.target_kind,
        "post": decision.post,
        "revision": decision.revision,
        "seen": decision.seen,
        "verdict": decision.verdict.value,
        "reviewer": decision.reviewer,
        "at": decision.at.isoformat(),
        "reason": _safe(decision.reason),
        "note": _safe(decision.note),
        "changes": safe(packed(dict(decision.changes))),
    }


def decision_of(row: Row) -> Decision:
    """The decision of a row of ``decisions``."""
    names = ("id", "target", "target_kind", "post", "revision", "seen", "reviewer", "reason", "note")
    return Decision(
        verdict=Verdict(row["verdict"]),
        at=datetime.fromisoformat(row["at"]),
        changes=json.loads(row["changes"]),
        **{name: row[name] for name in names},
    )


def finding_row(finding: Finding) -> dict[str, Any]:
    """The row of *finding*."""
    return {
        "id": finding.id,
        "kind": finding.kind.value,
        "rule": finding.rule,
        "claims": packed(list(finding.claims)),
        "reason": finding.reason,
        "confidence": round(finding.confidence, 4),
    }


def finding_of(row: Row) -> Finding:
    """The finding of a row of ``findings``."""
    return Finding(**{**row, "kind": FindingKind(row["kind"]), "claims": tuple(json.loads(row["claims"]))})
