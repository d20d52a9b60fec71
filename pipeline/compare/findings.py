"""Findings: what held side by side agrees, moves or clashes, and what cannot be right, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from pipeline.compare.claims import ComparedClaim
from pipeline.compare.coincidences import coincidences
from pipeline.compare.doubts import doubts_of_post, doubts_of_thread
from pipeline.compare.figures import Figure, figure_of, finite, telling
from pipeline.compare.likeness import Encode
from pipeline.compare.naming import Named
from pipeline.compare.relations import Relation
from pipeline.compare.threads import threads_of
from pipeline.compare.topics import Topics
from pipeline.records import Entity, Finding, Kind, digest


def compare(
    claims: Iterable[ComparedClaim], *, entities: Mapping[str, Entity] | None = None, encode: Encode | None = None
) -> Iterator[Finding]:
    """Yield what comes of holding *claims* against each other and against what can be.

    The claims of one post must follow each other, as the ledger gives them; claims in the same order give the same
    findings in the same order. *entities* gives a mention for each ref
    that the claims name; *encode* turns texts into rows of unit length.
    """
    named = Named(entities)
    topics = Topics(named)
    figures: list[Figure] = []
    for _, group in groupby(claims, key=lambda said: said.post):
        of_post = sorted(filter(finite, group), key=lambda said: said.claim.start)
        yield from doubts_of_post(of_post, named)
        figures.extend(figure_of(said, topics) for said in of_post if telling(said))
    series: dict[str, int] = {}
    for number, thread in enumerate(threads_of(figures, named, encode=encode)):
        series |= dict.fromkeys(thread.claims, number)
        for known, one, other in thread.links:
            yield finding_of(known, one, other)
        yield from doubts_of_thread(thread, named)
    for known, one, other in coincidences(figures):
        if one.id not in series or series[one.id] != series.get(other.id):
            yield finding_of(known, one, other)


def finding_of(found: Relation, one: Figure, other: Figure) -> Finding:
    """The finding that *found* comes to, its reason in words."""
    ids = (one.id, other.id)
    return Finding(
        id=digest(str(found.kind), found.rule, *ids),
        kind=found.kind,
        rule=found.rule,
        claims=ids,
        reason=reason(found, one, other),
        confidence=found.confidence,
    )


def reason(found: Relation, one: Figure, other: Figure) -> str:
    """Why two figures are duplicates, agree, move or clash, in a sentence with both and their dates."""
    first, second = _said(one), _said(other)
    match found.rule:
        case "syndicated":
            return f"{first} is repeated by a post with the same text: {second}."
        case "repeated":
            return f"The same is said again: {first}, and {second}."
        case "equal" | "compatible":
            return f"{first} and {second} agree."
        case "plan-and-outcome":
            return f"A plan and its outcome: {first} was planned, {second} is what came of it."
        case "undated":
            return f"The figure differs: {first}, but {second}; which is newer cannot be told."
        case "other-currency":
            return f"The same number in another currency, so one of the two is wrong: {first}, but {second}."
        case "later-value":
            return f"The figure moved: {first}, later {second}."
        case _:
            return f"Both cannot be right at the same time: {first}, but {second}."


def _said(figure: Figure) -> str:
    dated = f"post of {figure.posted.isoformat()}" if figure.posted else "post without a date"
    stated = f", for {figure.time}" if figure.time and figure.time.own else ""
    unit = f" {figure.unit}" if figure.kind is Kind.COUNT and figure.unit and figure.unit not in figure.quote else ""
    return f"“{figure.quote}”{unit} ({dated}{stated})"
