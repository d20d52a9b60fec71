"""What corpus files were made from: the bytes of fetched pages and added documents, kept for ever."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from pipeline.ledger import schema
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.statements import chunks, on_conflict, put_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The bytes that a post's file in the corpus was made from, and how; ``file`` is that file's digest as written."""

    post: str
    raw: str  # digest of the bytes, which lie in the ledger
    reader: str
    reads_as: str  # document, medium or feed-entry
    name: str
    url: str | None = None
    content_type: str | None = None
    told: str | None = None  # digest of what a feed itself had of the post, which lies in the ledger, too
    file: str
    file_before: str | None = None
    edits: int = 0
    held: str | None = None
    gone: str | None = None
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPost:
    """A post that was met before, and the file that holds it, if any does yet."""

    id: str
    path: str | None


def keep_blobs(connection: Connection, told: Mapping[str, bytes]) -> dict[str, str]:
    """Keep all bytes of *told*, packed, once; the digest of each, under the same name."""
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in told.items()}
    new = dict(zip(digests.values(), told.values(), strict=True))
    for some in chunks(new):
        for held in connection.execute(select(schema.blobs.c.digest).where(schema.blobs.c.digest.in_(some))).scalars():
            del new[held]
    put_rows(
        connection, schema.blobs, [{"digest": digest, "bytes": zlib.compress(data)} for digest, data in new.items()]
    )
    return digests


def keep_keys(connection: Connection, led: Mapping[str, str]) -> None:
    """Let keys lead to posts, key → post, where they lead nowhere yet."""
    keep = on_conflict(connection)(schema.aliases).on_conflict_do_nothing()
    put_rows(connection, keep, [{"key": key, "post": post} for key, post in led.items()])


def keep_original(
    ledger: Ledger,
    original: Original,
    *,
    keys: Iterable[str] = (),
    raw: bytes | None = None,
    told: bytes | None = None,
) -> None:
    """Keep *original*, its bytes, what a feed *told* of it and all keys that lead to its post, in one transaction."""
    values = {name: getattr(original, name) for name in Original.__slots__}
    with ledger.writing() as connection:
        keep_blobs(connection, {name: data for name, data in (("raw", raw), ("told", told)) if data is not None})
        insert_or = on_conflict(connection)
        connection.execute(
            insert_or(schema.originals)
            .values(values)
            .on_conflict_do_update(index_elements=["post"], set_={k: v for k, v in values.items() if k != "post"})
        )
        keep_keys(connection, dict.fromkeys(keys, original.post))


def originals_of(connection: Connection, posts: Iterable[str]) -> dict[str, Original]:
    """The originals of *posts*, of those that have one."""
    found: dict[str, Original] = {}
    table = schema.originals
    for ids in chunks(posts):
        for row in connection.execute(select(table).where(table.c.post.in_(ids))).mappings():
            found[row["post"]] = Original(**row)
    return found


def original_of(ledger: Ledger, post: str) -> Original | None:
    """The original of *post*, if its file was made by us."""
    with ledger.reading() as connection:
        return originals_of(connection, [post]).get(post)


def readers_in_use(ledger: Ledger) -> set[str]:
    """The names and versions of all readers that originals were read with."""
    with ledger.reading() as connection:
        return {row.reader for row in connection.execute(select(schema.originals.c.reader).distinct())}


def read_by(ledger: Ledger, readers: Collection[str]) -> Iterator[Original]:
    """Yield the originals that any of *readers* read, by post."""
    table = schema.originals
    with ledger.reading() as connection:
        query = select(table).where(table.c.reader.in_(list(readers))).order_by(table.c.post)
        found = [Original(**row) for row in connection.execute(query).mappings()]
    yield from found


def blob(ledger: Ledger, digest: str) -> bytes | None:
    """The bytes whose SHA-256 is *digest*, where they are kept."""
    with ledger.reading() as connection:
        row = connection.execute(select(schema.blobs.c.bytes).where(schema.blobs.c.digest == digest)).first()
    return zlib.decompress(row.bytes) if row else None


def told_of(ledger: Ledger, post: str) -> bytes | None:
    """What a feed itself had of *post*, as HTML, where it had anything."""
    held = original_of(ledger, post)
    return blob(ledger, held.told) if held and held.told else None


def known_by(ledger: Ledger, keys: Iterable[str], post: str) -> KnownPost | None:
    """The post that the first of *keys* leads to that leads anywhere, else *post* itself, if it was met before."""
    asked = list(dict.fromkeys(keys))
    posts, aliases = schema.posts.c, schema.aliases.c
    with ledger.reading() as connection:
        led: dict[str, str] = {}
        if asked:
            query = select(aliases.key, aliases.post).where(aliases.key.in_(asked))
            led = {row.key: row.post for row in connection.execute(query)}
        found = next((led[key] for key in asked if key in led), None)
        row = connection.execute(select(posts.id, posts.path).where(posts.id == (found or post))).first()
        if row is not None:
            return KnownPost(id=row.id, path=row.path)
    return KnownPost(id=found, path=None) if found else None


def mark_gone(ledger: Ledger, keys: Collection[str], at: str) -> list[str]:
    """Note that the pages behind *keys* are not on the web any more; their posts, which stay as they are."""
    table, aliases = schema.originals.c, schema.aliases.c
    with ledger.writing() as connection:
        posts = [
            row.post
            for ids in chunks(keys)
            for row in connection.execute(select(aliases.post).where(aliases.key.in_(ids)).distinct())
        ]
        for ids in chunks(posts):
            connection.execute(
                update(schema.originals).where(table.post.in_(ids), table.gone.is_(None)).values(gone=at)
            )
    return sorted(set(posts))


def last_texts(ledger: Ledger, post: str, most: int) -> list[str]:
    """The texts of *post*'s last revisions, its present one first."""
    table, posts = schema.revisions.c, schema.posts.c
    query = (
        select(table.text)
        .join(schema.posts, posts.id == table.post)
        .where(table.post == post)
        .order_by(posts.revision == table.revision, table.seen)
    )
    with ledger.reading() as connection:
        return [row.text for row in connection.execute(query)][::-1][:most]


def post_at(ledger: Ledger, path: str) -> str | None:
    """The id of the post whose file in the corpus is *path*."""
    with ledger.reading() as connection:
        row = connection.execute(select(schema.posts.c.id).where(schema.posts.c.path == path)).first()
    return row.id if row else None
