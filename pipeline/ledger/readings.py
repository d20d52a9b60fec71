"""What was read from the corpus: posts, their revisions and bytes, in transactions that are whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from pipeline.ledger import rows, schema
from pipeline.ledger.details import stated, with_details
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.originals import keep_blob, keep_keys, originals_of
from pipeline.ledger.posts import READ_BY_THE_EXTRACTOR, FileMark
from pipeline.records import Post

HELD = select(schema.posts).where(schema.posts.c.id == bindparam("sought"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A post as it was read now: from which bytes, and by what."""

    post: Post
    reader: str
    raw: bytes
    digest: str  # of the bytes
    keys: tuple[str, ...] = ()  # by which the post is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a reading was to the ledger: new, changed or unchanged, and in words what changed."""

    outcome: str
    reason: str = ""


def keep_readings(
    ledger: Ledger, readings: Sequence[Reading], marks: Iterable[FileMark] = (), *, at: datetime | None = None
) -> dict[str, Kept]:
    """Keep *readings* and the *marks* of their files in one transaction; what each was to the ledger, by post.

    Where a file is still as we wrote it, its post was read from its original: those bytes and that reader count.
    A text that changed while the bytes did not is a better reading of them, and never an author's edit.
    """
    seen = (at or datetime.now(UTC)).isoformat(timespec="seconds")
    kept: dict[str, Kept] = {}
    with ledger.writing() as connection:
        told = stated(connection, [reading.post.id for reading in readings])
        originals = originals_of(connection, (reading.post.id for reading in readings))
        for reading in readings:
            post = replace(reading.post, text=rows.safe(reading.post.text))
            if post.id in told:
                post = with_details(post, told[post.id])
            original = originals.get(post.id)
            ours = original is not None and reading.digest == original.file
            reader = original.reader if original and ours else reading.reader
            raw = original.raw if original and ours else keep_blob(connection, reading.raw)
            row = rows.post_row(post) | {"reader": reader, "state": "live"}
            row.pop("duplicate_of", None)  # is told by the words of all posts, not by this one's file
            old = connection.execute(HELD, {"sought": post.id}).mappings().first()
            if old is None:
                connection.execute(insert(schema.posts), row)
                kept[post.id], reason = Kept(outcome="new"), "new"
            else:
                held = _revisions(connection, post.id)
                same_text = old["revision"] == post.revision
                same = same_text and all(old[name] == row[name] for name in READ_BY_THE_EXTRACTOR)
                before = held.get(old["revision"])
                reason = "edited"
                if before is not None and before["raw"] == raw and before["reader"] != reader:
                    reason = "re-extracted"
                words = "" if same else _words(reason, reader, same_text=same_text, again=post.revision in held)
                kept[post.id] = Kept(outcome="unchanged" if same else "changed", reason=words)
                # Metadata decides currencies and dates, so a change of it is read anew, too.
                more: dict[str, Any] = {} if same else {"extractor": None}
                connection.execute(update(schema.posts).where(schema.posts.c.id == post.id).values(row | more))
                if post.revision in held:
                    reason = ""
            if reason:
                revision = {"post": post.id, "revision": post.revision, "text": post.text, "raw": raw}
                connection.execute(
                    insert(schema.revisions), revision | {"reader": reader, "reason": reason, "seen": seen}
                )
            keep_keys(connection, post.id, reading.keys)
        ledger._keep_files(connection, marks)
    return kept


def _revisions(connection: Any, post: str) -> dict[str, Any]:
    """The revisions of *post*, without their texts."""
    table = schema.revisions.c
    query = select(table.revision, table.raw, table.reader).where(table.post == post)
    return {row["revision"]: row for row in connection.execute(query).mappings()}


def _words(reason: str, reader: str, *, same_text: bool, again: bool) -> str:
    """What changed, as a person reads it in the report."""
    if same_text:
        return "its title, date or other details changed; its text did not"
    if reason == "re-extracted":
        return f"read anew by {reader}: the post itself did not change"
    return "its text is that of an earlier revision again" if again else "its text was edited"
