"""What a run derives from the ledger: tables, packages and the report."""
