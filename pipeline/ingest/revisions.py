"""Whether what was read now is a new revision of a post, and which of its paragraphs are the old ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise

from pipeline.ingest.documents import Document
from pipeline.records import Passage, digest, passages_of

LOST = 0.5  # a text with less of the old one's words is held until it is seen twice
FLAPS, MOST_EDITS = 3, 24  # visits in a row with other words: after so many a small change is no edit any more
SMALL = 0.2  # the share of the words that a small change may touch
MOST_COMPARED = 4_000_000  # pairs of paragraphs that a full comparison may look at


class Change(StrEnum):
    """What a reading is to the revision that is stored."""

    NEW = "new"
    SAME = "same"
    EDITED = "edited"
    REVERTED = "reverted"  # to the text of an earlier revision
    RE_EXTRACTED = "re-extracted"  # the page is the same, only our reading of it changed
    FLAPPING = "flapping"  # the same places change at each visit: a counter, a clock, a list of other posts
    HELD = "held"  # lost most of its words: kept back until the next visit says so too


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The newest revision of a post as the ledger has it."""

    text: str
    extractor: str
    raw: str  # digest of the bytes that it was read from
    earlier: tuple[str, ...] = ()  # digests of earlier revisions' texts
    held: str | None = None  # digest of a text that was held at the last visit
    edits: int = 0  # visits in a row that found other words
    past: tuple[str, ...] = ()  # the texts of the revisions before it, the newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The decision on a reading: what it is, why, and the digest to remember if it is held."""

    change: Change
    reason: str = ""
    held: str | None = None
    reverts_to: str | None = None

    @property
    def stores(self) -> bool:
        """Whether the reading is to be stored as a revision."""
        return self.change not in {Change.SAME, Change.HELD, Change.FLAPPING}


def decide_revision(stored: Stored | None, document: Document, *, again: Document | None = None) -> Ruling:
    """What *document* is to the *stored* revision of its post.

    *again* is the stored revision's bytes read once more with today's extractor; give it where the
    extractor changed, so that an upgrade is never taken for an author's edit.
    """
    if stored is None:
        return Ruling(change=Change.NEW)
    if _words(stored.text) == _words(document.text):
        return Ruling(change=Change.SAME)
    if stored.extractor != document.extractor:
        if stored.raw == document.raw:
            reason = f"read by {document.extractor} and no more by {stored.extractor}"
            return Ruling(change=Change.RE_EXTRACTED, reason=reason)
        if again is not None and _words(again.text) == _words(document.text):
            return Ruling(change=Change.RE_EXTRACTED, reason=f"read by {document.extractor}; the words are the same")
    before = again if again is not None and again.extractor == document.extractor else stored
    old, new = len(before.text.split()), document.words
    mark = digest(" ".join(document.text.split()))
    if new < old * LOST and stored.held != mark:
        return Ruling(change=Change.HELD, reason=f"only {new} of {old} words are left", held=mark)
    if (revision := digest(document.text)) in stored.earlier:
        return Ruling(change=Change.REVERTED, reason="the text is that of an earlier revision", reverts_to=revision)
    if why := _flaps(stored, document.text):
        return Ruling(change=Change.FLAPPING, reason=why)
    return Ruling(change=Change.EDITED)


def _flaps(stored: Stored, text: str) -> str | None:
    """Why a change is none worth keeping: what changes here changes at each visit."""
    if stored.edits < FLAPS or len(stored.past) < FLAPS - 1:
        return None
    texts = [text, stored.text, *stored.past[: FLAPS - 1]]
    places = {_places(old, new) for new, old in pairwise(texts)}
    if len(places) == 1 and None not in places:
        return f"the same paragraphs change at each visit; after {stored.edits} revisions in a row no more are kept"
    if stored.edits >= MOST_EDITS:
        kept = {p.text for p in passages_of(stored.text)}
        other = sum(len(p.text.split()) for p in passages_of(text) if p.text not in kept)
        if other < SMALL * max(1, len(text.split())):
            return f"it changes a little at each visit; after {stored.edits} revisions in a row no more are kept"
    return None


def _places(old: str, new: str) -> tuple[int, ...] | None:
    """The numbers of the paragraphs that changed, or None where their number did, too."""
    before, after = list(passages_of(old)), list(passages_of(new))
    if len(before) != len(after):
        return None
    return tuple(one.index for one, other in zip(after, before, strict=True) if one.text != other.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """How the paragraphs of two texts belong together; the numbers are the passages'."""

    same: Mapping[int, int]  # new → old, for paragraphs with exactly the old words
    changed: tuple[int, ...]  # new paragraphs to work on
    lost: tuple[int, ...]  # old paragraphs that are no more
    shifts: Mapping[int, int]  # new paragraph → what to add to the old offsets in it


def carry_over(old: str, new: str) -> Carried:
    """Which paragraphs of *new* are those of *old*, and how far their offsets moved.

    >>> found = carry_over("One.\\n\\nTwo.\\n\\nThree.", "Zero.\\n\\nOne.\\n\\nThree.")
    >>> found.same, found.changed, found.lost, found.shifts
    ({1: 0, 2: 2}, (0,), (1,), {1: 7, 2: 1})
    """
    before, after = list(passages_of(old)), list(passages_of(new))
    same = {b: a for a, b in _matches(before, after)}
    return Carried(
        same=same,
        changed=tuple(index for index in range(len(after)) if index not in same),
        lost=tuple(index for index in range(len(before)) if index not in set(same.values())),
        shifts={index: after[index].start - before[origin].start for index, origin in same.items()},
    )


def _matches(before: list[Passage], after: list[Passage]) -> list[tuple[int, int]]:
    """Pairs (old, new) of equal paragraphs, in order."""
    head = 0
    while head < min(len(before), len(after)) and before[head].text == after[head].text:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail].text == after[-1 - tail].text:
        tail += 1
    pairs = [(index, index) for index in range(head)]
    left, right = before[head : len(before) - tail], after[head : len(after) - tail]
    if len(left) * len(right) <= MOST_COMPARED:
        matcher = SequenceMatcher(None, [p.text for p in left], [p.text for p in right], autojunk=False)
        for block in matcher.get_matching_blocks():
            pairs += [(head + block.a + step, head + block.b + step) for step in range(block.size)]
    else:  # too many to compare: those with words of their own, wherever they stand
        places = {p.text: p.index for p in left}
        pairs += [(places.pop(p.text), p.index) for p in right if p.text in places]
    pairs += [(len(before) - step, len(after) - step) for step in range(tail, 0, -1)]
    return pairs


def _words(text: str) -> str:
    return " ".join(text.split())
