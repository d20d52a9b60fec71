"""What people decided: append-only, never lost, and folded into what holds now.

- What a decision is about: `sights`, the part of a claim that a reviewer saw; `draws`, the numbers that pick claims.
- What decisions come to: `verdicts`; read from the ledger in `made`, as far as a viewer may see them in `viewing`.
- Taking them down: `appending` is the one statement that writes, and keeps the `queue_counts`; `deciding` checks what
  a person says first, `added_claims` keeps what the extractor missed, `undoing` takes back.
- Living on: `anchoring` carries decisions over to a new text or extractor, where `quotes` finds their words;
  `decision_log` writes them to plain files and takes them in again.
- Learning from them: `reviewed` posts, `agreement` between reviewers, `proposals` for claims that look alike.
"""
