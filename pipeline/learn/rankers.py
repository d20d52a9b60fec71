"""Trains the rankers that choose a figure's subject and measure: ``models/roles.json``.

``convening train roles`` calls :func:`train_rankers`; to try a change of features, the module can be run by itself:
``python -m pipeline.learn.rankers GOLD [--models FOLDER] [--split train]``. A ranker is a
conditional logit: the chosen phrase is the one with the largest weighted sum of its features. Beside
the annotated posts it learns from sentences and posts of every shape that we wrote for it (``own.py``).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.extract.candidates import Candidate, candidates_of
from pipeline.extract.claims import Reading, claims_of
from pipeline.extract.discourse import Discourse
from pipeline.extract.extractor import Extractor
from pipeline.extract.figure import Figure
from pipeline.extract.quantities import find_quantities
from pipeline.extract.quantity import Quantity
from pipeline.extract.ranker import Ranker
from pipeline.extract.roles import FILE, PLAIN, ROLES, choose
from pipeline.extract.view import View
from pipeline.learn.evaluate import same_words
from pipeline.learn.folds import FOLDS, folds_of
from pipeline.learn.gold import GoldPost, Row, read_gold
from pipeline.learn.own import own_posts, own_sentences
from pipeline.model_files.shipped import shipped_models
from pipeline.records import Bound, Claim, Entity, Kind, Post

PENALTY = {"subject": 4.0, "measure": 2.0}  # chosen on posts left out of the training
RAREST = 4  # a feature met fewer times than this is left out


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidates for one role of one annotated claim, and which of them are right."""

    post: str
    role: str
    text: str  # of the whole post
    candidates: Sequence[Candidate]
    right: Sequence[bool]

    def chosen(self, ranker: Ranker) -> Candidate:
        """The candidate that *ranker* takes, as it does at run time."""
        return choose(ranker, self.role, self.candidates, self.text)


class _Figures(Extractor):
    """An extractor that keeps the figures of each post instead of making claims of them."""

    def __init__(self, gold: Iterable[GoldPost]) -> None:
        annotated = {post.post.text: quantities_of(post) for post in gold}
        super().__init__(quantities=lambda text: annotated[text])
        self.kept: dict[str, tuple[list[Figure], tuple[Entity, ...], dict[int, Any]]] = {}

    def _claims(
        self, post: Post, figures: list[Figure], entities: tuple[Entity, ...], before: dict[int, Any]
    ) -> tuple[Claim, ...]:
        self.kept[post.id] = (figures, entities, before)
        return ()


def read_figures(gold: Sequence[GoldPost]) -> _Figures:
    """The figures of the annotated claims of *gold*, in the parse of their sentences."""
    figures = _Figures(gold)
    for _ in figures.extract_many(post.post for post in gold):
        pass
    return figures


def quantities_of(annotated: GoldPost) -> list[Quantity]:
    """The annotated claims of a post as quantities; what annotations lack is read from the text."""
    read = {(q.start, q.end): q for q in find_quantities(annotated.post.text)}
    return [_quantity(row, read.get((row["start"], row["end"]))) for row in annotated.claims]


def _quantity(row: Row, read: Quantity | None) -> Quantity:
    upper = row["value_max"]
    stated = Quantity(
        start=row["start"],
        end=row["end"],
        quote=row["quote"],
        kind=Kind(row["kind"]),
        value=Decimal(str(row["value"])),
        value_max=None if upper is None else Decimal(str(upper)),
        unit=row["unit"],
        bound=Bound(row["bound"]),
        number=(row["start"], row["end"]),
    )
    return stated if read is None else replace(stated, number=read.number, candidates=read.candidates)


type Rankers = Mapping[str, Ranker]


