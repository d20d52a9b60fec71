"""Who and what a figure is about: the best candidate for each role, and the verb that joins them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.extract.candidates import Candidate, candidates_of
from pipeline.extract.discourse import Discourse
from pipeline.extract.figure import Figure
from pipeline.extract.ranker import Ranker
from pipeline.extract.view import View

ROLES = ("measure", "subject")
FILE = "roles.json"
PLAIN: Mapping[str, Ranker] = {  # without training: the clause's subject, and the noun that is counted
    "subject": Ranker({"subject0": 3.0, "owner": 2.0, "subject1": 1.0, "extent=of": 0.5, "none": 0.1}),
    "measure": Ranker({"own": 3.0, "object0": 1.0, "extent=pp": 0.5, "none": 0.1}),
}

type Span = tuple[int, int]


def roles_of(figure: Figure, discourse: Discourse, rankers: Mapping[str, Ranker]) -> dict[str, Span]:
    """Where the words of each role of *figure* stand in the post: subject, measure, predicate."""
    spans: dict[str, Span] = {}
    view = View(figure, discourse)
    for role in ROLES:
        best = choose(rankers[role], role, candidates_of(view, role), discourse.post.text)
        if best.start < best.end:
            spans[role] = (best.start, best.end)
    predicate = predicate_of(figure)
    if predicate is not None:
        spans["predicate"] = predicate
    return spans


def choose(ranker: Ranker, role: str, candidates: Sequence[Candidate], text: str) -> Candidate:
    """The candidate that *ranker* takes for *role*.

    How far a measure reaches is often unsure, so the safest is taken; who a subject is, the likeliest.
    """
    return ranker.safest(candidates, text) if role == "measure" else ranker.best(candidates)


def predicate_of(figure: Figure) -> Span | None:
    """The verb of the figure's clause with the auxiliaries and the particle that touch it."""
    verb = figure.clause
    if verb is None:
        return None
    doc, start, end = verb.doc, verb.i, verb.i + 1
    parts = {child.i for child in verb.children if child.dep_ in {"aux", "auxpass", "neg", "prt"}}
    while start - 1 in parts:
        start -= 1
    while end in parts:
        end += 1
    last = doc[end - 1]
    return doc[start].idx + figure.offset, last.idx + len(last) + figure.offset
