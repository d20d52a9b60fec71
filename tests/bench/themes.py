"""How quick and how good themes are: ``python -m tests.bench.themes [small|large|short|gold]``, as JSON lines."""

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


def short() -> None:
    """Short texts of known topics, questions and headlines: groups with and without their number, and seeds by name."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import NMF, TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    from pipeline.themes.encoders import default_encoder
    from pipeline.themes.quick import load_quick

    for case in ("topics", "themes_headlines"):
        lines = (ROOT / "tests" / "cases" / f"{case}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        texts = [row["text"] for row in rows]
        names = sorted({row["topic"] for row in rows})
        truth = np.array([names.index(row["topic"]) for row in rows])
        count = len(names)

        def agreed(labels: Any, truth: Any = truth) -> float:
            return round(float(adjusted_rand_score(truth, labels)), 3)

        words = TfidfVectorizer(stop_words="english").fit_transform(texts)
        senses = TruncatedSVD(min(100, len(texts) - 1), random_state=0).fit_transform(words)
        parts = NMF(count, random_state=0, max_iter=500).fit_transform(words)
        say(f"{case}: LSA and KMeans", ari=agreed(KMeans(count, n_init=10, random_state=0).fit_predict(senses)))
        say(f"{case}: NMF", ari=agreed(parts.argmax(axis=1)))
        for encoder in (default_encoder(), load_quick(ROOT / "models" / "themes")):
            vectors = encoder.encode(texts)
            plain = KMeans(count, n_init=10, random_state=0).fit_predict(vectors)
            known, seconds = timed(lambda t=texts, v=vectors, k=count: ThemeModel(k).fit(t, vectors=v))
            free = ThemeModel().fit(texts, vectors=vectors)
            seeded = ThemeModel(seeds=names, encoder=encoder).fit_predict(texts)
            nearest = (vectors @ encoder.encode(names).T).argmax(axis=1)
            say(
                f"{case}: {encoder.name}",
                ari=agreed(known.labels_),
                cpu_s=seconds,
                kmeans=agreed(plain),
                ari_free=agreed(free.labels_),
                themes_free=free.n_themes_,
                seeded=round(float((seeded == truth).mean()), 3),
                nearest_name=round(float((nearest == truth).mean()), 3),
            )


def gold() -> None:
    """The gold's passages: agreement with the labels, what it costs, steadiness, and themes hidden and found again."""
    from pipeline.learn.gold import read_gold
    from pipeline.learn.train_themes import measured
    from pipeline.records import passages_of
    from pipeline.themes.cache import CachedEncoder
    from pipeline.themes.encoders import default_encoder
    from pipeline.themes.guide import Guide
    from pipeline.themes.guided import load_guided
    from pipeline.themes.quick import load_quick
    from pipeline.themes.taught import load_taught, without

    themes = load_guided(ROOT / "models" / "themes.toml")
    every = list(read_gold(GOLD))
    models = ROOT / "models" / "themes"
    slow = CachedEncoder(default_encoder(), {})
    for encoder, folder in ((load_quick(models), models), (slow, models / slow.name)):
        guide, seconds = timed(lambda e=encoder, f=folder: Guide(themes, e, taught=load_taught(f)))
        say(f"{encoder.name}: guide made ready", cpu_s=seconds)
        for split in ("train", "dev"):
            held = [post for post in every if post.split == split]
            figures, seconds = timed(lambda g=guide, h=held: measured(g, h))
            say(f"{encoder.name}: {split}, taught", cpu_ms_a_post=round(1000 * seconds / len(held), 1), **figures)
            say(f"{encoder.name}: {split}, descriptions only", **measured(Guide(themes, encoder), held))
    quick, lessons = load_quick(models), load_taught(models)
    posts = [(each.post, tuple(passages_of(each.post.text))) for each in every]
    steady(posts, Guide(themes, quick, taught=lessons))
    labels = {(each.post.id, row["paragraph"]): row["themes"] for each in every for row in each.themes}
    for hidden in (("procurement", "inclusion", "code-sharing"), ("covid-response", "skills-training", "measurement")):
        left = [theme for theme in themes if theme.slug not in hidden]
        taught = None if lessons is None else without(lessons, frozenset(hidden))
        found = ran(posts, Guide(left, quick, taught=taught))[1]
        by_theme: dict[str, list[tuple[str, int]]] = {}
        for post, each in found.posts.items():
            for place in each.places:
                by_theme.setdefault(place.theme, []).append((post, place.passage))
        for slug in hidden:
            shares = {
                name: round(sum(slug in labels.get(place, ()) for place in members) / len(members), 2)
                for name, members in by_theme.items()
                if name not in {theme.slug for theme in left}
            }
            best = max(shares, key=lambda name: shares[name], default="")
            say(f"hidden {slug}", precision=shares.get(best), passages=len(by_theme.get(best, ())), slug=best)


def ran(posts: list[Any], guide: Any, state: Any = None, store: Any = None) -> tuple[Any, Any]:
    """The outcome of a run over *posts* in memory, and its store."""
    from pipeline.themes.assign import assign_themes
    from tests.stores import MemoryStore

    store = store or MemoryStore()
    for post, passages in posts:
        store.take(post.id, {passage.index: passage.text for passage in passages})
    return assign_themes(posts, state, guide, store), store


def steady(posts: list[Any], guide: Any) -> None:
    """How much moves when a tenth is added, twice; and how alike themes are that are found in parts of the posts."""
    state, store, before = None, None, {}
    for stop in (125, 137, 150):
        result, store = ran(posts[:stop], guide, state, store)
        now = {(p, a.passage, a.theme) for p, f in store.posts.items() for a in f.places}
        moved = len({row[:2] for row in before - now}) if before else 0
        say(f"posts up to {stop}", judged=len(result.report.judged), moved=moved, of=len({row[:2] for row in before}))
        state, before = result.state, now
    whole = ran(posts, guide)[1]
    guided = {theme.slug for theme in guide.themes}

    def places(of: Any) -> set[Any]:
        return {(p, a.passage, a.theme, a.score) for p, f in of.posts.items() for a in f.places if a.theme in guided}

    say("guided themes, three runs against one", same=places(store) == places(whole))
    shuffled = ran([posts[n] for n in np.random.RandomState(1).permutation(len(posts))], guide)
    say("shuffled", same=shuffled[1].posts == whole.posts)

    def found_in(of: Any) -> dict[tuple[str, int], str]:
        return {(p, a.passage): a.theme for p, f in of.posts.items() for a in f.places if a.theme not in guided}

    base, agreed, sizes = found_in(whole), [], []
    for seed in range(20):
        part = np.random.RandomState(seed).choice(len(posts), round(0.8 * len(posts)), replace=False)
        found = found_in(ran([posts[n] for n in sorted(part)], guide)[1])
        both = sorted(base.keys() & found.keys())
        agreed.append(adjusted_rand_score([base[x] for x in both], [found[x] for x in both]))
        sizes.append(len(set(found.values())))
    mean, spread = round(float(np.mean(agreed)), 2), round(float(np.std(agreed)), 2)
    say("found themes in 20 parts of 80 %", ari_to_whole=mean, spread=spread, themes=[min(sizes), max(sizes)])


if __name__ == "__main__":
    chosen = sys.argv[1:] or ["small", "large", "short", *(["gold"] if GOLD.is_file() else [])]
    for name in chosen:
        {"small": small, "large": large, "short": short, "gold": gold}[name]()
