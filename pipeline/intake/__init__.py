"""Posts on their way into the corpus: what a visit or a person brings becomes a file, and a row of the ledger."""
