"""Times our whole extraction against the bare pipeline of the same model, on the same texts, in one run.

Run as ``python -m tests.bench.extraction [FOLDER]``; FOLDER holds posts as ``.md`` or ``.txt`` files (the shipped
corpus if none is named). The two take turns, processor time is what counts, and the best of the turns is compared.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import tracemalloc
import warnings
from pathlib import Path
from time import process_time

from pipeline.extract.extractor import Extractor
from pipeline.extract.model import load_model
from pipeline.records import Post

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
TURNS = 3
LIMIT = 1.10  # what ours may cost, the bare pipeline being 1


def posts_in(folder: Path) -> list[Post]:
    """The posts of *folder*, without their front matter."""
    paths = sorted([*folder.glob("*.md"), *folder.glob("*.txt")])
    return [Post(id=path.stem, text=path.read_text(encoding="utf-8").split("\n---\n", 1)[-1]) for path in paths]


def seconds(posts: list[Post], *, turns: int = TURNS) -> tuple[float, float]:
    """The processor seconds that the bare pipeline and ours take for *posts*, the best of *turns* each."""
    nlp, extractor = load_model(), Extractor()
    texts = [post.text for post in posts]
    bare, ours = [], []
    for turn in range(turns + 1):
        began = process_time()
        for _ in nlp.pipe(texts):
            pass
        between = process_time()
        for _ in extractor.extract_many(posts):
            pass
        if turn:  # the first turn warms both up
            bare.append(between - began)
            ours.append(process_time() - between)
    return min(bare), min(ours)


def growth(posts: list[Post]) -> tuple[float, float]:
    """The megabytes of Python memory held after one and after four passes over *posts*."""
    extractor = Extractor()
    tracemalloc.start()
    held = []
    for _ in range(4):
        for _ in extractor.extract_many(posts):
            pass
        held.append(tracemalloc.get_traced_memory()[0] / 1e6)
    tracemalloc.stop()
    return held[0], held[-1]


def main() -> int:
    """Print both times, their ratio and the growth of memory; the exit code says whether all is well."""
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS
    posts = posts_in(folder)
    bare, ours = seconds(posts)
    first, last = growth(posts[:20])
    characters = sum(len(post.text) for post in posts)
    print(f"{len(posts)} posts, {characters} characters: bare {bare:.2f} s, ours {ours:.2f} s, ratio {ours / bare:.2f}")
    print(f"memory held after one pass {first:.1f} MB, after four {last:.1f} MB")
    return 0 if ours / bare <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
