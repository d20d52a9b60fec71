"""The table ``assignments``: what was found about posts, seen through what people decided, and written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, select

from pipeline.ledger import rows, schema
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.statements import put_rows
from pipeline.records import Assignment, passages_of
from pipeline.theme_table.edits import Edited, Pin
from pipeline.theme_table.places import Found, marks_of, resolved


def write_places(ledger: Ledger, found: Mapping[str, Found], now: Edited) -> list[str]:
    """Write the assignments that *found* comes to as decided; the posts whose assignments differ from before."""
    wanted = assignments_of(ledger, found, now)
    with ledger.writing() as connection:
        return put_assignments(connection, wanted)


def assignments_of(ledger: Ledger, found: Mapping[str, Found], now: Edited) -> dict[str, tuple[Assignment, ...]]:
    """The assignments of each post as decided."""
    pins: dict[str, list[Pin]] = {}
    for pin in now.pins:
        if pin.post in found:
            pins.setdefault(pin.post, []).append(pin)
    texts = {post.id: marks_of(tuple(passages_of(post.text))) for post in ledger.posts(pins)} if pins else {}
    return {
        post: resolved(each, now.table, pins.get(post, ()), texts.get(post)).assignments for post, each in found.items()
    }


def put_assignments(connection: Connection, wanted: Mapping[str, Sequence[Assignment]]) -> list[str]:
    """Put *wanted* in place of what is written of its posts, where it differs; those posts."""
    held: dict[str, set[Assignment]] = {post: set() for post in wanted}
    table = schema.assignments
    for row in connection.execute(select(table).where(table.c.post.in_(list(wanted)))).mappings():
        held[row["post"]].add(rows.assignment_of(row))
    changed = [post for post in wanted if held[post] != set(wanted[post])]
    if changed:
        connection.execute(delete(table).where(table.c.post.in_(changed)))
        put_rows(connection, table, [row for post in changed for row in rows.assignment_rows(wanted[post], post)])
    return changed