def choices_of(
    gold: Sequence[GoldPost], *, history: Mapping[str, Rankers] | None = None, read: _Figures | None = None
) -> dict[str, list[Choice]]:
    """The choices that the annotated claims of *gold* come to, by role.

    What a post's earlier claims say is as annotated, or as the rankers that *history* names
    for the post choose it: at run time nobody has annotated it. *read* holds the parsed posts.
    """
    figures = read or read_figures(gold)
    choices: dict[str, list[Choice]] = {role: [] for role in ROLES}
    for annotated in gold:
        kept, entities, before = figures.kept[annotated.post.id]
        rankers = history[annotated.post.id] if history is not None else None
        rows = {(row["start"], row["end"]): row for row in annotated.claims}
        discourse = Discourse(annotated.post, entities, before)
        blank = {c.start: c for c in claims_of(kept, Reading(post=annotated.post, entities=entities, before=before))}
        for figure in kept:
            claim = blank.get(figure.quantity.start)
            if claim is None:
                continue
            row = rows[figure.quantity.start, figure.quantity.end]
            these = {role: _choice(figure, discourse, role, row) for role in ROLES}
            for role, choice in these.items():
                choices[role].append(choice)
            spans = _annotated_spans(row, figure, annotated.post.text) if rankers is None else _spans(these, rankers)
            discourse.claims.append(replace(claim, spans=spans))
    return choices


def _spans(choices: Mapping[str, Choice], rankers: Rankers) -> dict[str, tuple[int, int]]:
    best = {role: choice.chosen(rankers[role]) for role, choice in choices.items()}
    return {
        role: (candidate.start, candidate.end) for role, candidate in best.items() if candidate.start < candidate.end
    }


def _choice(figure: Figure, discourse: Discourse, role: str, row: Row) -> Choice:
    found, text = candidates_of(View(figure, discourse), role), discourse.post.text
    return Choice(
        post=discourse.post.id,
        role=role,
        text=text,
        candidates=found,
        right=[same_words(row[role], text[candidate.start : candidate.end] or None) for candidate in found],
    )


def _annotated_spans(row: Row, figure: Figure, text: str) -> dict[str, tuple[int, int]]:
    """Where the annotated roles of *row* stand: in the sentence, else before it, else after."""
    spans: dict[str, tuple[int, int]] = {}
    for role in ROLES:
        phrase = row[role]
        if phrase:
            inside = text.find(phrase, figure.sentence.start, figure.sentence.end)
            place = inside if inside >= 0 else text.rfind(phrase, 0, figure.sentence.start)
            place = place if place >= 0 else text.find(phrase)
            if place >= 0:
                spans[role] = (place, place + len(phrase))
    return spans


def train(choices: Sequence[Choice], *, penalty: float) -> Ranker:
    """The ranker that makes the right candidates of *choices* likeliest, its weights held small by *penalty*."""
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    usable = [choice for choice in choices if any(choice.right)]
    counts = Counter(name for choice in usable for c in choice.candidates for name in c.features)
    names = sorted(name for name, count in counts.items() if count >= RAREST)
    column = {name: n for n, name in enumerate(names)}
    cells = [
        (row, column[name])
        for row, candidate in enumerate(c for choice in usable for c in choice.candidates)
        for name in candidate.features
        if name in column
    ]
    right = np.array([r for choice in usable for r in choice.right], dtype=float)
    rows, columns = np.array(cells).T
    table = csr_matrix((np.ones(len(cells)), (rows, columns)), shape=(len(right), len(names)))
    group = np.repeat(np.arange(len(usable)), [len(choice.candidates) for choice in usable])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        sums = table @ weights
        top = np.full(len(usable), -np.inf)
        np.maximum.at(top, group, sums)
        raised = np.exp(sums - top[group])
        chance = raised / np.bincount(group, raised)[group]
        hit = np.bincount(group, chance * right)
        gradient = table.T @ (chance - chance * right / hit[group])
        return float(-np.log(hit).sum() + penalty / 2 * weights @ weights), gradient + penalty * weights

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return Ranker({name: round(float(w), 4) for name, w in zip(names, best, strict=True) if abs(w) >= 5e-4})


