"""What the outputs say of single things: claims and findings by their ids, the countries of subjects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import batched
from typing import Any

from sqlalchemy import select

from pipeline.ledger import schema
from pipeline.ledger.ledger import Ledger
from pipeline.publish import columns
from pipeline.publish.rows import BATCH, Choice, claim_rows, selected


def claims_by_id(ledger: Ledger, ids: Iterable[str], choice: Choice) -> dict[str, dict[str, Any]]:
    """The rows of the claims *ids*, by id, each a mapping from column to value."""
    found = {}
    for chunk in batched(sorted(set(ids)), 10_000):
        only = Choice(where=(schema.claims.c.id.in_(chunk),), currency=choice.currency, only=choice.only)
        for row in claim_rows(ledger, only):
            found[row[0]] = dict(zip(columns.CLAIMS.names, row, strict=True))
    return found


def findings_by_id(ledger: Ledger, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The rows of the findings *ids*, by id, each a mapping from column to value."""
    table = schema.findings.c
    query = select(*(table[name] for name in columns.FINDINGS.names)).where(table.id.in_(sorted(set(ids))))
    names = columns.FINDINGS.names
    found = (dict(zip(names, row, strict=True)) for row in selected(ledger, query))
    return {row["id"]: row | {"claims": tuple(json.loads(row["claims"]))} for row in found}


def countries_of_subjects(ledger: Ledger, claims: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The country of each claim's subject, by the claim's id, where the subject names a thing of a known country."""
    table = schema.entities.c
    subjects = {claim["id"]: (claim["post"], claim["subject"]) for claim in claims if claim["subject"]}
    named: dict[str, list[tuple[str, str]]] = {}
    for posts in batched(sorted({post for post, _ in subjects.values()}), BATCH):
        query = select(table.post, table.quote, table.canonical, table.iso).where(
            table.post.in_(posts), table.iso != ""
        )
        for post, quote, canonical, iso in selected(ledger, query.order_by(table.post, table.start, table.end)):
            named.setdefault(post, []).extend((name, iso[:2]) for name in (canonical, quote) if name)
    found = {}
    for claim, (post, subject) in subjects.items():
        # The longest name within the subject is the closest to what it says.
        fitting = [(len(name), country) for name, country in named.get(post, ()) if name in subject]
        if fitting:
            found[claim] = max(fitting)[1]
    return found
