"""What people decide: taken down once, never lost, alive through new texts and extractors, and learnt from.

- Taking down: `deciding` checks what a person says against what they saw, `added_claims` keeps what the extractor
  missed, `undoing` takes back.
- Living on: `anchoring` carries decisions over to a new text or extractor, where `quotes` finds their words;
  `decision_log` writes them to plain files and takes them in again.
- Learning: `reviewed` posts, the `agreement` of reviewers, `proposals` for claims that look alike.
"""
