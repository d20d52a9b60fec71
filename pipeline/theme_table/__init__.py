"""The table of themes as plain data, apart from how passages are judged: rows, what people change, what that means.

`rows` are the themes that ever were, `edits` what people decided about them, and `places` says which
themes a passage has when what was found is seen through those decisions.
"""
