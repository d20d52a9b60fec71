"""Posts as they are now, the files of the corpus that hold them, and what is remembered of sources."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from pipeline.ledger import rows, schema
from pipeline.ledger.database import Database
from pipeline.ledger.statements import chunks, on_conflict, put_rows
from pipeline.records import Post

READ_BY_THE_EXTRACTOR = ("title", "url", "authors", "date", "publisher", "country", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMark:
    """What a corpus file looked like when it was last read, and what came of it."""

    path: str
    mtime_ns: int
    size: int
    digest: str
    reader: str | None = None
    post: str | None = None
    reason: str | None = None


class Posts(Database):
    """What a ledger knows of posts, the corpus files that hold them, and the sources that they come from."""

    def posts(self, ids: Iterable[str] | None = None) -> Iterator[Post]:
        """Yield live posts with their text, by id; only *ids* if given."""
        query = (
            select(schema.posts, schema.revisions.c.text)
            .join(
                schema.revisions,
                (schema.revisions.c.post == schema.posts.c.id)
                & (schema.revisions.c.revision == schema.posts.c.revision),
            )
            .where(schema.posts.c.state == "live")
            .order_by(schema.posts.c.id)
        )
        if ids is None:
            for row in self._rows(query):
                yield rows.post_of(row, row["text"])
        else:
            for chunk in chunks(ids):
                for row in self._rows(query.where(schema.posts.c.id.in_(chunk))):
                    yield rows.post_of(row, row["text"])

    def post_rows(self) -> Iterator[Mapping[Any, Any]]:
        """Yield every post's row, without its text, by id."""
        yield from self._rows(select(schema.posts).order_by(schema.posts.c.id))

    def live_posts(self) -> dict[str, str]:
        """The revision of every live post, by id."""
        query = select(schema.posts.c.id, schema.posts.c.revision).where(schema.posts.c.state == "live")
        return {row["id"]: row["revision"] for row in self._rows(query)}

    def unextracted(self, extractor: str) -> list[str]:
        """The ids of live posts that *extractor* has not read in their present revision."""
        query = (
            select(schema.posts.c.id)
            .where(schema.posts.c.state == "live")
            .where((schema.posts.c.extractor.is_(None)) | (schema.posts.c.extractor != extractor))
            .order_by(schema.posts.c.id)
        )
        return [row["id"] for row in self._rows(query)]

    def raw(self, post: str) -> bytes | None:
        """The bytes that *post*'s present revision was read from, where they were kept."""
        query = (
            select(schema.blobs.c.bytes)
            .join(schema.revisions, schema.revisions.c.raw == schema.blobs.c.digest)
            .join(
                schema.posts,
                (schema.posts.c.id == schema.revisions.c.post)
                & (schema.posts.c.revision == schema.revisions.c.revision),
            )
            .where(schema.posts.c.id == post)
        )
        for row in self._rows(query):
            return zlib.decompress(row["bytes"])
        return None

    def set_state(self, posts: Iterable[str], state: str) -> None:
        """Mark *posts* live or gone; a gone post keeps all that was found and decided."""
        with self.writing() as connection:
            for chunk in chunks(posts):
                connection.execute(update(schema.posts).where(schema.posts.c.id.in_(chunk)).values(state=state))

    def files(self) -> dict[str, FileMark]:
        """What every corpus file looked like when it was last read, by path."""
        names = FileMark.__slots__
        with self.reading() as connection:
            found = connection.execute(select(*(schema.files.c[name] for name in names))).all()
        return {row[0]: FileMark(**dict(zip(names, row, strict=True))) for row in found}

    def keep_files(self, marks: Iterable[FileMark], *, gone: Iterable[str] = ()) -> None:
        """Remember how files looked; forget those that are *gone*."""
        with self.writing() as connection:
            self._keep_files(connection, marks)
            for chunk in chunks(gone):
                connection.execute(delete(schema.files).where(schema.files.c.path.in_(chunk)))

    @staticmethod
    def _keep_files(connection: Connection, marks: Iterable[FileMark]) -> None:
        names = FileMark.__slots__
        if last := {mark.path: {name: getattr(mark, name) for name in names} for mark in marks}:
            keep = on_conflict(connection)(schema.files)
            changed = {name: keep.excluded[name] for name in names}
            put_rows(connection, keep.on_conflict_do_update(index_elements=["path"], set_=changed), list(last.values()))

    def move_files(self, moved: Mapping[str, str]) -> None:
        """Note that files lie elsewhere, new path → old path; their posts keep their ids."""
        if not moved:
            return
        with self.writing() as connection:
            for new, old in moved.items():
                connection.execute(update(schema.files).where(schema.files.c.path == old).values(path=new))
                connection.execute(update(schema.posts).where(schema.posts.c.path == old).values(path=new))

    def source(self, name: str) -> str | None:
        """What is remembered of the source called *name*, as it was kept."""
        for row in self._rows(select(schema.sources.c.state).where(schema.sources.c.name == name)):
            return str(row["state"])
        return None

    def keep_source(self, name: str, state: str) -> None:
        """Remember *state* of the source called *name*."""
        values = {"name": name, "state": state}
        with self.writing() as connection:
            insert_or = on_conflict(connection)
            connection.execute(
                insert_or(schema.sources).values(values).on_conflict_do_update(index_elements=["name"], set_=values)
            )
