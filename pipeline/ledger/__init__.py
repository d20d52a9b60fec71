"""The ledger: tables, migrations and queries, on SQLite or PostgreSQL."""
