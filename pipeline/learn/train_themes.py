"""Teaching themes: labelled passages become weights that the guide uses beside the descriptions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from pipeline.errors import PipelineError
from pipeline.learn.gold import GoldPost, read_gold
from pipeline.model_files.shipped import shipped_models
from pipeline.records import Post, digest, passages_of
from pipeline.themes.cache import CachedEncoder
from pipeline.themes.context import in_context
from pipeline.themes.encoders import Encoder, encoder_versions
from pipeline.themes.evidence import Evidence, Floats, Prompted, evidence_of, prompted
from pipeline.themes.guide import Guide
from pipeline.themes.guided import GuidedTheme, load_guided
from pipeline.themes.quick import load_quick
from pipeline.themes.ranking import features
from pipeline.themes.taught import Taught, inputs, kinds, save_taught
from pipeline.themes.telling import TellingWords, known_stems

FOLDS = 5
FEWEST = 3  # labelled passages of a theme that is taught; one with fewer keeps to its description
FIRST_C, SHARED_C, SECOND_C, WORDS_C = 0.3, 1.0, 0.1, 3.0
CUTS = 80
THEMES = shipped_models() / "themes.toml"
QUICK = shipped_models() / "themes"
OWN = Path(__file__).with_name("themes.jsonl")  # posts in words of our own, with the themes of their passages

type Truth = NDArray[np.bool_]


class UnteachableError(PipelineError):
    """The gold has nothing that themes could be taught from."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One labelled post: the evidence for its passages, and which themes each has."""

    post: str
    evidence: Evidence
    truth: Truth  # passages × themes
    missed: int  # labels of passages that count as no prose


