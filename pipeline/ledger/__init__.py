"""The ledger: what was read, found and decided, kept for ever, on SQLite or PostgreSQL.

In the order in which things build on each other:

- The database. `schema` has every table, `migrations` the steps from older ones; `connect` opens an engine,
  `database` is one that is open: a consistent view to read, one transaction to write. `errors` says what went wrong;
  `statements` are made of what both databases take, `rows` turns records into rows and back.
- `standing`: what was decided, as far as a claim needs it: what holds now, and the one statement that appends.
- The `Ledger` (in `ledger`) is a database that knows posts (`posts`), what was found in them (`found`), the runs
  that did it (`runs`) and what parts of the program remember (`states`); `run_lock` lets one run in at a time.
  Whatever else there is takes a ledger or a connection.
- `decisions`: how people decide and take back, and how what they decided outlives a text that changes.
- `corpus`: posts as they were read, what they were read from, what people stated of them, and which repeat which.
- `themes`: what was found about each post's themes, and what people made of it.
- Questions: `asking` for claims, `names` for named things; `comparing` and `marks` for what has to be compared and
  published anew.
- `queue`: which claim a reviewer looks at next, what a table of claims shows, and how far the review is.
- `accounts` has who may log in, `backups` copies a whole ledger.
"""
