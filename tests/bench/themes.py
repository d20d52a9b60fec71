"""How quick and how steady themes are: ``python -m tests.bench.themes [small|large|gold]``, figures as JSON lines."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_rand_score

from pipeline.themes.model import ThemeModel

ROOT = Path(__file__).parents[2]
GOLD = ROOT.parent / "shared" / "gold" / "gold.jsonl"


def say(bench: str, **figures: Any) -> None:
    """Print one line of figures."""
    print(json.dumps({"bench": bench} | figures), flush=True)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What *work* gives, and its processor seconds."""
    start = time.process_time()
    return work(), round(time.process_time() - start, 2)


def peak() -> int:
    """The most memory that this process ever had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def vectors(count: int, size: int, groups: int) -> np.ndarray[Any, Any]:
    """Made-up vectors around *groups* middles."""
    state = np.random.RandomState(0)
    rows = 0.6 * state.standard_normal((count, size)).astype(np.float32)
    rows += state.standard_normal((groups, size)).astype(np.float32)[np.arange(count) % groups]
    return rows


def small() -> None:
    """600 ready vectors in a fresh process, in another order, and with a tenth more twice."""
    rows = vectors(720, 384, 13)
    model, seconds = timed(lambda: ThemeModel().fit(rows[:600]))
    say("600 vectors, first run", cpu_s=seconds, themes=model.n_themes_, peak_mb=peak())
    order = np.random.RandomState(1).permutation(600)
    same = (ThemeModel().fit_predict(rows[:600][order]) == model.labels_[order]).all()
    say("shuffled", same=bool(same))
    grown(rows)


def grown(rows: np.ndarray[Any, Any]) -> None:
    """How many of the old passages change theme when a tenth is added, twice."""
    start = len(rows) * 10 // 12
    model = ThemeModel().fit(rows[:start])
    before = model.predict(rows[:start])
    for part in np.array_split(rows[start:], 2):
        model.partial_fit(part)
    full = ThemeModel(model.n_themes_).fit_predict(rows)
    say(
        "grown twice",
        changed=round(float((model.predict(rows[:start]) != before).mean()), 4),
        agreement=round(float(adjusted_rand_score(full, model.predict(rows))), 3),
    )


def large() -> None:
    """200,000 static vectors, fitted and assigned."""
    rows = vectors(200_000, 256, 40)
    model, seconds = timed(lambda: ThemeModel().fit(rows))
    say("200,000 vectors", cpu_s=seconds, themes=model.n_themes_, peak_mb=peak())


def gold() -> None:
    """The gold's passages: agreement with the labels, steadiness, and themes hidden and found again."""
    from pipeline.learn.gold import read_gold
    from pipeline.learn.train_themes import measured
    from pipeline.records import passages_of
    from pipeline.themes.assign import assign_themes
    from pipeline.themes.cache import CachedEncoder
    from pipeline.themes.encoders import default_encoder
    from pipeline.themes.guide import Guide
    from pipeline.themes.guided import load_guided
    from pipeline.themes.taught import load_taught, without

    themes = load_guided(ROOT / "models" / "themes.toml")
    taught = load_taught(ROOT / "models" / "themes")
    encoder = CachedEncoder(default_encoder(), {})
    every = list(read_gold(GOLD))
    guide, seconds = timed(lambda: Guide(themes, encoder, taught=taught))
    say("guide made ready", cpu_s=seconds)
    for split in ("train", "dev"):
        held = [post for post in every if post.split == split]
        say(f"{split}, taught", **measured(guide, held))
        say(f"{split}, descriptions only", **measured(Guide(themes, encoder), held))
    posts = [(each.post, tuple(passages_of(each.post.text))) for each in every]
    state = None
    for stop in (125, 137, 150):
        result = assign_themes(posts[:stop], state, guide)
        moved, state = result.report.moved, result.state
        say(f"posts up to {stop}", judged=len(result.report.judged), moved=len(moved), born=list(result.report.born))
    say("full fit", same=assign_themes(posts, None, guide).assignments == result.assignments)
    labels = {(each.post.id, row["paragraph"]): row["themes"] for each in every for row in each.themes}
    for hidden in (("procurement", "inclusion", "code-sharing"), ("covid-response", "skills-training", "measurement")):
        left = [theme for theme in themes if theme.slug not in hidden]
        lessons = None if taught is None else without(taught, frozenset(hidden))
        found = assign_themes(posts, None, Guide(left, encoder, taught=lessons)).state
        for slug in hidden:
            best = (0.0, 0, "")
            for row in found.themes:
                members = [(p, a.passage) for p, t in found.posts.items() for a in t.suggested if a.theme == row.slug]
                share = sum(slug in labels.get(place, ()) for place in members) / max(len(members), 1)
                best = max(best, (round(share, 2), len(members), row.name))
            say(f"hidden {slug}", precision=best[0], passages=best[1], name=best[2])


if __name__ == "__main__":
    chosen = sys.argv[1:] or ["small", "large", *(["gold"] if GOLD.is_file() else [])]
    for name in chosen:
        {"small": small, "large": large, "gold": gold}[name]()
