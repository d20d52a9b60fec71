"""What was read from the corpus: posts, their revisions and bytes, in transactions that are whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from pipeline.ledger import rows, schema
from pipeline.ledger.corpus.details import stated_details, with_details
from pipeline.ledger.corpus.originals import keep_blobs, keep_keys, originals_of
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.posts import READ_BY_THE_EXTRACTOR, FileMark
from pipeline.ledger.statements import chunks, put_rows
from pipeline.records import Post


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
    """Keep *readings*, each of another post, and the *marks* of their files in one transaction; what each was, by post.

    Where a file is still as we wrote it, its post was read from its original: those bytes and that reader count.
    A text that changed while the bytes did not is a better reading of them, and never an author's edit.
    """
    seen = (at or datetime.now(UTC)).isoformat(timespec="seconds")
    kept: dict[str, Kept] = {}
    fresh: list[dict[str, Any]] = []
    revisions: list[dict[str, Any]] = []
    with ledger.writing() as connection:
        ids = [reading.post.id for reading in readings]
        told = stated_details(connection, ids)
        originals = originals_of(connection, ids)
        before = _held(connection, ids)
        ours = {
            reading.post.id: original
            for reading in readings
            if (original := originals.get(reading.post.id)) is not None and reading.digest == original.file
        }
        blobs = keep_blobs(
            connection, {reading.post.id: reading.raw for reading in readings if reading.post.id not in ours}
        )
        for reading in readings:
            post = replace(reading.post, text=rows.safe(reading.post.text))
            if post.id in told:
                post = with_details(post, told[post.id])
            made_by_us = ours.get(post.id)
            reader = made_by_us.reader if made_by_us else reading.reader
            raw = made_by_us.raw if made_by_us else blobs[post.id]
            row = rows.post_row(post) | {"reader": reader, "state": "live"}
            old = before.get(post.id)
            if old is None:
                fresh.append(row | {"extractor": None, "duplicate_of": None})
                kept[post.id], reason = Kept(outcome="new"), "new"
            else:
                held = _revisions(connection, post.id)
                same_text = old["revision"] == row["revision"]
                same = same_text and all(old[name] == row[name] for name in READ_BY_THE_EXTRACTOR)
                last = held.get(old["revision"])
                reason = "edited"
                if last is not None and last["raw"] == raw and last["reader"] != reader:
                    reason = "re-extracted"
                words = "" if same else _words(reason, reader, same_text=same_text, again=row["revision"] in held)
                kept[post.id] = Kept(outcome="unchanged" if same else "changed", reason=words)
                # Metadata decides currencies and dates, so a change of it is read anew, too.
                more: dict[str, Any] = {} if same else {"extractor": None}
                connection.execute(update(schema.posts).where(schema.posts.c.id == post.id).values(row | more))
                if row["revision"] in held:
                    reason = ""
            if reason:
                revision = {"post": post.id, "revision": row["revision"], "text": post.text, "raw": raw}
                revisions.append(revision | {"reader": reader, "reason": reason, "seen": seen})
        put_rows(connection, schema.posts, fresh)
        put_rows(connection, schema.revisions, revisions)
        keep_keys(connection, {key: reading.post.id for reading in reversed(readings) for key in reading.keys})
        ledger._keep_files(connection, marks)
    return kept


def _held(connection: Connection, posts: Sequence[str]) -> dict[str, Mapping[Any, Any]]:
    """The rows of those of *posts* that the ledger has."""
    found: dict[str, Mapping[Any, Any]] = {}
    for ids in chunks(posts):
        for row in connection.execute(select(schema.posts).where(schema.posts.c.id.in_(ids))).mappings():
            found[row["id"]] = row
    return found


def _revisions(connection: Connection, post: str) -> dict[str, Any]:
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
