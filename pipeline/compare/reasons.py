"""Why two figures are duplicates, agree, move or clash: findings with their reason in words."""

from __future__ import annotations

from pipeline.compare.figures import Figure
from pipeline.compare.plurals import plural_of
from pipeline.compare.relations import Relation
from pipeline.records import Finding, Kind, digest


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
    unit = ""
    if figure.kind is Kind.COUNT and figure.unit and figure.unit not in figure.quote:
        unit = f" {figure.unit if figure.stated == 1 and figure.top is None else plural_of(figure.unit)}"
    return f"“{figure.quote}”{unit} ({dated}{stated})"
