-- Run once by PostgreSQL's image, for docs/compose.yaml: Prefect's own database beside the ledger's.
CREATE DATABASE prefect;
