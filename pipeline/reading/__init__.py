"""Reading with what the settings name: the models loaded once, their version, and texts that no ledger knows."""
