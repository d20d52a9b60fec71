"""Themes as people want them: renamed, merged, split, promoted, passages moved; laid over what a run found.

A run may find themes anew; what people decided is kept as decisions and laid over it each time, so undoing
a rename needs nothing but taking the decision back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from pipeline.ledger import rows, schema
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.verdicts import in_force
from pipeline.records import Assignment, Decision, Theme

BY_HAND = "moved by a reviewer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Themed:
    """The themes, and each passage's place in them."""

    themes: tuple[Theme, ...]
    assignments: tuple[tuple[str, Assignment], ...]  # (post, assignment)


def slug_of(name: str) -> str:
    """The slug of a theme that a person named.

    >>> slug_of("Open source & code")
    'open-source-code'
    """
    return "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:60]


def as_decided(
    themes: Sequence[Theme], assignments: Iterable[tuple[str, Assignment]], made: Sequence[Decision]
) -> Themed:
    """*themes* and *assignments* with the decisions on themes and passages, *made* in that order, laid over."""
    kept = {theme.slug: theme for theme in themes}
    places: dict[tuple[str, int], list[Assignment]] = {}
    for post, assignment in assignments:
        places.setdefault((post, assignment.passage), []).append(assignment)
    for decision in in_force(list(made)):
        changes = decision.changes
        match changes.get("op"):
            case "rename" if decision.target in kept:
                kept[decision.target] = replace(kept[decision.target], name=str(changes["name"]))
            case "promote" if decision.target in kept:
                kept[decision.target] = replace(kept[decision.target], origin="guided")
            case "new":
                number = 1 + max((theme.number for theme in kept.values()), default=0)
                theme = Theme(slug=decision.target, number=number, name=str(changes["name"]))
                kept.setdefault(decision.target, theme)
            case "merge" if decision.target in kept and changes["into"] in kept:
                del kept[decision.target]
                places = {
                    place: _merged(found, decision.target, str(changes["into"])) for place, found in places.items()
                }
            case "move":
                place = (decision.post, int(str(changes["passage"])))
                moved = changes["themes"]
                wanted = [str(slug) for slug in moved] if isinstance(moved, list) else []
                old = {assignment.theme: assignment for assignment in places.get(place, [])}
                places[place] = [
                    old.get(slug) or Assignment(passage=place[1], theme=slug, score=1.0, reason=BY_HAND)
                    for slug in wanted
                    if slug in kept
                ]
    return Themed(
        themes=tuple(sorted(kept.values(), key=lambda theme: theme.number)),
        assignments=tuple((post, found) for (post, _), each in sorted(places.items()) for found in each),
    )


def _merged(found: list[Assignment], old: str, into: str) -> list[Assignment]:
    best: dict[str, Assignment] = {}
    for assignment in found:
        slug = into if assignment.theme == old else assignment.theme
        if slug not in best or best[slug].score < assignment.score:
            best[slug] = replace(assignment, theme=slug)
    return list(best.values())


def decisions_on_themes(ledger: Ledger) -> list[Decision]:
    """All decisions on themes and passages, in order; those on a text that has changed since are left out."""
    decided, posts = schema.decisions.c, schema.posts.c
    query = (
        select(schema.decisions)
        .outerjoin(schema.posts, posts.id == decided.post)
        .where(
            decided.target_kind.in_(("theme", "passage")),
            (decided.target_kind == "theme") | (posts.revision == decided.revision),
        )
        .order_by(decided.seq)
    )
    with ledger.reading() as connection:
        return [rows.decision_of(row) for row in connection.execute(query).mappings()]


def themes_now(ledger: Ledger) -> Themed:
    """The ledger's themes and places as decided."""
    return as_decided(ledger.themes(), ledger.assignments(), decisions_on_themes(ledger))
