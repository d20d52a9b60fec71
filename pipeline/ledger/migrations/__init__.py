"""The steps from an older ledger to today's, run by Alembic when a ledger is opened."""