def accuracy(ranker: Ranker, choices: Sequence[Choice]) -> float:
    """The share of *choices* in which the ranker's best candidate is right."""
    hits = [choice.right[choice.candidates.index(choice.chosen(ranker))] for choice in choices]
    return sum(hits) / len(hits) if hits else 0.0


def cross_validate(choices: Sequence[Choice], *, penalty: float, always: Sequence[Choice] = ()) -> float:
    """The mean accuracy on posts that the ranker was not trained on; *always* is learnt from in every fold."""
    fold_of = folds_of(choice.post for choice in choices)
    right = 0.0
    for fold in range(FOLDS):
        kept = [choice for choice in choices if fold_of[choice.post] != fold]
        held = [choice for choice in choices if fold_of[choice.post] == fold]
        right += accuracy(train([*kept, *always], penalty=penalty), held) * len(held)
    return right / len(choices)


def own_choices() -> dict[str, list[Choice]]:
    """The choices of what we wrote ourselves: of the sentences, and for the subject of the posts, too.

    A post's earlier claims say what rankers of other posts choose. How far a measure reaches was drawn otherwise in our
    posts than in the gold: with them it is right less often there, on posts left out of the training.
    """
    sentences, posts = choices_of(own_sentences()), own_posts()
    read = read_figures(posts)
    history = strangers(posts, choices_of(posts, read=read), sentences)
    found = choices_of(posts, history=history, read=read)
    return {role: [*sentences[role], *(found[role] if role == "subject" else ())] for role in ROLES}


def strangers(
    gold: Sequence[GoldPost], choices: Mapping[str, Sequence[Choice]], always: Mapping[str, Sequence[Choice]]
) -> dict[str, Rankers]:
    """For each post of *gold*, rankers trained on the *choices* of other folds than its own and on *always*."""
    fold_of = folds_of(annotated.post.id for annotated in gold)
    trained = [
        {
            role: train([*(c for c in choices[role] if fold_of[c.post] != fold), *always[role]], penalty=PENALTY[role])
            for role in ROLES
        }
        for fold in range(FOLDS)
    ]
    return {post: trained[fold] for post, fold in fold_of.items()}


def write_rankers(rankers: Mapping[str, Ranker], report: Mapping[str, Any], path: Path) -> None:
    """Write the weights of *rankers* and what was measured to the JSON file *path*."""
    rows = {"report": report, "roles": {role: dict(sorted(r.weights.items())) for role, r in rankers.items()}}
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def train_rankers(gold: Sequence[GoldPost], models: Path) -> dict[str, Any]:
    """Train the rankers of both roles on *gold*, write them to *models*, and give what they reach by role."""
    rankers, report = {}, {}
    own = own_choices()
    read = read_figures(gold)
    history = strangers(gold, choices_of(gold, read=read), own)
    for role, choices in choices_of(gold, history=history, read=read).items():
        penalty = PENALTY[role]
        rankers[role] = train([*choices, *own[role]], penalty=penalty)
        report[role] = {
            "claims": len(choices),
            "own claims": len(own[role]),
            "training accuracy": round(accuracy(rankers[role], choices), 3),
            "cross-validated accuracy": round(cross_validate(choices, penalty=penalty, always=own[role]), 3),
            "cross-validated accuracy without own claims": round(cross_validate(choices, penalty=penalty), 3),
            "accuracy of the untrained rules": round(accuracy(PLAIN[role], choices), 3),
        }
    write_rankers(rankers, report, models / FILE)
    return report


def main(arguments: Sequence[str] | None = None) -> None:
    """Train on one split of a gold file, and print what is reached in cross-validation."""
    parser = argparse.ArgumentParser(description="Train the choice of subject and measure.")
    parser.add_argument("gold", type=Path, help="gold.jsonl with index.jsonl and posts/ beside it")
    parser.add_argument("--models", type=Path, default=shipped_models())
    parser.add_argument("--split", default="train")
    options = parser.parse_args(arguments)
    print(json.dumps(train_rankers(list(read_gold(options.gold, splits=[options.split])), options.models), indent=2))


if __name__ == "__main__":
    main()
