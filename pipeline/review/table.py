"""The claims that filters name, as rows of a table, whole or a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from pipeline.ledger import rows, schema
from pipeline.ledger.queue import filters, progress, search, withholding
from pipeline.ledger.queue.filters import Wanted
from pipeline.ledger.standing import viewing
from pipeline.ledger.standing.made import decisions_on_each
from pipeline.ledger.standing.verdicts import corrected, fold
from pipeline.ledger.standing.viewing import Viewer
from pipeline.records import Claim, Decision

CHUNK = 500  # rows read at once for a file
DEEP = 2_000  # rows to skip, beyond which one list of all hits is quicker than a look at each


def numbers(
    connection: Connection, wanted: Wanted, viewer: Viewer, *, limit: int, offset: int = 0, near: bool = True
) -> list[int]:
    """The numbers of the items that *wanted* names, by post and place: an index alone finds them, in its order."""
    items = schema.review_items.c
    page = select(items.number).order_by(items.post, items.start, items.number)
    if progress.counts(connection, viewer).get(wanted.status or "", 0) > search.MANY:
        # not by the index of states: all of one state would be sorted for it
        page = page.where(withholding.shown_status(viewer).concat("") == wanted.status)
        wanted = replace(wanted, status=None)
    page = page.where(*filters.conditions(connection, wanted, viewer, first=near and offset <= DEEP))
    return list(connection.execute(page.limit(limit).offset(offset)).scalars())


def shown(
    connection: Connection, wanted: Wanted, viewer: Viewer, *, limit: int | None = None, offset: int = 0
) -> Iterator[dict[str, Any]]:
    """Yield the table's rows by post and place, as *viewer* may see them, with corrections in force."""
    items, claims, posts = schema.review_items.c, schema.claims.c, schema.posts.c
    status = withholding.shown_status(viewer).label("seen_status")
    query = (
        select(schema.claims, posts.title, posts.url, posts.date, posts.publisher, status)
        .select_from(schema.review_items)
        .join(schema.claims, claims.id == items.claim)
        .join(schema.posts, posts.id == items.post)
        .order_by(items.post, items.start, items.number)
    )
    most = CHUNK if limit is None else limit
    while True:
        page = numbers(connection, wanted, viewer, limit=most, offset=offset, near=limit is not None)
        chunk = connection.execute(query.where(items.number.in_(page))).mappings().all() if page else ()
        put_right = [row["id"] for row in chunk if row["seen_status"] == "corrected"]
        decided = decisions_on_each(connection, put_right) if put_right else {}
        for row in chunk:
            yield {
                "claim": _decided(row, decided.get(row["id"], ()), viewer),
                "status": row["seen_status"],
                "post": row["post"],
                **{name: row[name] for name in ("title", "url", "date", "publisher")},
            }
        if limit is not None or len(page) < most:
            return
        offset += most


def _decided(row: Any, made: Sequence[Decision], viewer: Viewer) -> Claim:
    found = rows.claim_of(row)
    return corrected(found, fold(viewing.visible_decisions(found.id, made, viewer)).changes) if made else found