def train_themes(
    gold: Path,
    posts: Path | None,
    index: Path | None,
    out: Path,
    *,
    seed: int = 0,
    splits: Sequence[str] = ("train",),
    measure: str | None = "dev",
    themes: Path = THEMES,
    encoder: Encoder | None = None,
    unseen: Mapping[str, Encoder] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Teach the guided *themes* from *splits* of *gold*, write the weights and their card to *out*, give the figures.

    *posts* and *index* are where they lie beside *gold* if they are not given. Weights are measured
    by post within *splits* and on the split *measure*, which teaches nothing. Where the *encoder* itself was
    taught on these posts, *unseen* has for each post an encoder of the same space that was not.
    """
    for given, name in ((posts, "posts"), (index, "index.jsonl")):
        if given is not None and given.resolve() != (gold.parent / name).resolve():
            raise UnteachableError(given, f"expected {name} beside {gold}")
    guided = load_guided(themes)
    reader = CachedEncoder(encoder or load_quick(QUICK), {})
    mine = list(read_gold(gold, splits=splits))
    say(f"reading {len(mine)} posts")
    if unseen is None:
        lessons = lessons_of(mine, guided, reader)
    else:
        lessons = [lesson for each in mine for lesson in lessons_of([each], guided, unseen[each.post.id])]
    if not lessons or not any(lesson.truth.any() for lesson in lessons):
        raise UnteachableError(gold, f"no labelled passage in split {' or '.join(splits)}")
    say(f"teaching {len(guided)} themes")
    taught, within = teach(lessons, guided, reader, seed=seed, own=own_lessons(guided, reader))
    figures: dict[str, Any] = {"by post, within " + "+".join(splits): within}
    held = list(read_gold(gold, splits=(measure,))) if measure and measure not in splits else []
    if held:
        figures[f"{measure}, taught"] = measured(Guide(guided, reader, taught=taught), held)
        figures[f"{measure}, descriptions only"] = measured(Guide(guided, reader), held)
    figures["descriptions only, " + "+".join(splits)] = measured(Guide(guided, reader), mine)
    card = {
        "what": "Weights for the guided themes: which passages of a post on digital government are about what.",
        "taught on": {
            "splits": list(splits),
            "posts": len(lessons),
            "labels": int(sum(x.truth.sum() for x in lessons)),
            "posts of our own": sum(1 for _ in own_posts()),
        },
        "labels of each theme": {
            theme.slug: int(sum(x.truth[:, place].sum() for x in lessons)) for place, theme in enumerate(guided)
        },
        "gold": digest(gold.read_text(encoding="utf-8")),
        "themes": digest(themes.read_text(encoding="utf-8")),
        "seed": seed,
        "versions": encoder_versions(),
        "figures": figures,
        "limits": "Taught on English posts of a few publishers; themes with few labels are the least sure. "
        "It reads vectors of one encoder only; with another the descriptions alone decide.",
    }
    save_taught(taught, out, card)
    return figures


def own_posts(path: Path = OWN) -> Iterator[tuple[Post, list[list[str]]]]:
    """Posts in words of our own, each with the themes of its passages: they widen what few labelled posts teach."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        text = "\n\n".join(passage for passage, *_ in row["passages"])
        yield Post(id=f"own{number}", text=text, title=row["title"]), [slugs for _, *slugs in row["passages"]]


def own_lessons(guided: Sequence[GuidedTheme], encoder: Encoder) -> list[Lesson]:
    """What the posts in words of our own teach about those of the *guided* themes that they know."""
    ready = prompted(guided, encoder)
    found = []
    for post, slugs in own_posts():
        readable = [passage for passage in in_context(post, tuple(passages_of(post.text))) if passage.reason is None]
        truth = np.array([[theme.slug in slugs[p.index] for theme in guided] for p in readable], dtype=np.bool_)
        found.append(Lesson(post.id, evidence_of(readable, ready, encoder), truth, 0))
    return found


def lessons_of(posts: Sequence[GoldPost], guided: Sequence[GuidedTheme], encoder: Encoder) -> list[Lesson]:
    """What each of *posts* teaches; posts without prose teach nothing."""
    ready: Prompted = prompted(guided, encoder)
    columns = {theme.slug: column for column, theme in enumerate(guided)}
    found = []
    for each in posts:
        passages = tuple(passages_of(each.post.text))
        looked = [p for p in in_context(each.post, passages) if each.covers("themes", p.index, p.index + 1)]
        readable = [passage for passage in looked if passage.reason is None]
        if not readable:
            continue
        places = {passage.index: place for place, passage in enumerate(readable)}
        truth = np.zeros((len(readable), len(guided)), dtype=np.bool_)
        missed = 0
        for row in each.themes:
            for slug in row["themes"]:
                if row["paragraph"] in places and slug in columns:
                    truth[places[row["paragraph"]], columns[slug]] = True
                else:
                    missed += 1
        found.append(Lesson(each.post.id, evidence_of(readable, ready, encoder), truth, missed))
    return found


def teach(
    lessons: Sequence[Lesson],
    guided: Sequence[GuidedTheme],
    encoder: Encoder,
    *,
    seed: int,
    own: Sequence[Lesson] = (),
) -> tuple[Taught, dict[str, float]]:
    """The weights from all *lessons*, and how good such weights are on posts that they were not taught from.

    *own* lessons teach the first look too, but nothing is measured on them.
    """
    themes = tuple(guided)
    ordered = sorted(lessons, key=lambda lesson: lesson.post)
    first = _unseen_first(ordered, themes, encoder, seed=seed, own=own)
    stacked = [features(scores, lesson.evidence) for scores, lesson in zip(first, ordered, strict=True)]
    unseen: list[Floats] = [np.zeros_like(lesson.truth, dtype=np.float64) for lesson in ordered]
    for rest, part in _folds(len(ordered), seed + 1):
        second = _second_look([stacked[n] for n in rest], [ordered[n].truth for n in rest])
        for n in part:
            unseen[n] = stacked[n] @ second[:-1] + second[-1]
    truth = [lesson.truth for lesson in ordered]
    cut, figures = best_cut(unseen, truth, sum(lesson.missed for lesson in ordered))
    second = _second_look(stacked, truth)
    taught = _first_look([*ordered, *own], themes, encoder.digest, second=second, cut=cut)
    return taught, figures


def _unseen_first(
    lessons: Sequence[Lesson],
    themes: tuple[GuidedTheme, ...],
    encoder: Encoder,
    *,
    seed: int,
    own: Sequence[Lesson],
) -> list[Floats]:
    """The first look at each post by weights from other posts, the mean of two ways of dividing them."""
    total: list[Floats] = [np.zeros_like(lesson.truth, dtype=np.float64) for lesson in lessons]
    for turn in range(2):
        for rest, part in _folds(len(lessons), seed + 10 * turn):
            taught = _first_look([*(lessons[n] for n in rest), *own], themes, encoder.digest)
            for n in part:
                total[n] = total[n] + taught.first_look(lessons[n].evidence, themes) / 2
    return total


def _folds(count: int, seed: int) -> Iterator[tuple[list[int], list[int]]]:
    """Which lessons teach and which are kept apart, in turn."""
    order = np.random.RandomState(seed).permutation(count).tolist()
    folds = min(FOLDS, count)
    for fold in range(folds):
        part = set(order[fold::folds])
        yield [n for n in range(count) if n not in part], sorted(part)


def _first_look(
    lessons: Sequence[Lesson],
    themes: tuple[GuidedTheme, ...],
    encoder: str,
    *,
    second: Floats | None = None,
    cut: float = 0.0,
) -> Taught:
    """Weights of each theme from the passages by themselves, and shared ones for themes that have no labels."""
    middle = np.vstack([lesson.evidence.rows for lesson in lessons]).mean(axis=0)
    truth = np.vstack([lesson.truth for lesson in lessons])
    stacked = np.vstack([kinds(lesson.evidence) for lesson in lessons])
    shared = _logistic(stacked.reshape(-1, stacked.shape[2]), truth.ravel(), SHARED_C)
    stems = [own for lesson in lessons for own in lesson.evidence.stems]
    words = known_stems(stems)
    counted = _matrix(words, stems)
    slugs, weights, bias, told = [], [], [], []
    for place, theme in enumerate(themes):
        if truth[:, place].sum() < FEWEST:
            continue
        rows = np.vstack([inputs(each.evidence, kinds(each.evidence)[:, place], middle) for each in lessons])
        learnt = _logistic(rows, truth[:, place], FIRST_C)
        slugs.append(theme.slug)
        weights.append(learnt[:-1])
        bias.append(learnt[-1])
        told.append(_logistic(counted, truth[:, place], WORDS_C))
        told[-1][-1] -= _logit(float(truth[:, place].mean()))
    return Taught(
        encoder,
        tuple(slugs),
        middle.astype(np.float32),
        np.array(weights, dtype=np.float32).reshape(len(slugs), -1),
        np.array(bias, dtype=np.float32),
        shared.astype(np.float32),
        np.zeros(1, dtype=np.float32) if second is None else second.astype(np.float32),
        round(cut, 6),
        replace(
            words,
            weights=np.array(told, dtype=np.float32).reshape(len(slugs), -1)[:, :-1],
            bias=np.array([each[-1] for each in told], dtype=np.float32),
        ),
    )


def _matrix(words: TellingWords, passages: Sequence[Sequence[str]]) -> Any:
    """The passages as rows of weighed stems."""
    found = [words.vector(stems) for stems in passages]
    starts = np.concatenate([[0], np.cumsum([len(columns) for columns, _ in found])])
    columns, values = (np.concatenate(part) for part in zip(*found, strict=True))
    return sparse.csr_matrix((values, columns, starts), shape=(len(passages), len(words.stems)))


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share))) if 0 < share < 1 else 0.0


