"""The items of the queue: derived from claims and findings, and kept in step with them.

Triggers note the posts that changed; ``refresh_queue`` makes just their items anew, so a queue of 200,000 answers
at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select

from pipeline.ledger import schema
from pipeline.ledger.decisions.anchoring import reanchor
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.queue import search
from pipeline.ledger.queue.worth import UNSURE, chance_wrong, step, worth
from pipeline.ledger.standing.draws import TENTH, chance
from pipeline.ledger.standing.queue_counts import count_items, count_posts

TOGETHER = 500  # posts whose items are made anew in one transaction
LONGEST = 100  # characters of a text that an index holds; PostgreSQL takes rows of 2,704 bytes in one
LARGE = 1_000_000  # a sum beyond this is told to be large
GONE = "its words are no longer in the post"
ODD = {"unlikely-currency", "conflicting-bound", "mixed-script", "mixed-scripts"}  # flags that put a figure in doubt
item = schema.review_items.c
claim = schema.claims.c
post = schema.posts.c


def refresh_queue(ledger: Ledger) -> int:
    """Make the items of the posts that changed anew; how many posts there were."""
    with ledger.reading() as connection:
        waiting = connection.execute(select(func.count()).select_from(schema.review_dirty)).scalar_one()
    if not waiting:
        return 0
    done = 0
    while True:
        with ledger.writing() as connection:
            posts = list(connection.execute(select(schema.review_dirty.c.post).limit(TOGETHER)).scalars())
            if not posts:
                return done
            reanchor(connection, posts)
            _renew(connection, posts)
            count_posts(connection, posts)
            connection.execute(delete(schema.review_dirty).where(schema.review_dirty.c.post.in_(posts)))
            done += len(posts)


def _renew(connection: Connection, posts: Sequence[str]) -> None:
    old = list(connection.execute(select(item.number).where(item.post.in_(posts))).scalars())
    _count(connection, posts, -1)
    search.forget(connection, old)
    connection.execute(delete(schema.review_items).where(item.post.in_(posts)))
    query = (
        select(schema.claims, post.title, post.publisher, post.date)
        .join(schema.posts, post.id == claim.post)
        # what is stale and no longer found is an orphan: it waits for somebody to say what became of it
        .where(claim.post.in_(posts), (claim.live == 1) | (claim.status == "stale"), post.state == "live")
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
    connection.execute(insert(schema.review_items), items)
    numbers = connection.execute(select(item.number, item.claim).where(item.post.in_(posts))).all()
    search.index(connection, [{"number": number, "words": words[name]} for number, name in numbers])
    _count(connection, posts, 1)


def _count(connection: Connection, posts: Sequence[str], sign: int) -> None:
    """Add the items of *posts* to the counts, or take them away."""
    drawn = case((item.draw < TENTH, 1), else_=0).label("drawn")
    each = select(item.status, item.kind, drawn).where(item.post.in_(posts)).subquery().c
    query = select(each.status, each.kind, each.drawn, func.count()).group_by(each.status, each.kind, each.drawn)
    for status, kind, of_the_draw, number in connection.execute(query).all():
        count_items(connection, status, kind, drawn=bool(of_the_draw), more=sign * number)


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
    score = worth(row["confidence"], row["amount"], money=row["kind"] == "money", others=others)
    if not row["live"]:
        tier, why = 1, GONE
    elif "contradiction" in kinds:
        tier, why = 2, "contradicts another claim"
    elif "doubt" in kinds or ODD & set(flags):
        tier, why = 3, "something about the figure is odd"
    elif others:
        tier, why = 4, f"{others} other claim{'s' if others > 1 else ''} hang{'' if others > 1 else 's'} on it"
    elif chance_wrong(row["confidence"]) > UNSURE:
        tier, why = 4, "the extractor is unsure"
    elif row["kind"] == "money" and abs(row["amount"]) > LARGE:
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
        "rank": -step(score),
        "why": why,
        "draw": chance("draw", row["id"]),
        "second": chance("second", row["id"]),
        "passage": row["passage"],
        "kind": row["kind"],
        "unit": cut(row["unit"]),
        "amount": row["amount"],
        "year": (row["date"] or "")[:4] or None,
        "publisher": cut(row["publisher"]),
        "subject": cut(row["subject"]),
        "odd": int(tier == 3 or row["flags"] != "[]"),
    }


def cut(text: str | None) -> str | None:
    """*text* as an item of the queue has it.

    >>> cut("x" * 200) == "x" * 100
    True
    """
    return text[:LONGEST] if text else None
