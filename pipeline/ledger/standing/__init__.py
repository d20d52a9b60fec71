"""What holds: the decisions as they were made, and what they come to for each claim. Nothing here needs an open ledger.

- What a decision is about: `sights`, the part of a claim that a reviewer saw; `draws`, the numbers that pick claims.
- What decisions come to: `verdicts`; read from the database in `made`, as far as a viewer may see them in `viewing`.
- `appending` is the one statement that writes decisions; it keeps each claim's status and the `queue_counts`.
"""