def _second_look(stacked: Sequence[Floats], truth: Sequence[Truth]) -> Floats:
    """Weights of what the post and the rival themes say, one set for all themes; last the bias."""
    rows = np.vstack([each.reshape(-1, each.shape[2]) for each in stacked])
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    learnt = _logistic((rows - middle) / spread, np.concatenate([each.ravel() for each in truth]), SECOND_C)
    weights = learnt[:-1] / spread
    return np.append(weights, learnt[-1] - float(weights @ middle))


def _logistic(rows: Any, truth: NDArray[np.bool_], strength: float) -> Floats:
    """Weights and bias of a logistic regression."""
    fitted = LogisticRegression(C=strength, max_iter=500).fit(rows, truth)
    return np.append(fitted.coef_[0], fitted.intercept_[0])


def best_cut(logits: Sequence[Floats], truth: Sequence[Truth], missed: int) -> tuple[float, dict[str, float]]:
    """The cut at which the assignments agree best with *truth*, and how well they do."""
    scores = np.concatenate([each.ravel() for each in logits])
    right = np.concatenate([each.ravel() for each in truth])
    best: tuple[float, dict[str, float]] = (0.0, {"f1": -1.0})
    for cut in np.quantile(scores, np.linspace(0.7, 0.995, CUTS)):
        chosen = scores >= cut
        figures = _figures(int((chosen & right).sum()), int(chosen.sum()), int(right.sum()) + missed)
        if figures["f1"] > best[1]["f1"]:
            best = (float(cut), figures)
    return best


def measured(guide: Guide, posts: Sequence[GoldPost]) -> dict[str, float]:
    """How well the guide's assignments agree with the labels of *posts*, over pairs of paragraph and theme."""
    hits = given = wanted = 0
    for each in posts:
        truth = {(row["paragraph"], slug) for row in each.themes for slug in row["themes"]}
        found = {(row.passage, row.theme) for row in guide.themes_of(each.post)}
        hits, given, wanted = hits + len(truth & found), given + len(found), wanted + len(truth)
    return _figures(hits, given, wanted)


def _figures(hits: int, given: int, wanted: int) -> dict[str, float]:
    return {
        "f1": round(2 * hits / max(given + wanted, 1), 4),
        "precision": round(hits / max(given, 1), 4),
        "recall": round(hits / max(wanted, 1), 4),
    }


def main() -> None:
    """Teach from the gold beside the checkout; for ``python -m pipeline.learn.train_themes GOLD OUT``."""
    import sys

    gold, out = Path(sys.argv[1]), Path(sys.argv[2])
    figures = train_themes(gold, None, None, out, say=lambda text: print(text, file=sys.stderr))
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
