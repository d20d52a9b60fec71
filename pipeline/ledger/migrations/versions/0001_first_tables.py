"""The first tables; decisions can be added, never changed or removed."""

import sqlalchemy as sa
from alembic import op

from pipeline.ledger.migrations.order import sort_by_code_points

revision = "0001"
down_revision = None

APPEND_ONLY = "decisions are never changed or removed"


def upgrade() -> None:
    """Make the tables, and the triggers that keep decisions append-only."""
    op.create_table(
        "aliases",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_aliases")),
    )
    op.create_table(
        "blobs",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_blobs")),
    )
    op.create_table(
        "decisions",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("target_kind", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_decisions")),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_decisions_post", "decisions", ["post"], unique=False)
    op.create_index("ix_decisions_reviewer", "decisions", ["reviewer", "seq"], unique=False)
    op.create_index("ix_decisions_target", "decisions", ["target"], unique=False)
    op.create_table(
        "files",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("reader", sa.String(), nullable=True),
        sa.Column("post", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_files")),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("claims", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("date", sa.String(), nullable=True),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("reader", sa.String(), nullable=True),
        sa.Column("extractor", sa.String(), nullable=True),
        sa.Column("duplicate_of", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    op.create_index("ix_posts_date", "posts", ["date"], unique=False)
    op.create_index("ix_posts_path", "posts", ["path"], unique=False)
    op.create_table(
        "runs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("started", sa.String(), nullable=False),
        sa.Column("finished", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_table(
        "sources",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sources")),
    )
    op.create_table(
        "states",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_states")),
    )
    op.create_table(
        "themes",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_themes")),
        sa.UniqueConstraint("number"),
    )
    op.create_table(
        "assignments",
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("passage", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post"], ["posts.id"], name=op.f("fk_assignments_post")),
        sa.PrimaryKeyConstraint("post", "passage", "theme", name=op.f("pk_assignments")),
    )
    op.create_index("ix_assignments_theme", "assignments", ["theme"], unique=False)
    op.create_table(
        "claims",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("passage", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("sentence_start", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("value_max", sa.String(), nullable=True),
        sa.Column("amount", sa.Float(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("bound", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("measure", sa.Text(), nullable=True),
        sa.Column("predicate", sa.Text(), nullable=True),
        sa.Column("when", sa.String(), nullable=True),
        sa.Column("period", sa.String(), nullable=True),
        sa.Column("modality", sa.String(), nullable=False),
        sa.Column("attributed_to", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("currency_evidence", sa.String(), nullable=True),
        sa.Column("currency_candidates", sa.Text(), nullable=False),
        sa.Column("spans", sa.Text(), nullable=False),
        sa.Column("extractor", sa.String(), nullable=True),
        sa.Column("live", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["post"], ["posts.id"], name=op.f("fk_claims_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )
    op.create_index("ix_claims_kind_unit_amount", "claims", ["kind", "unit", "amount"], unique=False)
    op.create_index("ix_claims_post", "claims", ["post", "start"], unique=False)
    op.create_index("ix_claims_status", "claims", ["status"], unique=False)
    op.create_table(
        "entities",
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=True),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.Column("iso", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["post"], ["posts.id"], name=op.f("fk_entities_post")),
        sa.PrimaryKeyConstraint("post", "start", "end", "label", name=op.f("pk_entities")),
    )
    op.create_index("ix_entities_ref", "entities", ["ref"], unique=False)
    op.create_table(
        "finding_claims",
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("claim", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["finding"], ["findings.id"], name=op.f("fk_finding_claims_finding")),
        sa.PrimaryKeyConstraint("finding", "claim", name=op.f("pk_finding_claims")),
    )
    op.create_index("ix_finding_claims_claim", "finding_claims", ["claim"], unique=False)
    op.create_table(
        "passages",
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post"], ["posts.id"], name=op.f("fk_passages_post")),
        sa.PrimaryKeyConstraint("post", "number", name=op.f("pk_passages")),
    )
    op.create_table(
        "revisions",
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raw", sa.String(), nullable=True),
        sa.Column("reader", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("seen", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["post"], ["posts.id"], name=op.f("fk_revisions_post")),
        sa.PrimaryKeyConstraint("post", "revision", name=op.f("pk_revisions")),
    )
    op.create_table(
        "run_rows",
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_run_rows_run")),
        sa.PrimaryKeyConstraint("run", "item", name=op.f("pk_run_rows")),
    )
    _make_review_tables()
    if op.get_bind().dialect.name == "postgresql":
        sort_by_code_points(op.get_bind())
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{APPEND_ONLY}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER decisions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER decisions_no_{verb.lower()} BEFORE {verb} ON decisions "
                f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
            )
    _keep_queue_in_step(postgresql=op.get_bind().dialect.name == "postgresql")


def _make_review_tables() -> None:
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("made", sa.String(), nullable=False),
        sa.Column("disabled", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_accounts")),
    )
    op.create_table(
        "judgements",
        sa.Column("claim", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("claim", "reviewer", name=op.f("pk_judgements")),
    )
    op.create_index("ix_judgements_reviewer", "judgements", ["reviewer", "seq"], unique=False)
    op.create_table(
        "preferences",
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reviewer", name=op.f("pk_preferences")),
    )
    op.create_table(
        "review_dirty",
        sa.Column("post", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("post", name=op.f("pk_review_dirty")),
    )
    op.create_table(
        "review_items",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("claim", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("rank", sa.Float(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("draw", sa.Float(), nullable=False),
        sa.Column("second", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_review_items")),
        sa.UniqueConstraint("claim"),
    )
    op.create_index("ix_review_items_draw", "review_items", ["status", "draw"], unique=False)
    op.create_index("ix_review_items_order", "review_items", ["status", "tier", "rank", "post", "start"], unique=False)
    op.create_index("ix_review_items_post", "review_items", ["post", "start"], unique=False)
    op.create_table(
        "shown",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_shown")),
    )
    op.create_table(
        "sessions",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("expires", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name=op.f("fk_sessions_account")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_sessions")),
    )


STATUS_FOLLOWS = "UPDATE review_items SET status = NEW.status WHERE claim = NEW.id"
# No "INSERT OR IGNORE": inside a trigger SQLite puts the outer statement's conflict clause in its place.
NOTE = "INSERT INTO review_dirty SELECT"
UNNOTED = "WHERE NOT EXISTS (SELECT 1 FROM review_dirty AS d WHERE d.post ="
WHAT_MATTERS = "live, revision, start, value, value_max, unit, bound, modality, confidence, flags"


def _keep_queue_in_step(*, postgresql: bool) -> None:
    """Make the words to search, and triggers: changed posts are noted, and a claim's status is the item's."""
    if not postgresql:
        op.execute("CREATE VIRTUAL TABLE claim_words USING fts5(words, tokenize = 'unicode61 remove_diacritics 2')")
        op.execute(
            f"CREATE TRIGGER claims_status AFTER UPDATE OF status ON claims WHEN OLD.status <> NEW.status "
            f"BEGIN {STATUS_FOLLOWS}; END"
        )
        for verb, note in (
            ("INSERT", f"{NOTE} NEW.post {UNNOTED} NEW.post)"),
            ("DELETE", f"{NOTE} OLD.post {UNNOTED} OLD.post)"),
            (f"UPDATE OF {WHAT_MATTERS}", f"{NOTE} NEW.post {UNNOTED} NEW.post)"),
        ):
            name = verb.split()[0].lower()
            op.execute(f"CREATE TRIGGER claims_{name} AFTER {verb} ON claims BEGIN {note}; END")
        for verb, note in (
            ("INSERT", f"{NOTE} post FROM claims AS c {UNNOTED} c.post) AND c.id = NEW.claim"),
            ("DELETE", f"{NOTE} post FROM claims AS c {UNNOTED} c.post) AND c.id = OLD.claim"),
        ):
            op.execute(f"CREATE TRIGGER finding_{verb.lower()} AFTER {verb} ON finding_claims BEGIN {note}; END")
        return
    op.execute("CREATE TABLE claim_words (rowid integer PRIMARY KEY, words tsvector NOT NULL)")
    op.execute("CREATE INDEX ix_claim_words ON claim_words USING gin (words)")
    functions = {
        "claims_status": f"{STATUS_FOLLOWS}; RETURN NULL;",
        "claims_changed": (
            "INSERT INTO review_dirty SELECT COALESCE(NEW.post, OLD.post) ON CONFLICT DO NOTHING; RETURN NULL;"
        ),
        "finding_claims_changed": (
            "INSERT INTO review_dirty SELECT post FROM claims WHERE id = COALESCE(NEW.claim, OLD.claim) "
            "ON CONFLICT DO NOTHING; RETURN NULL;"
        ),
    }
    for name, body in functions.items():
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
    op.execute(
        "CREATE TRIGGER claims_status AFTER UPDATE OF status ON claims "
        "FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION claims_status()"
    )
    for name, event in (
        ("claims", f"INSERT OR DELETE OR UPDATE OF {WHAT_MATTERS}"),
        ("finding_claims", "INSERT OR DELETE"),
    ):
        op.execute(
            f"CREATE TRIGGER {name}_changed AFTER {event} ON {name} FOR EACH ROW EXECUTE FUNCTION {name}_changed()"
        )
