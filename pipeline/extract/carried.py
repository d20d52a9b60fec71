"""The phrases from before a figure's sentence that it may be about: what the post was speaking of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.extract import phrases
from pipeline.extract.relations import SUBJECTS
from pipeline.extract.view import View, can_be, is_time

LEAD = re.compile(r"([^\n]{3,80}):\s*$")
LEADING = re.compile(r"(?i)(?:an?|the)\s+")
LIST = 2000  # characters before an item in which its list's lead is looked for

type Found = Iterator[tuple[int, int, set[str]]]


def carried(view: View, role: str) -> Found:
    """Earlier claims' roles, names, the publisher, a list's lead, the phrases of the sentence before."""
    yield from _earlier_roles(view, role)
    if role == "measure":
        return
    figure, discourse = view.figure, view.discourse
    published = discourse.published_near(figure.quantity.start)
    if published is not None:
        owned = any("owner" in names and figure.span.doc[i].lower_ == "our" for i, names in view.relations.items())
        near = discourse.paragraph(figure.sentence.start) <= published[0] < figure.quantity.start
        features = view.crossed("publisher-our" if owned else "publisher-before")
        yield (*published, features | view.crossed(f"publisher-{'paragraph' if near else 'far'}"))
    yield from _names_before(view)
    yield from _lead(view)
    yield from _sentence_before(view)


def _earlier_roles(view: View, role: str) -> Found:
    """The same role of the claims before; of the last two, and of those that state the same figure."""
    figure, discourse = view.figure, view.discourse
    text, here = discourse.post.text, figure.sentence.start
    for back, claim in enumerate(reversed(discourse.claims[-6:])):
        if role not in claim.spans:
            continue
        features: set[str] = set()
        if claim.value == figure.quantity.value and claim.kind is figure.quantity.kind:
            features |= view.crossed("same figure")
        if back < 2:
            near = claim.sentence_start == here
            paragraph = "\n\n" not in text[claim.start : figure.quantity.start]
            where = "sentence" if near else "paragraph" if paragraph else "far"
            alike = "alike" if claim.kind is figure.quantity.kind else "unlike"
            features |= view.crossed(f"earlier{back}-{where}") | {f"earlier-{where}-{alike}"}
        if features:
            yield (*claim.spans[role], features)


def _names_before(view: View) -> Found:
    discourse, here = view.discourse, view.figure.sentence.start
    paragraph = discourse.paragraph(here)
    before = discourse.bodies_before(here)
    for back, entity in enumerate(reversed(before[-2:])):
        where = "paragraph" if entity.start >= paragraph else "far"
        features = view.crossed(f"name-{where}") | {f"name{back}", f"name{back}|label={entity.label}"}
        features |= view.crossed(f"named {discourse.standing(entity.start, entity.end)}")
        yield entity.start, entity.end, features | {f"name-{where}|label={entity.label}"}
    first = next((e for e in before if e.start >= paragraph), None)
    if first is not None:
        yield first.start, first.end, view.crossed("first name of paragraph") | {f"first name|label={first.label}"}
    if discourse.titled is not None:
        yield (*discourse.titled, view.crossed("name in title"))


def _lead(view: View) -> Found:
    """The words before a list's colon, for a figure in one of its items."""
    text, here = view.discourse.post.text, view.figure.sentence.start
    low = max(0, here - LIST)
    above = text[low:here].rstrip()
    end = low + len(above)
    for line in reversed(above.split("\n\n")[-6:]):
        start = end - len(line)
        found = LEAD.match(line)
        if found:
            lead = LEADING.match(found.group(1))
            yield start + (lead.end() if lead else 0), start + len(found.group(1)), view.crossed("lead of list")
            return
        end = start - 2


def _sentence_before(view: View) -> Found:
    """The subject and the other phrases of the sentence before, for a pronoun to mean."""
    before = view.discourse.before.get(view.figure.sentence.start)
    if before is None:
        return
    doc, offset = before
    nouns = (token for token in phrases.heads(doc) if can_be(token) and not is_time(token))
    for order, token in enumerate(nouns):
        main = token.dep_ in SUBJECTS and token.head.dep_ == "ROOT"
        name = "antecedent-subject" if main else "antecedent-object" if token.dep_ == "dobj" else "antecedent"
        common = view.crossed(name) | {f"antecedent{min(order, 3)}"}
        for extent in phrases.extents(token):
            start, end = (place + offset for place in phrases.place_of(doc, extent.start, extent.end))
            sorts = view.sorts(token, start, end)
            features = {f"{name}|sort={sort}" for sort in sorts}
            features |= {f"antecedent|sort={sort}|{near}" for sort in sorts for near in view.near}
            yield start, end, common | features | {f"antecedent-last={extent.last}"}
