"""The tables of the ledger, the same on SQLite and PostgreSQL.

Sums are kept twice: exactly, as the text of a ``Decimal``, and as a float to filter and sort by.
Lists and mappings are JSON text with sorted keys, so equal values are equal bytes.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

posts = Table(
    "posts",
    metadata,
    Column("id", String, primary_key=True),
    Column("revision", String, nullable=False),
    Column("title", Text),
    Column("url", Text),
    Column("authors", Text, nullable=False),
    Column("date", String),
    Column("publisher", Text),
    Column("country", String),
    Column("language", String),
    Column("path", Text),
    Column("sources", Text, nullable=False),
    Column("reader", String),  # name and version of what read the raw bytes
    Column("extractor", String),  # what found the claims; NULL: not yet extracted
    Column("duplicate_of", String),
    Column("state", String, nullable=False),  # live or gone
    Index("ix_posts_date", "date"),
    Index("ix_posts_path", "path"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("post", String, ForeignKey("posts.id"), nullable=False),
    Column("revision", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("raw", String),  # digest of the raw bytes in blobs
    Column("reader", String),
    Column("reason", String, nullable=False),  # new, edited or re-extracted
    Column("seen", String, nullable=False),  # when, UTC
    PrimaryKeyConstraint("post", "revision"),
)

blobs = Table(
    "blobs",
    metadata,
    Column("digest", String, primary_key=True),
    Column("bytes", LargeBinary, nullable=False),  # zlib
)

files = Table(
    "files",
    metadata,
    Column("path", Text, primary_key=True),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("digest", String, nullable=False),
    Column("reader", String),
    Column("post", String),  # NULL: the file could not be read, and reason says why
    Column("reason", Text),
)

aliases = Table(
    "aliases",
    metadata,
    Column("key", Text, primary_key=True),
    Column("post", String, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("name", String, primary_key=True),
    Column("state", Text, nullable=False),  # JSON: validators, due time, errors
)

originals = Table(  # what a file of the corpus was made from, where we made it: a fetched page, an added document
    "originals",
    metadata,
    Column("post", String, primary_key=True),  # the row comes before the post is read from its file
    Column("raw", String, nullable=False),  # digest of the bytes in blobs
    Column("reader", String, nullable=False),  # what read them, by name and version
    Column("reads_as", String, nullable=False),  # how to read them again: document, medium or feed-entry
    Column("name", Text, nullable=False),
    Column("url", Text),  # where the bytes came from
    Column("content_type", Text),
    Column("told", String),  # digest of the bytes in blobs that a feed had of it, beside the page
    Column("file", String, nullable=False),  # digest of the corpus file as we wrote it: another one was edited by hand
    Column("file_before", String),  # and as we had written it before, for a run that is killed between the two
    Column("edits", Integer, nullable=False),  # visits in a row that found other words
    Column("held", String),  # digest of a text that is kept back until it is seen twice
    Column("gone", String),  # since when its page is not on the web any more, UTC
    Column("seen", String, nullable=False),  # when the bytes came, UTC
)

sketched = Table(  # posts whose copies were looked for, in which revision
    "sketched",
    metadata,
    Column("post", String, primary_key=True),
    Column("revision", String, nullable=False),
)

sketches = Table(  # a few of each post's runs of words, by which copies are found
    "sketches",
    metadata,
    Column("run", BigInteger, nullable=False),
    Column("post", String, nullable=False),
    PrimaryKeyConstraint("run", "post"),
    Index("ix_sketches_post", "post"),
    sqlite_with_rowid=False,
)

copies = Table(  # pairs of posts with the same words; which of them counts follows from their days
    "copies",
    metadata,
    Column("one", String, nullable=False),
    Column("other", String, nullable=False),
    Column("share_one", Float, nullable=False),  # the share of the one's runs of words that the other has
    Column("share_other", Float, nullable=False),
    PrimaryKeyConstraint("one", "other"),
    Index("ix_copies_other", "other"),
)

passages = Table(
    "passages",
    metadata,
    Column("post", String, ForeignKey("posts.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    PrimaryKeyConstraint("post", "number"),
)

entities = Table(
    "entities",
    metadata,
    Column("post", String, ForeignKey("posts.id"), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("quote", Text, nullable=False),
    Column("label", String, nullable=False),
    Column("canonical", Text),
    Column("ref", Text),
    Column("iso", String),
    Column("model", String),
    PrimaryKeyConstraint("post", "start", "end", "label"),
    Index("ix_entities_ref", "ref"),
)

claims = Table(
    "claims",
    metadata,
    Column("id", String, primary_key=True),
    Column("post", String, ForeignKey("posts.id"), nullable=False),
    Column("revision", String, nullable=False),
    Column("passage", Integer),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("quote", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("sentence_start", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("value", String, nullable=False),
    Column("value_max", String),
    Column("amount", Float, nullable=False),
    Column("unit", String),
    Column("bound", String, nullable=False),
    Column("subject", Text),
    Column("measure", Text),
    Column("predicate", Text),
    Column("when", String),
    Column("period", String),
    Column("modality", String, nullable=False),
    Column("attributed_to", Text),
    Column("confidence", Float, nullable=False),
    Column("flags", Text, nullable=False),
    Column("currency_evidence", String),
    Column("currency_candidates", Text, nullable=False),
    Column("spans", Text, nullable=False),
    Column("extractor", String),
    Column("live", Integer, nullable=False),  # 0: no longer found, kept because somebody decided on it
    Column("status", String, nullable=False),  # folded from decisions; see standing/verdicts.py
    Index("ix_claims_post", "post", "start"),
    Index("ix_claims_kind_unit_amount", "kind", "unit", "amount"),
    Index("ix_claims_status", "status"),
)

themes = Table(
    "themes",
    metadata,
    Column("slug", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("keywords", Text, nullable=False),
    Column("origin", String, nullable=False),
)

assignments = Table(
    "assignments",
    metadata,
    Column("post", String, ForeignKey("posts.id"), nullable=False),
    Column("passage", Integer, nullable=False),
    Column("theme", String, nullable=False),
    Column("score", Float, nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("post", "passage", "theme"),
    Index("ix_assignments_theme", "theme", "post", "passage"),
)

theme_posts = Table(  # what was found about a post's themes, whatever people decided; places and strays beside it
    "theme_posts",
    metadata,
    Column("post", String, primary_key=True),
    Column("revision", String, nullable=False),
    Column("title", Text),
    Column("guide", String, nullable=False),  # what judged it; empty: to be judged anew
    Column("unthemed", Text, nullable=False),  # JSON: [passage, why it has no theme]
)

theme_places = Table(
    "theme_places",
    metadata,
    Column("post", String, nullable=False),
    Column("passage", Integer, nullable=False),
    Column("theme", String, nullable=False),
    Column("score", Float, nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("post", "passage", "theme"),
    Index("ix_theme_places_theme", "theme"),
)

theme_strays = Table(  # passages that could have a theme and have none
    "theme_strays",
    metadata,
    Column("post", String, nullable=False),
    Column("passage", Integer, nullable=False),
    Column("draw", String, nullable=False),  # by which a sample is the same whatever the order of the posts
    PrimaryKeyConstraint("post", "passage"),
    Index("ix_theme_strays_draw", "draw"),
)

states = Table(
    "states",
    metadata,
    Column("name", String, primary_key=True),  # e.g. "themes": a model's own memory between runs
    Column("bytes", LargeBinary, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("target", String, nullable=False),
    Column("target_kind", String, nullable=False),
    Column("post", String, nullable=False),
    Column("revision", String, nullable=False),
    Column("seen", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("reviewer", String, nullable=False),
    Column("at", String, nullable=False),
    Column("reason", Text),
    Column("note", Text),
    Column("changes", Text, nullable=False),
    Index("ix_decisions_target", "target"),
    Index("ix_decisions_post", "post"),
    Index("ix_decisions_reviewer", "reviewer", "seq"),
)

shown = Table(  # what a decision's "seen" stands for
    "shown",
    metadata,
    Column("digest", String, primary_key=True),
    Column("record", Text, nullable=False),  # JSON: the claim as it was on the screen
)

judgements = Table(  # each reviewer's verdict in force on each claim, folded from decisions
    "judgements",
    metadata,
    Column("claim", String, nullable=False),
    Column("reviewer", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("seq", Integer, nullable=False),
    PrimaryKeyConstraint("claim", "reviewer"),
    Index("ix_judgements_reviewer", "reviewer", "seq"),
)

review_items = Table(  # the queue: derived from claims and findings, made anew for posts in review_dirty
    "review_items",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("claim", String, nullable=False, unique=True),
    Column("post", String, nullable=False),
    Column("start", Integer, nullable=False),
    Column("status", String, nullable=False),  # a trigger keeps it as in claims
    Column("tier", Integer, nullable=False),  # 1 its words are gone, 2 contradicts, 3 doubtful, 4 the rest
    Column("score", Float, nullable=False),
    Column("rank", Float, nullable=False),  # the lower, the sooner; one for a post's items of a tier
    Column("why", Text, nullable=False),
    Column("draw", Float, nullable=False),  # by the claim's id: who is in the random tenth
    Column("second", Float, nullable=False),  # by the claim's id: who gets a second reviewer
    Column("passage", Integer),
    # What filters ask for stands here too, the texts cut, so that an index alone answers them.
    Column("kind", String, nullable=False),
    Column("unit", String),
    Column("amount", Float, nullable=False),
    Column("year", String),
    Column("publisher", String),
    Column("subject", String),
    Column("odd", Integer, nullable=False),
    Index(
        "ix_review_items_order",
        *("status", "tier", "rank", "post", "start", "number", "claim", "kind"),
        *("unit", "year", "publisher", "subject", "odd", "draw", "second", "amount"),
    ),
    Index("ix_review_items_draw", "status", "draw"),
    Index(
        "ix_review_items_post",
        *("post", "start", "number", "status", "kind", "unit"),
        *("year", "publisher", "subject", "odd", "draw", "second", "amount", "passage"),
    ),
    Index(  # in the order of the totals, so that nothing is sorted for them
        "ix_review_items_sums",
        *("status", "kind", "unit", "amount", "year", "publisher", "subject"),
        *("odd", "draw", "second", "post", "passage", "number", "claim"),
    ),
    Index("ix_review_items_passage", "post", "passage"),
    Index("ix_review_items_second", "status", "second", "claim", "kind"),
)

review_counts = Table(  # how many items there are of each; kept with every decision, so that nobody counts 200,000
    "review_counts",
    metadata,
    Column("status", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("drawn", Integer, primary_key=True),  # 1: of the random tenth
    Column("claims", Integer, nullable=False),
)

review_posts = Table(  # how many items each post has, and how many are settled; kept with every decision
    "review_posts",
    metadata,
    Column("post", String, primary_key=True),
    Column("claims", Integer, nullable=False),
    Column("settled", Integer, nullable=False),
)

presence = Table(  # which claim each open browser tab shows, so that two people need not do the same work
    "presence",
    metadata,
    Column("tab", String, primary_key=True),
    Column("reviewer", String, nullable=False),
    Column("claim", String, nullable=False),
    Column("at", String, nullable=False),
    Index("ix_presence_claim", "claim"),
)

review_dirty = Table(  # posts whose claims or findings changed since the queue was made
    "review_dirty",
    metadata,
    Column("post", String, primary_key=True),
)

accounts = Table(
    "accounts",
    metadata,
    Column("name", String, primary_key=True),
    Column("password", String, nullable=False),  # Argon2id
    Column("role", String, nullable=False),  # reviewer, adjudicator or reader
    Column("made", String, nullable=False),
    Column("disabled", Integer, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token", String, primary_key=True),  # SHA-256 of the cookie's value
    Column("account", String, ForeignKey("accounts.name"), nullable=False),
    Column("expires", String, nullable=False),
)

preferences = Table(
    "preferences",
    metadata,
    Column("reviewer", String, primary_key=True),
    Column("data", Text, nullable=False),  # JSON: the key map
)

findings = Table(
    "findings",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("claims", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("confidence", Float, nullable=False),
)

finding_claims = Table(
    "finding_claims",
    metadata,
    Column("finding", String, ForeignKey("findings.id"), nullable=False),
    Column("claim", String, nullable=False),
    PrimaryKeyConstraint("finding", "claim"),
    Index("ix_finding_claims_claim", "claim"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String, primary_key=True),
    Column("started", String, nullable=False),
    Column("finished", String),
    Column("status", String, nullable=False),  # running, done or failed
    Column("version", String, nullable=False),
    Column("summary", Text, nullable=False),
)

run_rows = Table(
    "run_rows",
    metadata,
    Column("run", String, ForeignKey("runs.id"), nullable=False),
    Column("item", Text, nullable=False),
    Column("outcome", String, nullable=False),  # new, changed, gone or left out
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("run", "item"),
)
