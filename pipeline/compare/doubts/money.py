"""Doubts about money: a currency that is not the subject's."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from pipeline.compare.claims import ComparedClaim
from pipeline.compare.countries import country_name, currencies_of, currency_name
from pipeline.compare.doubts.registry import Doubt, of_claim
from pipeline.compare.naming import Named
from pipeline.records import Kind, Label, Modality

OWN_MONEY = frozenset(tomllib.loads(Path(__file__).with_name("own_money.toml").read_text("utf-8"))["countries"])
BODIES = frozenset({Label.ORG, Label.PROGRAM})
BARE = re.compile(r"^[^A-Za-z]*\$")  # a sign that many currencies share says nothing
CONVERTED = re.compile(
    r"\b(equivalent|worth|convert\w*|in (?:British )?(?:pounds|euros|sterling)|exchange rate)\b", re.IGNORECASE
)


@of_claim
def currency_against_subject(said: ComparedClaim, named: Named) -> Doubt | None:
    """A sum in a currency that is not that of the law, fund or body that it is said of."""
    claim = said.claim
    if claim.kind is not Kind.MONEY or claim.unit in (None, "USD") or BARE.match(claim.quote):
        return None
    if claim.modality in (Modality.NEGATED, Modality.CONDITIONAL) or CONVERTED.search(claim.sentence):
        return None
    # What the sentence itself names comes first: a measure may be taken over from another.
    refs = said.refs & set(said.sentence_refs) or said.refs or frozenset(said.sentence_refs)
    places = {ref: iso[:2] for ref in (refs | set(said.sentence_refs)) if (iso := named.iso(ref))}
    bodies = sorted(ref for ref in refs if ref in places and named.label(ref) in BODIES)
    year = said.date.year if said.date else None
    if not bodies or any(claim.unit in currencies_of(place, year) for place in places.values()):
        return None
    homes = sorted({places[ref] for ref in bodies})
    if not set(homes) <= OWN_MONEY or not all(currencies_of(home, year) for home in homes):
        return None
    names = " and ".join(named.canonical(ref) or ref for ref in bodies)
    where = " and ".join(country_name(home) for home in homes)
    theirs = " or ".join(sorted(set().union(*(currencies_of(home, year) for home in homes))))
    own = said.country is not None and claim.unit in currencies_of(said.country[:2], year)
    slip = f"; {currency_name(claim.unit or '')} are the money of the post's own country" if own else ""
    reason = (
        f"“{claim.quote}” is in {currency_name(claim.unit or '')} ({claim.unit}), but is said of {names} "
        f"({where}), where sums are in {theirs}{slip}."
    )
    return Doubt((claim.id,), reason, 0.9 if own else 0.7)
