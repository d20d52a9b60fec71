"""Doubts about sums: parts that do not add up to their whole, and shares that do not fit the sum beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.compare.claims import ComparedClaim
from pipeline.compare.doubts.registry import Doubt, of_post
from pipeline.compare.naming import Named
from pipeline.compare.topics import family_of
from pipeline.compare.values import rounding
from pipeline.records import Bound, Kind, Modality

ADDABLE = (Kind.COUNT, Kind.MONEY, Kind.MEASURE)
PARTED = re.compile(
    r"\b(?:of (?:which|whom|them|these|those)|(?:are|is|was|were) (?:made up|composed) of|made up of|consist\w* of|"
    r"compris\w+|(?:split|divided|broken down) (?:in)?to|namely)\b|:",
    re.IGNORECASE,
)
ALL_NAMED = re.compile(r"made up of|composed of|consist\w* of|split|divided|broken down|namely|:", re.IGNORECASE)
JOINED = re.compile(r"[^.;:]*?(?:,|\band\b|\bplus\b)[^.;:]*", re.IGNORECASE)
OTHERS = re.compile(
    r"\b(?:rest|remain\w*|others?|among them|includ\w*|such as|for example|e\.g\.|at least)\b", re.IGNORECASE
)
OR_SUM = re.compile(
    r"\s*(?:percent|per cent|%)?\s*(?:,\s*(?:or|i\.e\.|that is)\s+|\(\s*)(?:about |around |roughly )?", re.IGNORECASE
)
OFF = 3.0  # points by which a share may miss


@of_post
def parts_against_whole(claims: Sequence[ComparedClaim], named: Named) -> Doubt | None:
    """Parts that come to more than their whole, or a full list of parts that does not add up to it."""
    for sentence in by_sentence(claims):
        for at, whole in enumerate(sentence):
            parts = list(_parts(whole, sentence[at + 1 :]))
            if not parts:
                continue
            text = whole.claim.sentence
            cue = PARTED.search(_between(whole, parts[0]))
            if len(parts) == 1 and (cue is None or ALL_NAMED.search(cue.group())):
                continue
            total = sum(part.claim.value for part in parts)
            stated = whole.claim.value
            slack = rounding(stated) + sum(rounding(part.claim.value) for part in parts)
            if cue is None or whole.claim.kind is Kind.COUNT:
                slack = 0.0
            listed = cue is not None and ALL_NAMED.search(cue.group()) and len(parts) > 1 and not OTHERS.search(text)
            too_much = any(part.claim.value > stated for part in parts) or float(total - stated) > slack
            if too_much or (listed and abs(float(total - stated)) > slack):
                ids = (whole.claim.id, *(part.claim.id for part in parts))
                summed = " + ".join(part.claim.quote for part in parts)
                reason = f"The parts ({summed}) come to {total:,}, but the whole is “{whole.claim.quote}”."
                return Doubt(ids, reason, 0.65)
    return None


@of_post
def share_against_sum(claims: Sequence[ComparedClaim], named: Named) -> Doubt | None:
    """A percentage that does not fit the sum given for it beside the whole."""
    for at, share in enumerate(claims):
        if share.claim.kind is not Kind.PERCENT or at == 0 or at + 1 == len(claims):
            continue
        whole, part = claims[at - 1], claims[at + 1]
        beside = part.claim.sentence_start == share.claim.sentence_start
        if not beside or not OR_SUM.fullmatch(_between(share, part)) or not _exact(whole, share, part):
            continue
        if part.claim.kind not in ADDABLE or (whole.claim.kind, whole.claim.unit) != (part.claim.kind, part.claim.unit):
            continue
        if not whole.claim.value or whole.claim.value <= part.claim.value:
            continue
        near = whole.claim.sentence_start == share.claim.sentence_start or share.claim.start - whole.claim.end < 120
        true = float(part.claim.value / whole.claim.value * 100)
        if near and abs(true - float(share.claim.value)) > OFF:
            reason = (
                f"“{part.claim.quote}” of “{whole.claim.quote}” is {true:.0f} percent, "
                f"but the sentence says “{share.claim.quote}”."
            )
            return Doubt((whole.claim.id, share.claim.id, part.claim.id), reason, 0.65)
    return None


def by_sentence(claims: Sequence[ComparedClaim]) -> Iterator[list[ComparedClaim]]:
    """Yield the claims of each sentence that has two or more."""
    for _, group in groupby(claims, key=lambda said: said.claim.sentence_start):
        sentence = list(group)
        if len(sentence) > 1:
            yield sentence


def _parts(whole: ComparedClaim, after: Sequence[ComparedClaim]) -> Iterator[ComparedClaim]:
    """Yield the claims that the sentence names as parts of *whole*: behind a cue, joined by commas and "and"."""
    claim = whole.claim
    if claim.kind not in ADDABLE or claim.bound is not Bound.EXACT or claim.modality is not Modality.ACTUAL:
        return
    family = family_of(claim.kind, claim.unit)[0]
    last = whole
    for part in after:
        said = part.claim
        same = said.kind is claim.kind and (said.unit is None or family_of(said.kind, said.unit)[0] == family)
        if not same or said.bound is not Bound.EXACT or said.modality is not Modality.ACTUAL:
            return
        gap = _between(last, part)
        if last is whole:
            cue = PARTED.search(gap)
            if cue is None or len(gap) - cue.end() > 40:
                return
        elif not JOINED.fullmatch(gap):
            return
        yield part
        last = part


def _between(one: ComparedClaim, other: ComparedClaim) -> str:
    start = one.claim.sentence_start
    return one.claim.sentence[max(0, one.claim.end - start) : max(0, other.claim.start - start)]


def _exact(*claims: ComparedClaim) -> bool:
    return all(said.claim.bound in (Bound.EXACT, Bound.ABOUT) for said in claims)
