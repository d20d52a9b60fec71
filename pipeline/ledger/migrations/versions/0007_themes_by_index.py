"""What a theme holds, and which items of the queue have it, is answered by an index alone."""

from alembic import op

revision = "0007"
down_revision = "0006"
PLACE = ("post", "start", "number", "status", "kind", "unit", "year", "publisher", "subject")


def upgrade() -> None:
    """Make two indices anew, with what questions by theme ask of them."""
    op.drop_index("ix_assignments_theme", "assignments")
    op.create_index("ix_assignments_theme", "assignments", ["theme", "post", "passage"], unique=False)
    op.drop_index("ix_review_items_post", "review_items")
    op.create_index(
        "ix_review_items_post", "review_items", [*PLACE, "odd", "draw", "second", "amount", "passage"], unique=False
    )
