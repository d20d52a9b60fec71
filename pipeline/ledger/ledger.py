"""The ledger: what was read, found and decided, kept for ever; the one place that writes it."""

from __future__ import annotations

import hashlib
import json
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from pipeline.ledger import rows, schema
from pipeline.ledger.connect import LedgerError, ledger_errors, on_conflict, open_engine, writing
from pipeline.ledger.verdicts import Standing, fold
from pipeline.records import (
    Assignment,
    Bound,
    Claim,
    Decision,
    Entity,
    Extraction,
    Finding,
    Kind,
    Modality,
    Passage,
    Post,
    Theme,
)

READ_BY_THE_EXTRACTOR = ("title", "url", "authors", "date", "publisher", "country", "language")
CHUNK = 500  # ids in one IN (…); SQLite allows 32,766 variables


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


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPost:
    """A post that was met before, and the file that holds it, if any does yet."""

    id: str
    path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerClaim:
    """A claim with its post's metadata and what people decided about it."""

    claim: Claim  # as decided: corrections are in force
    found: Claim  # as the extractor found it
    post: str
    revision: str
    passage: int | None
    status: str
    live: bool
    title: str | None
    url: str | None
    date: str | None
    publisher: str | None
    country: str | None
    duplicate_of: str | None


class Ledger:
    """An open ledger. Use it as a context manager, or call ``close``."""

    def __init__(self, address: str | Path) -> None:
        """Open the SQLite file or database URL *address*, making and migrating it as needed.

        Raises ``LedgerError`` with a sentence for a person where that cannot be done.
        """
        self.address = address
        self.engine = open_engine(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes; errors come as ``LedgerError``."""
        with ledger_errors(self.address), writing(self.engine) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the ledger."""
        with ledger_errors(self.address), self.engine.connect() as connection, connection.begin():
            yield connection

    def _rows(self, query: Select[Any]) -> Iterator[Mapping[Any, Any]]:
        with self.reading() as connection:
            result = connection.execution_options(yield_per=2000).execute(query)
            yield from result.mappings()

    # Posts

    def posts(self, ids: Iterable[str] | None = None, *, unextracted_by: str | None = None) -> Iterator[Post]:
        """Yield live posts with their text, by id; only *ids* if given, or only those that extractor has not read."""
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
        if unextracted_by is not None:
            query = query.where((schema.posts.c.extractor.is_(None)) | (schema.posts.c.extractor != unextracted_by))
        if ids is None:
            for row in self._rows(query):
                yield rows.post_of(row, row["text"])
        else:
            for chunk in _chunks(sorted(ids)):
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

    def keep_posts(
        self,
        posts: Iterable[Post],
        *,
        reader: Mapping[str, str] | None = None,
        raw: Mapping[str, bytes] | None = None,
        files: Iterable[FileMark] = (),
        at: datetime | None = None,
    ) -> dict[str, str]:
        """Keep *posts* and their revisions in one transaction; what became of each: new, changed or unchanged.

        A post whose text is as before keeps its extraction. *reader* and *raw* map post ids to what read
        them and to the bytes that were read; *files* are the marks of the files that they came from.
        """
        reader, raw = reader or {}, raw or {}
        seen = (at or datetime.now(UTC)).isoformat(timespec="seconds")
        outcome: dict[str, str] = {}
        with self.writing() as connection:
            insert_or = on_conflict(connection)
            for post in posts:
                post = replace(post, text=rows.safe(post.text))
                row = rows.post_row(post) | {"reader": reader.get(post.id), "state": "live"}
                old = connection.execute(select(schema.posts).where(schema.posts.c.id == post.id)).mappings().first()
                same_text = old is not None and old["revision"] == post.revision
                digest = None
                if post.id in raw:
                    digest = self._keep_blob(connection, raw[post.id])
                if old is None:
                    connection.execute(insert(schema.posts).values(row))
                    outcome[post.id] = "new"
                else:
                    same = same_text and all(old[name] == row[name] for name in READ_BY_THE_EXTRACTOR)
                    outcome[post.id] = "unchanged" if same else "changed"
                    # Metadata decides currencies and dates, so a change of it is read anew, too.
                    again = {} if same else {"extractor": None}
                    connection.execute(update(schema.posts).where(schema.posts.c.id == post.id).values(row | again))
                reason = "new" if old is None else "edited"
                if old is not None and not same_text and old["reader"] != row["reader"]:
                    reason = "re-extracted"
                connection.execute(
                    insert_or(schema.revisions)
                    .values(
                        post=post.id,
                        revision=post.revision,
                        text=post.text,
                        raw=digest,
                        reader=row["reader"],
                        reason=reason,
                        seen=seen,
                    )
                    .on_conflict_do_nothing()
                )
            self._keep_files(connection, files)
        return outcome

    @staticmethod
    def _keep_blob(connection: Connection, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        insert_or = on_conflict(connection)
        connection.execute(
            insert_or(schema.blobs).values(digest=digest, bytes=zlib.compress(data)).on_conflict_do_nothing()
        )
        return digest

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
            for chunk in _chunks(sorted(posts)):
                connection.execute(update(schema.posts).where(schema.posts.c.id.in_(chunk)).values(state=state))

    # Files of the corpus

    def files(self) -> dict[str, FileMark]:
        """What every corpus file looked like when it was last read, by path."""
        return {row["path"]: FileMark(**row) for row in self._rows(select(schema.files))}

    def keep_files(self, marks: Iterable[FileMark], *, gone: Iterable[str] = ()) -> None:
        """Remember how files looked; forget those that are *gone*."""
        with self.writing() as connection:
            self._keep_files(connection, marks)
            for chunk in _chunks(sorted(gone)):
                connection.execute(delete(schema.files).where(schema.files.c.path.in_(chunk)))

    @staticmethod
    def _keep_files(connection: Connection, marks: Iterable[FileMark]) -> None:
        insert_or = on_conflict(connection)
        for mark in marks:
            values = {name: getattr(mark, name) for name in FileMark.__slots__}
            connection.execute(
                insert_or(schema.files).values(values).on_conflict_do_update(index_elements=["path"], set_=values)
            )

    def move_files(self, moved: Mapping[str, str]) -> None:
        """Note that files lie elsewhere, new path → old path; their posts keep their ids."""
        if not moved:
            return
        with self.writing() as connection:
            for new, old in moved.items():
                connection.execute(update(schema.files).where(schema.files.c.path == old).values(path=new))
                connection.execute(update(schema.posts).where(schema.posts.c.path == old).values(path=new))

    # Sources

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

    def post_by_keys(self, keys: Iterable[str]) -> KnownPost | None:
        """The post that one of *keys* leads to, if any."""
        query = (
            select(schema.aliases.c.post, schema.posts.c.path)
            .outerjoin(schema.posts, schema.posts.c.id == schema.aliases.c.post)
            .where(schema.aliases.c.key.in_(list(keys)))
            .order_by(schema.aliases.c.key)
        )
        for row in self._rows(query):
            return KnownPost(id=row["post"], path=row["path"])
        return None

    def keep_arrival(self, post: str, keys: Iterable[str], raw: bytes) -> None:
        """Let *keys* lead to *post*, where they lead nowhere yet, and keep the bytes that it came as."""
        with self.writing() as connection:
            insert_or = on_conflict(connection)
            for key in keys:
                connection.execute(insert_or(schema.aliases).values(key=key, post=post).on_conflict_do_nothing())
            self._keep_blob(connection, raw)

    # What was found

    def keep_extractions(self, found: Iterable[tuple[Post, Extraction]], *, extractor: str) -> None:
        """Put what *extractor* found in place of what was found before, in one transaction.

        A claim that is no longer found but was decided on stays, marked as not live.
        """
        with self.writing() as connection:
            for post, extraction in found:
                self._keep_extraction(connection, post, extraction, extractor)

    def _keep_extraction(self, connection: Connection, post: Post, extraction: Extraction, extractor: str) -> None:
        of_post = schema.claims.c.post == post.id
        decided = select(schema.decisions.c.target).where(schema.decisions.c.post == post.id)
        held = {
            row["id"]: row["status"]
            for row in connection.execute(
                select(schema.claims.c.id, schema.claims.c.status).where(of_post, schema.claims.c.id.in_(decided))
            ).mappings()
        }
        connection.execute(delete(schema.claims).where(of_post, schema.claims.c.id.not_in(decided)))
        connection.execute(update(schema.claims).where(of_post).values(live=0))
        starts = [passage.start for passage in extraction.passages]
        fresh = []
        for claim in extraction.claims:
            row = rows.claim_row(claim, post.id, post.revision, _passage_at(starts, claim.start))
            if claim.id in held:
                connection.execute(
                    update(schema.claims).where(schema.claims.c.id == claim.id).values(row | {"status": held[claim.id]})
                )
            else:
                fresh.append(row)
        if fresh:
            connection.execute(insert(schema.claims), fresh)
        for table in (schema.passages, schema.entities):
            connection.execute(delete(table).where(table.c.post == post.id))
        passages = [{"post": post.id, "number": p.index, "start": p.start, "end": p.end} for p in extraction.passages]
        entities = {(e.start, e.end, e.label): rows.entity_row(e, post.id) for e in extraction.entities}
        if passages:
            connection.execute(insert(schema.passages), passages)
        if entities:
            connection.execute(insert(schema.entities), list(entities.values()))
        connection.execute(update(schema.posts).where(schema.posts.c.id == post.id).values(extractor=extractor))

    def entities(self) -> Iterator[tuple[str, Entity]]:
        """Yield (post id, entity) of live posts, by post and place."""
        query = (
            select(schema.entities)
            .join(schema.posts, schema.posts.c.id == schema.entities.c.post)
            .where(schema.posts.c.state == "live")
            .order_by(schema.entities.c.post, schema.entities.c.start, schema.entities.c.end)
        )
        for row in self._rows(query):
            yield row["post"], rows.entity_of(row)

    def passages(self, post: str | None = None) -> Iterator[tuple[str, Passage]]:
        """Yield (post id, passage) with text, of one post or of all live ones, by post and number."""
        query = (
            select(schema.passages, schema.revisions.c.text)
            .join(schema.posts, schema.posts.c.id == schema.passages.c.post)
            .join(
                schema.revisions,
                (schema.revisions.c.post == schema.posts.c.id)
                & (schema.revisions.c.revision == schema.posts.c.revision),
            )
            .where(schema.posts.c.state == "live")
            .order_by(schema.passages.c.post, schema.passages.c.number)
        )
        if post is not None:
            query = query.where(schema.passages.c.post == post)
        for row in self._rows(query):
            start, end = row["start"], row["end"]
            yield row["post"], Passage(index=row["number"], start=start, end=end, text=row["text"][start:end])

    # Themes

    def keep_themes(
        self,
        themes: Sequence[Theme],
        assignments: Mapping[str, Sequence[Assignment]],
        state: bytes | None = None,
    ) -> None:
        """Put *themes* in place of the old table, and each post's *assignments* in place of its own; keep *state*."""
        with self.writing() as connection:
            connection.execute(delete(schema.themes))
            if themes:
                connection.execute(insert(schema.themes), [rows.theme_row(theme) for theme in themes])
            for post, found in assignments.items():
                connection.execute(delete(schema.assignments).where(schema.assignments.c.post == post))
                if found:
                    connection.execute(insert(schema.assignments), rows.assignment_rows(found, post))
            if state is not None:
                self._keep_state(connection, "themes", state)

    def state(self, name: str) -> bytes | None:
        """What a model remembered under *name*, if anything."""
        for row in self._rows(select(schema.states.c.bytes).where(schema.states.c.name == name)):
            return bytes(row["bytes"])
        return None

    def keep_state(self, name: str, data: bytes) -> None:
        """Remember *data* under *name*, in place of what was there."""
        with self.writing() as connection:
            self._keep_state(connection, name, data)

    @staticmethod
    def _keep_state(connection: Connection, name: str, data: bytes) -> None:
        values = {"name": name, "bytes": data}
        insert_or = on_conflict(connection)
        connection.execute(
            insert_or(schema.states).values(values).on_conflict_do_update(index_elements=["name"], set_=values)
        )

    def themes(self) -> list[Theme]:
        """The themes, by number."""
        return [rows.theme_of(row) for row in self._rows(select(schema.themes).order_by(schema.themes.c.number))]

    def assignments(self) -> Iterator[tuple[str, Assignment]]:
        """Yield (post id, assignment) of live posts, by post, passage and theme."""
        query = (
            select(schema.assignments)
            .join(schema.posts, schema.posts.c.id == schema.assignments.c.post)
            .where(schema.posts.c.state == "live")
            .order_by(schema.assignments.c.post, schema.assignments.c.passage, schema.assignments.c.theme)
        )
        for row in self._rows(query):
            yield (
                row["post"],
                Assignment(passage=row["passage"], theme=row["theme"], score=row["score"], reason=row["reason"]),
            )

    # Claims

    def claims(self, *, where: Sequence[Any] = (), live: bool = True) -> Iterator[LedgerClaim]:
        """Yield claims by post and place, with corrections in force; *where* are conditions on ``schema``'s columns."""
        posts = schema.posts.c
        query = (
            select(
                schema.claims,
                posts.title,
                posts.url,
                posts.date,
                posts.publisher,
                posts.country,
                posts.duplicate_of,
            )
            .join(schema.posts, posts.id == schema.claims.c.post)
            .order_by(schema.claims.c.post, schema.claims.c.start, schema.claims.c.id)
            .where(*where)
        )
        if live:
            query = query.where(schema.claims.c.live == 1, posts.state == "live")
        standing = self.standings()
        for row in self._rows(query):
            found = rows.claim_of(row)
            judged = standing.get(found.id)
            yield LedgerClaim(
                claim=corrected(found, judged.changes) if judged else found,
                found=found,
                post=row["post"],
                revision=row["revision"],
                passage=row["passage"],
                status=judged.status if judged else row["status"],
                live=bool(row["live"]),
                title=row["title"],
                url=row["url"],
                date=row["date"],
                publisher=row["publisher"],
                country=row["country"],
                duplicate_of=row["duplicate_of"],
            )

    def standings(self) -> dict[str, Standing]:
        """What was decided about each claim that anybody decided on."""
        by_target: dict[str, list[Decision]] = {}
        for decision in self.decisions():
            if decision.target_kind == "claim":
                by_target.setdefault(decision.target, []).append(decision)
        return {target: fold(made) for target, made in by_target.items()}

    def claims_by_kind(self) -> dict[str, int]:
        """How many live claims of each kind there are."""
        query = (
            select(schema.claims.c.kind, func.count().label("n"))
            .join(schema.posts, schema.posts.c.id == schema.claims.c.post)
            .where(schema.claims.c.live == 1, schema.posts.c.state == "live")
            .group_by(schema.claims.c.kind)
            .order_by(schema.claims.c.kind)
        )
        return {row["kind"]: row["n"] for row in self._rows(query)}

    # Decisions

    def record(self, decisions: Iterable[Decision]) -> int:
        """Append *decisions* in one transaction, on disk when this returns; how many were not there before.

        A decision whose id is known already is the same one sent again, and is left out.
        """
        from pipeline.ledger.deciding import append

        with self.writing() as connection:
            return append(connection, decisions)

    def decisions(self, *, target: str | None = None, since: int = 0) -> Iterator[Decision]:
        """Yield decisions in the order they were made; of one *target*, or after number *since*."""
        query = select(schema.decisions).where(schema.decisions.c.seq > since).order_by(schema.decisions.c.seq)
        if target is not None:
            query = query.where(schema.decisions.c.target == target)
        for row in self._rows(query):
            yield rows.decision_of(row)

    # Findings

    def keep_findings(self, findings: Iterable[Finding]) -> None:
        """Put *findings* in place of the old ones."""
        kept = list({finding.id: finding for finding in findings}.values())
        with self.writing() as connection:
            connection.execute(delete(schema.finding_claims))
            connection.execute(delete(schema.findings))
            if kept:
                connection.execute(insert(schema.findings), [rows.finding_row(finding) for finding in kept])
                connection.execute(
                    insert(schema.finding_claims),
                    [{"finding": f.id, "claim": claim} for f in kept for claim in dict.fromkeys(f.claims)],
                )

    def findings(self, *, claim: str | None = None) -> Iterator[Finding]:
        """Yield findings by kind, rule and claims; those about one *claim* if given."""
        query = select(schema.findings).order_by(
            schema.findings.c.kind, schema.findings.c.rule, schema.findings.c.claims, schema.findings.c.id
        )
        if claim is not None:
            about = select(schema.finding_claims.c.finding).where(schema.finding_claims.c.claim == claim)
            query = query.where(schema.findings.c.id.in_(about))
        for row in self._rows(query):
            yield rows.finding_of(row)

    # Runs

    def begin_run(self, run: str, *, version: str, at: datetime) -> None:
        """Note that the run has begun."""
        with self.writing() as connection:
            connection.execute(
                insert(schema.runs).values(
                    id=run, started=at.isoformat(timespec="seconds"), status="running", version=version, summary="{}"
                )
            )

    def end_run(
        self, run: str, *, at: datetime, status: str, summary: Mapping[str, Any], items: Mapping[str, tuple[str, str]]
    ) -> None:
        """Note how the run ended; *items* maps each thing to its outcome and the reason."""
        with self.writing() as connection:
            connection.execute(
                update(schema.runs)
                .where(schema.runs.c.id == run)
                .values(finished=at.isoformat(timespec="seconds"), status=status, summary=rows.packed(summary))
            )
            if items:
                connection.execute(
                    insert(schema.run_rows),
                    [{"run": run, "item": k, "outcome": o, "reason": why} for k, (o, why) in items.items()],
                )

    def runs(self) -> list[dict[str, Any]]:
        """Every run, the latest first, with its summary and rows."""
        by_run: dict[str, list[dict[str, Any]]] = {}
        for row in self._rows(select(schema.run_rows).order_by(schema.run_rows.c.item)):
            by_run.setdefault(row["run"], []).append(dict(row))
        query = select(schema.runs).order_by(schema.runs.c.started.desc(), schema.runs.c.id.desc())
        return [
            dict(row) | {"summary": json.loads(row["summary"]), "rows": by_run.get(row["id"], [])}
            for row in self._rows(query)
        ]

    def verify(self) -> None:
        """Look the whole file over; raises ``LedgerError`` where it is damaged. Slow on a large ledger."""
        if self.engine.dialect.name != "sqlite":
            return
        with self.reading() as connection:
            said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if said != "ok":
            raise LedgerError(self.address, f"is damaged ({said}). Put a backup in its place, or move the file away")

    def fingerprint(self) -> str:
        """What changes when anything does that outputs are made from: posts, extractions, themes or decisions."""
        seen = hashlib.sha256()
        for row in self._rows(select(schema.posts).order_by(schema.posts.c.id)):
            seen.update(rows.packed(list(row.values())).encode())
        with self.reading() as connection:
            decided = connection.execute(select(func.max(schema.decisions.c.seq))).scalar()
            themes = connection.execute(select(schema.states).where(schema.states.c.name == "themes")).first()
        seen.update(repr((decided, None if themes is None else hashlib.sha256(themes.bytes).digest())).encode())
        return seen.hexdigest()[:16]

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.reading() as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in schema.metadata.sorted_tables
            }


def corrected(claim: Claim, changes: Mapping[str, object]) -> Claim:
    """*claim* with the corrected fields that *changes* holds, each turned into its own type.

    Raises ``LedgerError`` for a field that a claim does not have.
    """
    typed: dict[str, Any] = {}
    for name, value in changes.items():
        if name in ("value", "value_max"):
            typed[name] = None if value is None else Decimal(str(value))
        elif name in TYPED:
            typed[name] = TYPED[name](str(value))
        elif name in Claim.__slots__ and name not in ("id", "spans"):
            typed[name] = tuple(value) if isinstance(value, list) else value
        elif name != "theme":
            raise LedgerError(f"claim {claim.id}", f"a decision changes the field {name!r}, which claims do not have")
    return replace(claim, **typed) if typed else claim


TYPED = {"kind": Kind, "bound": Bound, "modality": Modality}


def _passage_at(starts: Sequence[int], place: int) -> int | None:
    return max(bisect_right(starts, place) - 1, 0) if starts else None


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(ids), CHUNK):
        yield ids[first : first + CHUNK]
