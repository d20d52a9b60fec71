"""What was found in the posts: claims, entities, passages, themes and findings, with people's corrections in force."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from pipeline.ledger import rows, schema
from pipeline.ledger.database import Database
from pipeline.ledger.standing.made import standings
from pipeline.ledger.standing.verdicts import Standing, corrected
from pipeline.ledger.statements import put_rows
from pipeline.records import (
    Assignment,
    Claim,
    Decision,
    Entity,
    Extraction,
    Finding,
    Passage,
    Post,
    Theme,
)

TOGETHER = 64  # posts whose findings are written by the same statements


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


class Found(Database):
    """What a ledger knows of what was found, with people's corrections in force."""

    def keep_extractions(self, found: Iterable[tuple[Post, Extraction]], *, extractor: str) -> None:
        """Put what *extractor* found in place of what was found before, in one transaction.

        A claim that is no longer found but was decided on stays, marked as not live.
        """
        with self.writing() as connection:
            for some in batched(found, TOGETHER):
                self._keep_some(connection, some, extractor)

    def _keep_some(self, connection: Connection, found: Sequence[tuple[Post, Extraction]], extractor: str) -> None:
        ids = [post.id for post, _ in found]
        of_posts = schema.claims.c.post.in_(ids)
        claims, decisions = schema.claims.c, schema.decisions.c
        decided = exists().where(decisions.target == claims.id, decisions.post == claims.post).correlate(schema.claims)
        query = select(claims.id, claims.status).where(of_posts, decided)
        held = {row["id"]: row["status"] for row in connection.execute(query).mappings()}
        connection.execute(delete(schema.claims).where(of_posts, ~decided))
        connection.execute(update(schema.claims).where(of_posts).values(live=0))
        fresh: list[dict[str, Any]] = []
        passages: list[dict[str, Any]] = []
        entities: list[dict[str, Any]] = []
        for post, extraction in found:
            starts = [passage.start for passage in extraction.passages]
            revision = post.revision  # a digest of the whole text
            for claim in extraction.claims:
                row = rows.claim_row(claim, post.id, revision, _passage_at(starts, claim.start))
                if claim.id in held:
                    again = row | {"status": held[claim.id]}
                    connection.execute(update(schema.claims).where(claims.id == claim.id).values(again))
                else:
                    fresh.append(row)
            passages += (
                {"post": post.id, "number": p.index, "start": p.start, "end": p.end} for p in extraction.passages
            )
            entities += {(e.start, e.end, e.label): rows.entity_row(e, post.id) for e in extraction.entities}.values()
        for table in (schema.passages, schema.entities):
            connection.execute(delete(table).where(table.c.post.in_(ids)))
        for table, made in ((schema.claims, fresh), (schema.passages, passages), (schema.entities, entities)):
            put_rows(connection, table, made)
        connection.execute(update(schema.posts).where(schema.posts.c.id.in_(ids)).values(extractor=extractor))

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

    def passages(self) -> Iterator[tuple[str, Passage]]:
        """Yield (post id, passage) with text, of all live posts, by post and number."""
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
        for row in self._rows(query):
            start, end = row["start"], row["end"]
            yield row["post"], Passage(index=row["number"], start=start, end=end, text=row["text"][start:end])

    def keep_themes(self, themes: Sequence[Theme], assignments: Mapping[str, Sequence[Assignment]]) -> None:
        """Put *themes* in place of the old table, and each post's *assignments* in place of its own."""
        with self.writing() as connection:
            connection.execute(delete(schema.themes))
            if themes:
                connection.execute(insert(schema.themes), [rows.theme_row(theme) for theme in themes])
            for post, found in assignments.items():
                connection.execute(delete(schema.assignments).where(schema.assignments.c.post == post))
                if found:
                    connection.execute(insert(schema.assignments), rows.assignment_rows(found, post))

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
            yield row["post"], rows.assignment_of(row)

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
        with self.reading() as connection:  # one view: a claim's row and the decisions on it belong together
            standing = standings(connection)
            for row in connection.execution_options(yield_per=2000).execute(query).mappings():
                yield _as_decided(row, standing.get(row["id"]))

    def standings(self) -> dict[str, Standing]:
        """What was decided about each claim that anybody decided on."""
        with self.reading() as connection:
            return standings(connection)

    def decisions(self) -> Iterator[Decision]:
        """Yield all decisions in the order they were made."""
        for row in self._rows(select(schema.decisions).order_by(schema.decisions.c.seq)):
            yield rows.decision_of(row)

    def claims_by_kind(self) -> dict[str, int]:
        """How many live claims of each kind there are; what copies of a post repeat is counted once."""
        query = (
            select(schema.claims.c.kind, func.count().label("n"))
            .join(schema.posts, schema.posts.c.id == schema.claims.c.post)
            .where(schema.claims.c.live == 1, schema.posts.c.state == "live", schema.posts.c.duplicate_of.is_(None))
            .group_by(schema.claims.c.kind)
            .order_by(schema.claims.c.kind)
        )
        return {row["kind"]: row["n"] for row in self._rows(query)}

    def findings(self) -> Iterator[Finding]:
        """Yield findings by kind, rule and claims."""
        found = schema.findings.c
        for row in self._rows(select(schema.findings).order_by(found.kind, found.rule, found.claims, found.id)):
            yield rows.finding_of(row)


def _passage_at(starts: Sequence[int], place: int) -> int | None:
    return max(bisect_right(starts, place) - 1, 0) if starts else None


def _as_decided(row: rows.Row, judged: Standing | None) -> LedgerClaim:
    """The claim of a row that has its post's metadata, with what people *judged* in force."""
    found = rows.claim_of(row)
    return LedgerClaim(
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
