"""Doubts about counts of people and countries: more than there are."""

from __future__ import annotations

import re

from pipeline.compare.claims import ComparedClaim
from pipeline.compare.countries import country_name, inhabitants
from pipeline.compare.doubts.registry import Doubt, of_claim
from pipeline.compare.naming import Named
from pipeline.compare.plurals import plural_of
from pipeline.compare.topics import family_of
from pipeline.records import Bound, Kind, Label, Modality

LIVING = frozenset({"person", "citizen", "user", "adult", "child", "voter", "patient", "student"})
GROWN = 1.5  # the figures of inhabitants are some years old
COUNTRIES = 250  # as many codes as ISO 3166-1 has
ABROAD = re.compile(
    r"\b(world\w*|global\w*|abroad|international\w*|visit\w*|touris\w*|travell?\w*|countries|continents?|times|cumulative|"
    r"since|views?|downloads?|trips|journeys|per (?:day|week|month|year)|a (?:day|week|month|year))\b",
    re.IGNORECASE,
)


@of_claim
def more_than_inhabitants(said: ComparedClaim, named: Named) -> Doubt | None:
    """More people or users in a country than live there."""
    claim = said.claim
    if claim.kind is not Kind.COUNT or claim.bound is Bound.AT_MOST or claim.modality is Modality.NEGATED:
        return None
    if family_of(claim.kind, claim.unit)[1] not in LIVING or claim.value < 1000 or ABROAD.search(claim.sentence):
        return None
    countries = {
        iso for ref in said.refs if (iso := named.iso(ref)) and len(iso) == 2 and named.label(ref) in (None, Label.GPE)
    }
    if len(countries) != 1:
        return None
    country = countries.pop()
    living = inhabitants(country)
    if living is None or claim.value <= GROWN * living:
        return None
    unit = f" {plural_of(claim.unit)}" if claim.unit and claim.unit not in claim.quote else ""
    about = round(living, 2 - len(str(living)))  # two digits: more would say that it is known better
    reason = f"“{claim.quote}”{unit}, but {country_name(country)} has only about {about:,} inhabitants."
    return Doubt((claim.id,), reason, 0.8)


@of_claim
def more_countries_than_there_are(said: ComparedClaim, named: Named) -> Doubt | None:
    """More countries than the world has."""
    claim = said.claim
    if claim.kind is not Kind.COUNT or family_of(claim.kind, claim.unit)[1] != "country" or claim.value <= COUNTRIES:
        return None
    if claim.bound is Bound.AT_MOST or claim.modality is Modality.NEGATED:
        return None
    return Doubt((claim.id,), f"“{claim.quote}” countries, but the world has fewer than {COUNTRIES}.", 0.85)
