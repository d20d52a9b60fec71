"""The queue of claims to look at: what comes next for whom, why, and how many are left.

The items are derived from claims and findings. Triggers note the posts that changed; ``refresh`` makes just
their items anew, so a queue of 200,000 answers at once.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, case, delete, exists, func, insert, or_, select
from sqlalchemy.sql.elements import ColumnElement

from pipeline.ledger import schema, search
from pipeline.ledger.anchoring import reanchor
from pipeline.ledger.deciding import Viewer, chance
from pipeline.ledger.ledger import Ledger
from pipeline.records import Verdict

TENTH = 0.1  # the share drawn at random, blind to the score: only it gives honest precision
OPEN = ("disputed", "stale", "proposed")
SETTLED = ("accepted", "corrected", "rejected", "added", "flagged")
CHUNK = 500

item = schema.review_items.c
claim = schema.claims.c
post = schema.posts.c
judgement = schema.judgements.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which claims a person wants to see; all of it optional."""

    status: str | None = None
    kind: str | None = None
    unit: str | None = None
    post: str | None = None
    theme: str | None = None
    year: str | None = None
    publisher: str | None = None
    subject: str | None = None
    least: float | None = None
    most: float | None = None
    flagged: bool = False
    mine: bool = False
    draw: bool = False  # only the random tenth
    words: str | None = None

    @property
    def any(self) -> bool:
        """Whether anything at all is asked for."""
        return self != Wanted()


ODD = {"unlikely-currency", "conflicting-bound", "mixed-script", "mixed-scripts"}  # flags that put a figure in doubt


@dataclass(frozen=True, slots=True)
class Place:
    """An item of the queue, and why it is there."""

    claim: str
    post: str
    why: str
    drawn: bool


# Keeping the items in step


def refresh(ledger: Ledger) -> int:
    """Make the items of the posts that changed anew; how many posts there were."""
    with ledger.reading() as connection:
        waiting = connection.execute(select(func.count()).select_from(schema.review_dirty)).scalar_one()
    if not waiting:
        return 0
    done = 0
    while True:
        with ledger.writing() as connection:
            posts = list(connection.execute(select(schema.review_dirty.c.post).limit(CHUNK)).scalars())
            if not posts:
                return done
            reanchor(connection, posts)
            _renew(connection, posts)
            connection.execute(delete(schema.review_dirty).where(schema.review_dirty.c.post.in_(posts)))
            done += len(posts)


def _renew(connection: Connection, posts: Sequence[str]) -> None:
    old = list(connection.execute(select(item.number).where(item.post.in_(posts))).scalars())
    search.forget(connection, old)
    connection.execute(delete(schema.review_items).where(item.post.in_(posts)))
    query = (
        select(schema.claims, post.title, post.publisher)
        .join(schema.posts, post.id == claim.post)
        .where(claim.post.in_(posts), claim.live == 1, post.state == "live")
        .order_by(claim.post, claim.start, claim.id)
    )
    found = connection.execute(query).mappings().all()
    if not found:
        return
    said = _findings_by_claim(connection, posts)
    items, words = [], {}
    for row in found:
        items.append(_item(row, said.get(row["id"], ())))
        names = ("sentence", "subject", "measure", "quote", "unit", "title", "publisher")
        words[row["id"]] = " ".join(str(row[name]) for name in names if row[name])
    best: dict[tuple[str, int], float] = {}
    for made in items:
        key = (made["post"], made["tier"])
        best[key] = max(best.get(key, 0.0), made["score"])
    for made in items:
        made["rank"] = -best[made["post"], made["tier"]]
    connection.execute(insert(schema.review_items), items)
    numbers = connection.execute(select(item.number, item.claim).where(item.post.in_(posts))).all()
    search.index(connection, [{"number": number, "words": words[name]} for number, name in numbers])


