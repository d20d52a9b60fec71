"""What Alembic runs to apply the steps over the connection that it is handed."""

from alembic import context

from pipeline.ledger.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter most columns in place
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
