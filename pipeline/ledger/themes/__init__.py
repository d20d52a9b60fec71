"""Themes in the ledger: what was found stays as it was found, and people's decisions are seen through it.

- `store` has the rows that runs find, post by post; `assignments` is the table that they come to as decided.
- `edits` takes down what people change of themes, and writes the tables anew where that changes them.
- `views` is what pages and commands show: how much a theme holds, and its surest passages.
"""