def _findings_by_claim(connection: Connection, posts: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    query = (
        select(schema.finding_claims.c.claim, schema.findings.c.kind, schema.findings.c.claims)
        .join(schema.findings, schema.findings.c.id == schema.finding_claims.c.finding)
        .join(schema.claims, claim.id == schema.finding_claims.c.claim)
        .where(claim.post.in_(posts))
    )
    found: dict[str, list[tuple[str, int]]] = {}
    for about, kind, claims in connection.execute(query):
        found.setdefault(about, []).append((kind, len(json.loads(claims))))
    return found


def _item(row: Mapping[Any, Any], findings: Sequence[tuple[str, int]]) -> dict[str, Any]:
    kinds = [kind for kind, _ in findings]
    flags = json.loads(row["flags"])
    others = sum(count - 1 for _, count in findings)
    size = math.log10(abs(row["amount"]) + 1) / 15 if row["kind"] == "money" else 0.1
    risk = 1.0 - abs(2 * row["confidence"] - 1)
    score = (0.1 + min(size, 1.0)) * (0.1 + risk) * (1 + min(others, 9))
    if "contradiction" in kinds:
        tier, why = 2, "contradicts another claim"
    elif "doubt" in kinds or ODD & set(flags):
        tier, why = 3, "something about the figure is odd"
    elif others:
        tier, why = 4, f"{others} other claim{'s' if others > 1 else ''} hang{'' if others > 1 else 's'} on it"
    elif risk > 0.6:
        tier, why = 4, "the extractor is unsure"
    elif row["kind"] == "money" and size > 0.4:
        tier, why = 4, "a large sum"
    else:
        tier, why = 4, "next in this post"
    return {
        "claim": row["id"],
        "post": row["post"],
        "start": row["start"],
        "status": row["status"],
        "tier": tier,
        "score": round(score, 6),
        "rank": 0.0,
        "why": why,
        "draw": chance("draw", row["id"]),
        "second": chance("second", row["id"]),
    }


# What somebody may see


def shown_status(viewer: Viewer) -> ColumnElement[str]:
    """The status as *viewer* may see it: others' verdicts are withheld until they have decided themselves."""
    if viewer.second_share <= 0 or viewer.sees_all:
        return item.status
    mine = exists().where(
        judgement.claim == item.claim, judgement.reviewer == viewer.name, judgement.verdict != Verdict.SKIP
    )
    # what shows no verdict, and what this viewer is asked to settle, is not withheld
    withheld = ("proposed", "stale", "disputed") if viewer.adjudicates else ("proposed", "stale")
    hidden = and_(item.second < viewer.second_share, item.status.not_in(withheld), ~mine)
    return case((hidden, "proposed"), else_=item.status)


def conditions(connection: Connection, wanted: Wanted, viewer: Viewer) -> list[ColumnElement[bool]]:
    """What *wanted* asks of items joined with claims and posts; every value is bound, never pasted."""
    made: list[ColumnElement[bool]] = []
    for column, value in (
        (shown_status(viewer), wanted.status),
        (func.coalesce(claim.kind, ""), wanted.kind),  # no bare column: the queue's own index gives the order
        (func.coalesce(claim.unit, ""), wanted.unit),
        (item.post, wanted.post),
        (post.publisher, wanted.publisher),
        (claim.subject, wanted.subject),
    ):
        if value is not None:
            made.append(column == value)
    if wanted.year is not None:
        made.append(post.date.startswith(wanted.year, autoescape=True))
    if wanted.least is not None:
        made.append(claim.amount >= wanted.least)
    if wanted.most is not None:
        made.append(claim.amount <= wanted.most)
    if wanted.flagged:
        made.append(or_(claim.flags != "[]", item.tier == 3))
    if wanted.mine:
        made.append(item.claim.in_(select(judgement.claim).where(judgement.reviewer == viewer.name)))
    if wanted.draw:
        made.append(item.draw < TENTH)
    if wanted.theme is not None:
        placed = schema.assignments.c
        made.append(
            exists().where(placed.post == claim.post, placed.passage == claim.passage, placed.theme == wanted.theme)
        )
    if wanted.words:
        found = search.matching(connection, wanted.words)
        if found is not None:
            made.append(found)
    return made


def joined(*columns: Any) -> Select[Any]:
    """Items with their claims and posts."""
    return (
        select(*columns)
        .select_from(schema.review_items)
        .join(schema.claims, claim.id == item.claim)
        .join(schema.posts, post.id == item.post)
    )


# What comes next


def next_place(
    connection: Connection, wanted: Wanted, viewer: Viewer, *, after: str | None = None, back: bool = False
) -> Place | None:
    """The item that *viewer* should look at next; the one *after* a claim (or before it, with *back*) if given."""
    if wanted.any:
        return _next_wanted(connection, wanted, viewer, after, back)
    if not back and _draw_is_due(connection):
        drawn = _first_drawn(connection, viewer, after)
        if drawn is not None:
            return drawn
    for status in OPEN:
        found = _first_regular(connection, viewer, status, after, back)
        if found is not None:
            return found
    if after is not None:
        return next_place(connection, wanted, viewer) if not back else None
    return _first_drawn(connection, viewer, None) or _second_look(connection, viewer)


def _not_mine(viewer: Viewer) -> ColumnElement[bool]:
    return ~exists().where(judgement.claim == item.claim, judgement.reviewer == viewer.name)


def _first_regular(connection: Connection, viewer: Viewer, status: str, after: str | None, back: bool) -> Place | None:
    query = select(item.claim, item.post, item.why).where(item.status == status)
    if status == "disputed":
        if not viewer.adjudicates:
            return None
        left_open = (judgement.claim == item.claim, judgement.verdict == Verdict.ADJUDICATE)
        query = query.where(~exists().where(*left_open, judgement.reviewer == viewer.name))
    else:
        query = query.where(_not_mine(viewer))
    if status == "proposed":
        query = query.where(item.draw + 0 >= TENTH)  # a sum, lest the index of draws be taken, and all sorted
    order = (item.tier, item.rank, item.post, item.start, item.number)
    if after is not None:
        here = connection.execute(select(*order, item.status).where(item.claim == after)).first()
        if here is not None and here[-1] in OPEN and OPEN.index(here[-1]) > OPEN.index(status):
            return None
        if here is not None:
            query = query.where(item.claim != after, _beyond(order, here[:-1], back))
    if back:
        query = query.order_by(
            item.tier.desc(), item.rank.desc(), item.post.desc(), item.start.desc(), item.number.desc()
        )
    else:
        query = query.order_by(item.tier, item.rank, item.post, item.start, item.number)
    found = connection.execute(query.limit(1)).first()
    if found is None:
        return None
    why = {"disputed": "two reviewers disagree", "stale": "the post or the extractor changed since it was decided"}
    return Place(claim=found[0], post=found[1], why=why.get(status, found[2]), drawn=False)


def _beyond(order: Sequence[ColumnElement[Any]], here: Sequence[Any], back: bool) -> ColumnElement[bool]:
    options = []
    for n, (column, value) in enumerate(zip(order, here, strict=True)):
        same = [c == v for c, v in zip(order[:n], here[:n], strict=True)]
        options.append(and_(*same, column < value if back else column > value))
    return or_(*options)


def _draw_is_due(connection: Connection) -> bool:
    drawn, rest = connection.execute(
        select(
            func.coalesce(func.sum(case((item.draw < TENTH, 1), else_=0)), 0),
            func.coalesce(func.sum(case((item.draw < TENTH, 0), else_=1)), 0),
        ).where(item.status.in_(("accepted", "corrected", "rejected")))
    ).one()
    return bool(drawn < rest // 9)


def _first_drawn(connection: Connection, viewer: Viewer, after: str | None) -> Place | None:
    query = (
        select(item.claim, item.post)
        .where(item.status == "proposed", item.draw < TENTH, _not_mine(viewer))
        .order_by(item.draw)
    )
    if after is not None:
        query = query.where(item.claim != after)
    found = connection.execute(query.limit(1)).first()
    return found and Place(claim=found[0], post=found[1], why="drawn at random, to measure honestly", drawn=True)


def _second_look(connection: Connection, viewer: Viewer) -> Place | None:
    """A claim that somebody else has decided and that is due for a second pair of eyes."""
    if viewer.second_share <= 0:
        return None
    query = (
        select(item.claim, item.post)
        .where(
            item.status.in_(("accepted", "corrected", "rejected")),
            item.second < viewer.second_share,
            _not_mine(viewer),
        )
        .order_by(item.second)
    )
    found = connection.execute(query.limit(1)).first()
    return found and Place(claim=found[0], post=found[1], why="drawn for an independent look", drawn=False)


def _next_wanted(connection: Connection, wanted: Wanted, viewer: Viewer, after: str | None, back: bool) -> Place | None:
    order = (item.tier, item.rank, item.post, item.start, item.number)
    here = None
    if after is not None:
        here = connection.execute(select(*order).where(item.claim == after)).first()
    asked = conditions(connection, wanted, viewer)
    # A state at a time, each in the order of its index, so that the first hit ends the search.
    for status in (wanted.status,) if wanted.status else OPEN:
        query = joined(item.claim, item.post, item.why).where(*asked)
        if viewer.second_share <= 0 or viewer.sees_all:
            query = query.where(item.status == status)
        else:
            query = query.where(shown_status(viewer) == status)
        if wanted.status is None and status != "disputed":
            query = query.where(_not_mine(viewer))
        if here is not None:
            query = query.where(_beyond(order, here, back))
        query = query.order_by(*(column.desc() for column in order) if back else order)
        found = connection.execute(query.limit(1)).first()
        if found is not None:
            return Place(claim=found[0], post=found[1], why=found[2], drawn=False)
    if here is not None and not back:
        return _next_wanted(connection, wanted, viewer, None, back)
    return None


# Numbers


def counts(connection: Connection, viewer: Viewer) -> dict[str, int]:
    """How many claims stand where, as *viewer* may see it."""
    status = shown_status(viewer)
    query = select(status, func.count()).select_from(schema.review_items).group_by(status)
    return {str(name): count for name, count in connection.execute(query)}


def count_wanted(connection: Connection, wanted: Wanted, viewer: Viewer) -> int:
    """How many claims *wanted* names."""
    query = joined(func.count()).where(*conditions(connection, wanted, viewer))
    if wanted.status is None:
        query = query.where(shown_status(viewer).in_(OPEN), or_(_not_mine(viewer), item.status == "disputed"))
    return int(connection.execute(query).scalar_one())


def why_here(connection: Connection, claim_id: str) -> str:
    """Why the claim is in the queue, in words."""
    row = connection.execute(select(item.status, item.why, item.draw).where(item.claim == claim_id)).first()
    if row is None:
        return "no longer found in the post"
    if row[0] == "stale":
        return "the post or the extractor changed since it was decided"
    if row[0] == "disputed":
        return "two reviewers disagree"
    return "drawn at random, to measure honestly" if row[2] < TENTH else str(row[1])


def last_drawn(connection: Connection, *, most: int = 60) -> tuple[int, int]:
    """How many of the last random cards were decided (up to *most*), and how many of them had to be changed."""
    query = (
        select(item.status)
        .join(schema.judgements, judgement.claim == item.claim)
        .where(item.draw < TENTH, item.status.in_(("accepted", "corrected", "rejected")))
        .order_by(judgement.seq.desc())
        .limit(most)
    )
    found = list(connection.execute(query).scalars())
    return len(found), sum(status != "accepted" for status in found)


def progress(connection: Connection, by: str) -> Iterator[tuple[str, int, int]]:
    """Yield (post id or kind, decided, all), the most open ones first."""
    column = {"post": item.post, "kind": claim.kind}[by]
    done = func.sum(case((item.status.in_(SETTLED), 1), else_=0))
    query = joined(column, done, func.count()).group_by(column).order_by((func.count() - done).desc(), column)
    for name, decided, total in connection.execute(query):
        yield name, int(decided), int(total)
