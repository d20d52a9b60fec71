"""The queue of the review: an item a claim, derived from claims and findings, kept in step with every decision.

- `items` makes the items, by what a look at each is `worth`; `search` keeps their words.
- `filters` are what a person may ask for; `withholding` is what they may not see yet.
- `next_card` is the claim to look at next; `presence` tells who else looks at it.
- `progress` counts how far the review is, `outlook` says what the random tenth tells of the rest, `totals` adds up what
  a filter names.
"""
