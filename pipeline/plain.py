"""Records as plain values, the way ``convening extract`` prints them and others can read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pipeline.ledger.found import LedgerClaim
from pipeline.records import Assignment, Claim, Entity, Extraction, Finding


def number(value: Decimal | None) -> int | float | None:
    """A JSON number: whole where it is whole, else the nearest float.

    >>> number(Decimal("1.6E+9")), number(Decimal("0.5")), number(None)
    (1600000000, 0.5, None)
    """
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def claim_row(claim: Claim) -> dict[str, Any]:
    """*claim* with its fields as named in ``records``, values as JSON numbers."""
    row = {field.name: getattr(claim, field.name) for field in fields(claim)}
    row["value"], row["value_max"] = number(claim.value), number(claim.value_max)
    row["spans"] = {name: list(span) for name, span in claim.spans.items()}
    return {name: simple(value) for name, value in row.items()}


def entity_row(entity: Entity) -> dict[str, Any]:
    """*entity* with what is known of it."""
    row = {field.name: simple(getattr(entity, field.name)) for field in fields(entity)}
    return {name: value for name, value in row.items() if value is not None}


def extraction_row(post: str, found: Extraction, themes: Iterable[Assignment]) -> dict[str, Any]:
    """The line that ``convening extract`` writes for one post: ``id``, ``claims``, ``entities``, ``passages``."""
    by_passage: dict[int, list[str]] = {}
    for assignment in themes:
        by_passage.setdefault(assignment.passage, []).append(assignment.theme)
    return {
        "id": post,
        "claims": [claim_row(claim) for claim in found.claims],
        "entities": [entity_row(entity) for entity in found.entities],
        "passages": [{"start": p.start, "end": p.end, "themes": by_passage.get(p.index, [])} for p in found.passages],
    }


def simple(value: Any) -> Any:
    """*value* as JSON has it: decimals as numbers, days and moments as text.

    >>> simple(Decimal("0.5")), simple(date(2021, 6, 17)), simple(("a",)), simple(None)
    (0.5, '2021-06-17', ['a'], None)
    """
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value


def asked_row(one: LedgerClaim) -> dict[str, Any]:
    """A claim of the ledger as a flat row: what it says, its words, its post, and where its review stands.

    Fields are called as the columns of the table of claims in the outputs: ``id`` is the claim's, ``post`` the id of
    its post, ``title`` that post's title; ``start`` and ``end`` are code points into the text of ``revision``. Only
    ``when`` says more than there: where the claim names no time, it is the post's day.
    """
    claim = one.claim
    return {
        "value": number(claim.value),
        "value_max": number(claim.value_max),
        "unit": claim.unit,
        "kind": str(claim.kind),
        "bound": str(claim.bound),
        "subject": claim.subject,
        "measure": claim.measure,
        "when": claim.when or one.date,
        "modality": str(claim.modality),
        "attributed_to": claim.attributed_to,
        "status": str(one.status),
        "flags": " ".join(claim.flags),
        "quote": claim.quote,
        "sentence": " ".join(claim.sentence.split()),
        "id": claim.id,
        "start": claim.start,
        "end": claim.end,
        "post": one.post,
        "revision": one.revision,
        "title": one.title,
        "publisher": one.publisher,
        "date": one.date,
        "url": one.url,
    }


def finding_row(finding: Finding) -> dict[str, Any]:
    """A finding with the ids of its claims and its reason in words."""
    return {
        "id": finding.id,
        "kind": str(finding.kind),
        "rule": finding.rule,
        "claims": list(finding.claims),
        "reason": finding.reason,
        "confidence": finding.confidence,
    }
