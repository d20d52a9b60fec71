"""Decisions to gold: what people settled about posts, with what nobody looked at marked as such.

A claim that was accepted or corrected is right as decided; one rejected as no claim is wrong where it stands. Any
other figure is wrong only in a post that somebody read to the end. What is open, disputed, flagged, stale, or rejected
for another reason than being no claim says nothing, and is left out of what is covered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.learn.gold import GoldPost, Spans, split_of
from pipeline.ledger.decisions.reviewed import Reviewed, reviewed_posts
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.verdicts import META, Standing, Status, corrected, in_force
from pipeline.records import Claim, Decision, Label, Post, Verdict, digest

SETTLED = {Status.ACCEPTED, Status.CORRECTED, Status.ADDED}
NONE_THERE = "not-a-claim"  # the only reason for a rejection that says that nothing is claimed


@dataclass(slots=True)
class Section:
    """Marks and what was looked at while they are collected for one post."""

    marks: list[dict[str, Any]] = field(default_factory=list)
    seen: list[tuple[int, int]] = field(default_factory=list)
    unknown: list[tuple[int, int]] = field(default_factory=list)

    def covered(self, whole: bool, length: int) -> Spans | None:
        """What was looked at; ``None`` for all of it."""
        if not whole:
            return merged(self.seen)
        if not self.unknown:
            return None
        return without((0, length), merged(self.unknown), merged(self.seen))


def gold_from(ledger: Ledger, *, posts: Collection[str] | None = None) -> Iterator[GoldPost]:
    """Yield what was decided on each live post that anything was decided on, by id; only *posts* if given."""
    for reviewed in reviewed_posts(ledger, posts):
        for post in ledger.posts([reviewed.post]):  # none if it is gone
            one = _gold_of(reviewed, post)
            if any(one.annotated(section) for section in ("claims", "entities", "themes")):
                yield one


def _gold_of(reviewed: Reviewed, post: Post) -> GoldPost:
    made = reviewed.decisions
    read = any(
        d.verdict is Verdict.READ and d.revision == post.revision
        for d in in_force([d for d in made if d.target_kind == "post"])
    )
    size = len(post.text)
    claims = _claims(reviewed, post)
    entities, all_named = _entities(reviewed, post)
    themes = _themes(post, [d for d in made if d.target_kind == "passage"])
    parts = {
        "claims": claims.covered(read, size),
        "entities": entities.covered(read and all_named, size),
        "themes": themes.covered(False, size),
    }
    return GoldPost(
        post=post,
        split=split_of(post.id),
        claims=sorted(claims.marks, key=_place),
        entities=sorted(entities.marks, key=_place),
        themes=themes.marks,
        queued=True,
        covered={name: tuple(spans) for name, spans in parts.items() if spans is not None},
    )


def _place(mark: Mapping[str, Any]) -> tuple[int, int]:
    return mark["start"], mark["end"]


# Claims


def _claims(reviewed: Reviewed, post: Post) -> Section:
    section, taken = Section(), list[tuple[int, int]]()
    for found, live, standing in reviewed.claims:
        claim = placed(found, post.text)
        if claim is None or (not live and any(_meet((claim.start, claim.end), span) for span in taken)):
            continue  # its words are gone, or another claim has taken its place and its decisions with it
        if not live and standing.status is Status.PROPOSED:
            continue
        taken.append((claim.start, claim.end))
        _settle(section, claim, standing, post.text)
    return section


def placed(claim: Claim, text: str) -> Claim | None:
    """*claim* where its words stand in *text*; ``None`` where they are not, or not in just one place."""
    if text[claim.start : claim.end] == claim.quote:
        return claim
    if not claim.sentence or text.count(claim.sentence) != 1:
        return None
    first = text.index(claim.sentence)
    moved = _shifted(claim, first - claim.sentence_start)
    return moved if text[moved.start : moved.end] == claim.quote else None


def _shifted(claim: Claim, by: int) -> Claim:
    return replace(claim, start=claim.start + by, end=claim.end + by, sentence_start=claim.sentence_start + by)


def _settle(section: Section, claim: Claim, standing: Standing, text: str) -> None:
    span = (claim.start, claim.end)
    if standing.status in SETTLED:
        changes = {k: v for k, v in standing.changes.items() if k not in META}
        right = corrected(claim, changes)
        if 0 <= right.start < right.end <= len(text) and text[right.start : right.end] == right.quote:
            section.marks.append(mark_of(right))
            section.seen += [span, (right.start, right.end)]
        else:
            section.unknown.append(span)
    elif standing.status is Status.REJECTED and {d.reason for d in standing.judged.values()} == {NONE_THERE}:
        section.seen.append(span)
    else:
        section.unknown.append(span)


def mark_of(claim: Claim) -> dict[str, Any]:
    """The row of the gold that says what *claim* says."""
    names = ("unit", "bound", "subject", "measure", "modality", "attributed_to")
    return {
        "quote": claim.quote,
        "kind": claim.kind.value,
        "value": _json_number(claim.value),
        "value_max": None if claim.value_max is None else _json_number(claim.value_max),
        **{name: None if getattr(claim, name) is None else str(getattr(claim, name)) for name in names},
        "start": claim.start,
        "end": claim.end,
    }


def _json_number(value: Any) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


# Names


def _entities(reviewed: Reviewed, post: Post) -> tuple[Section, bool]:
    """The names that people settled, and whether they looked at every name that was found in the post."""
    by_name: dict[str, dict[str, Decision]] = defaultdict(dict)
    for decision in in_force([d for d in reviewed.decisions if d.target_kind == "entity"]):
        by_name[decision.target][decision.reviewer] = decision
    section = Section()
    for target, judged in by_name.items():
        answers = [_name(target, decision, post) for decision in judged.values()]
        first, label = answers[0]
        if first is None:
            continue
        if any(answer != answers[0] for answer in answers) or label == "":
            section.unknown.append(first)
            continue
        section.seen.append(first)
        if label is not None:
            quote = post.text[first[0] : first[1]]
            section.marks.append({"quote": quote, "label": label, "start": first[0], "end": first[1]})
    section.marks = _apart(section.marks)
    every = {(entity.start, entity.end) for entity in reviewed.entities}
    return section, bool(section.marks) and every <= set(section.seen)


def _name(target: str, decision: Decision, post: Post) -> tuple[tuple[int, int] | None, str | None]:
    """Where the name stands that *decision* is about, and its label; none if it is no name, empty if unknown."""
    start, end = decision.changes.get("start"), decision.changes.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(post.text):
        return None, None
    if decision.changes.get("quote", post.text[start:end]) != post.text[start:end]:
        return None, None  # the text has changed since
    span = (start, end)
    if decision.verdict is Verdict.REJECT:
        return span, None
    if decision.verdict not in (Verdict.ACCEPT, Verdict.CORRECT, Verdict.ADD):
        return span, ""
    label = decision.changes.get("label")
    if label is None:  # an accepted label is part of what the decision is about
        known = (each.value for each in Label if entity_target(post.id, start, end, each) == target)
        label = next(known, "")
    return span, str(label) if label in set(Label) else ""


def entity_target(post: str, start: int, end: int, label: Label) -> str:
    """What decisions on a mention are about: the id that the review gives it."""
    return digest("entity", post, str(start), str(end), label)


def _apart(marks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """*marks* without those that overlap a longer one."""
    kept: list[dict[str, Any]] = []
    for mark in sorted(marks, key=lambda m: (m["start"] - m["end"], m["start"])):
        if not any(_meet(_place(mark), _place(other)) for other in kept):
            kept.append(mark)
    return kept


# Themes


def _themes(post: Post, made: Sequence[Decision]) -> Section:
    """The paragraphs whose themes somebody set; where reviewers differ, nothing is known."""
    said: dict[int, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for decision in in_force(made):
        number, slugs = decision.changes.get("passage"), decision.changes.get("themes")
        if decision.revision == post.revision and isinstance(slugs, list) and str(number).isdecimal():
            said[int(str(number))][decision.reviewer] = tuple(sorted(str(slug) for slug in slugs))
    section, count = Section(), len(post.text.strip().split("\n\n"))
    for number in sorted(said):
        answers = set(said[number].values())
        if number < count and len(answers) == 1:
            section.seen.append((number, number + 1))
            slugs = list(answers.pop())
            if slugs:
                section.marks.append({"paragraph": number, "themes": slugs})
    return section


# Spans


def _meet(left: tuple[int, int], right: tuple[int, int]) -> bool:
    return left[0] < right[1] and right[0] < left[1]


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """*spans* in order, those that meet made one.

    >>> merged([(5, 8), (0, 2), (7, 9)])
    [(0, 2), (5, 9)]
    """
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept


def without(
    whole: tuple[int, int], holes: Sequence[tuple[int, int]], kept: Sequence[tuple[int, int]] = ()
) -> list[tuple[int, int]]:
    """What of *whole* is outside *holes*, or in *kept* all the same.

    >>> without((0, 9), [(2, 4)])
    [(0, 2), (4, 9)]
    """
    left, at = [], whole[0]
    for start, end in holes:
        left.append((at, start))
        at = max(at, end)
    left.append((at, whole[1]))
    return merged(span for span in [*left, *kept] if span[0] < span[1])
