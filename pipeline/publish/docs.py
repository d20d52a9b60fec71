"""The posts as spaCy documents with the claims and named things in span groups, to train and to look with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.ledger.ledger import Ledger
from pipeline.publish import columns
from pipeline.publish.annotations import texts_of
from pipeline.publish.columns import OUT, Table
from pipeline.publish.formats import Writer
from pipeline.publish.rows import Choice, Row

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

CLAIMS, ENTITIES = "claims", "entities"
SHARD = 2_000  # posts in a file


class Docs(Writer):
    """``docbin/0001.spacy`` and on: blank English tokens, ``doc.spans["claims"]`` and ``doc.spans["entities"]``.

    A span whose ends fall within a token takes in the whole token; a claim's span id is the claim's id.
    Each post is there with the text that its claims were found in; rejected claims are left out. Posts without claims
    are there, too, unless a filter says which claims are wanted.
    """

    def __init__(self, ledger: Ledger, folder: Path, choice: Choice) -> None:
        self.ledger = ledger
        self.folder = folder / "docbin"
        self.waiting: list[tuple[str, str, list[dict[str, Any]]]] = []
        self.posts: dict[str, str] = {}  # that have not come yet → revision; by id
        self.whole = not choice.where and choice.only is None
        self.shards = 0

    def begin(self, table: Table) -> None:
        """The claims come by post, and so do the documents."""
        self.table = table
        if table is columns.CLAIMS:
            import spacy

            self.folder.mkdir()
            self.nlp: Language = spacy.blank("en")
            self.last: tuple[tuple[str, str], list[dict[str, Any]]] | None = None

    def write(self, rows: Sequence[Row]) -> None:
        """Gather the claims of *rows* by post."""
        if self.table is columns.POSTS and self.whole:
            live = self.table.names.index("state")
            self.posts |= {row[0]: row[1] for row in rows if row[live] == "live"}
        if self.table is not columns.CLAIMS:
            return
        claims = (dict(zip(self.table.names, row, strict=True)) for row in rows)
        for key, group in groupby(claims, key=itemgetter("post", "revision")):
            if self.last and self.last[0] == key:
                self.last[1].extend(group)
            else:
                self._push()
                self.last = (key, list(group))

    def end(self) -> None:
        """Write what waits."""
        if self.table is columns.CLAIMS:
            self._push()
            self._push_without_claims(None)
            self._flush()

    def _push_without_claims(self, before: str | None) -> None:
        """The posts that come before another one and have no claims."""
        while self.posts and (before is None or next(iter(self.posts)) < before):
            post = next(iter(self.posts))
            self.waiting.append((post, self.posts.pop(post), []))
            if len(self.waiting) >= SHARD:
                self._flush()

    def _push(self) -> None:
        if self.last:
            (post, revision), claims = self.last
            self._push_without_claims(post)
            if self.posts.get(post) == revision:
                del self.posts[post]
            self.waiting.append((post, revision, [claim for claim in claims if claim["status"] not in OUT]))
            self.last = None
        if len(self.waiting) >= SHARD:
            self._flush()

    def _flush(self) -> None:
        from spacy.tokens import DocBin

        if not self.waiting:
            return
        self.shards += 1
        docs = DocBin(store_user_data=True, docs=self._docs())
        (self.folder / f"{self.shards:04}.spacy").write_bytes(docs.to_bytes())
        self.waiting = []

    def _docs(self) -> Iterator[Doc]:
        from sqlalchemy import select

        from pipeline.ledger import schema

        texts = texts_of(self.ledger, [(post, revision) for post, revision, _ in self.waiting])
        table = schema.entities.c
        query = (
            select(table.post, table.start, table.end, table.label, table.ref)
            .where(table.post.in_([post for post, _, _ in self.waiting]))
            .order_by(table.post, table.start, table.end, table.label)
        )
        with self.ledger.reading() as connection:
            named = {post: list(rows) for post, rows in groupby(connection.execute(query), key=itemgetter(0))}
        for post, revision, claims in self.waiting:
            text = texts.get((post, revision))
            if text is not None:
                yield self._doc(post, text, claims, named.get(post, ()))

    def _doc(self, post: str, text: str, claims: Sequence[dict[str, Any]], named: Sequence[Any]) -> Doc:
        doc = self.nlp.make_doc(text)
        doc.user_data = {"post": post}
        found = (
            doc.char_span(c["start"], c["end"], c["kind"].upper(), alignment_mode="expand", span_id=c["id"])
            for c in claims
        )
        doc.spans[CLAIMS] = [span for span in found if span is not None]
        mentions = (
            doc.char_span(s, e, label, kb_id=ref or "", alignment_mode="expand") for _, s, e, label, ref in named
        )
        doc.spans[ENTITIES] = [span for span in mentions if span is not None]
        return doc
