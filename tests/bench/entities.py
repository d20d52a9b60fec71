"""Times the finder of names against the stock pipeline with all its components, on the same texts, in one run.

Run as ``python -m tests.bench.entities [FOLDER]``; FOLDER holds posts as ``.md`` or ``.txt`` files (the shipped corpus
if none is named). The two take turns, and processor time is what counts: each turn gives a ratio of its own.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import warnings
from pathlib import Path
from time import process_time

from pipeline.extract.entities import EntityFinder, stock_pipeline
from pipeline.extract.model import load_model
from tests.bench.extraction import CORPUS, posts_in

TURNS = 3
LIMIT = 1.3  # what finding names may cost, the stock pipeline being 1


def ratios(texts: list[str], *, turns: int = TURNS) -> list[float]:
    """What finding and linking the names of *texts*, tokenising included, costs beside the stock pipeline."""
    stock, base = load_model(), stock_pipeline(ner=False)
    finder = EntityFinder.load(vocab=base.vocab)
    found: list[float] = []
    for turn in range(turns + 1):
        began = process_time()
        for _ in stock.pipe(texts):
            pass
        between = process_time()
        for _ in finder.pipe(base.make_doc(text) for text in texts):
            pass
        if turn:  # the first turn warms both up
            found.append((process_time() - between) / (between - began))
    return found


def main() -> int:
    """Print the ratio of each turn; the exit code says whether the best one is within the limit."""
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS
    texts = [post.text for post in posts_in(folder)]
    found = ratios(texts)
    print(f"{len(texts)} posts, {sum(map(len, texts))} characters: {', '.join(f'{one:.2f}' for one in found)}")
    return 0 if min(found) <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
