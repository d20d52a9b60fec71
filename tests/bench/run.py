"""Times the whole run, from files to outputs, against the bare pipeline of the same model on the same posts.

Run as ``python -m tests.bench.run [FOLDER]``; the shipped corpus if no folder is named. Prefect is left out: its
cost is some seconds a run, whatever the corpus, and is printed by ``convening run`` itself as waiting time.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import shutil
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

from pipeline import steps
from pipeline.extract.model import load_model
from pipeline.reading.loading import load_extractor
from pipeline.settings import Settings

CORPUS = Path(__file__).parents[2] / "corpus"


def main() -> None:
    """Print the processor seconds of each step, of the bare pipeline, and their ratio; then a run with nothing new."""
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS
    nlp = load_model()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        shutil.copytree(source, corpus, ignore=shutil.ignore_patterns("ledger.db*", ".*", "decisions", "sources.toml"))
        settings = Settings.load(corpus=corpus, outputs=Path(folder) / "outputs")
        load_extractor(settings)  # loading is no part of either side
        took: dict[str, float] = {}
        for name, step in {
            "read": lambda: steps.read_posts(settings),
            "extract": lambda: steps.extract_claims(settings),
            "themes": lambda: steps.assign_themes(settings),
            "compare": lambda: steps.compare_claims(settings),
            "publish": lambda: steps.publish_outputs(settings),
        }.items():
            begun = process_time()
            step()
            took[name] = process_time() - begun
        with steps.open_ledger(settings) as ledger:
            texts = [post.text for post in ledger.posts()]
        begun = process_time()
        for _ in nlp.pipe(texts):
            pass
        bare = process_time() - begun
        begun = perf_counter()
        assert steps.outlook(settings).quiet is not None
        quiet = perf_counter() - begun
    for name, seconds in took.items():
        print(f"{name:10} {seconds:8.2f} s   {seconds / bare:6.2f} of bare")
    print(f"{'whole run':10} {sum(took.values()):8.2f} s   {sum(took.values()) / bare:6.2f} of bare")
    print(f"{'bare':10} {bare:8.2f} s   nlp.pipe over the same {len(texts)} posts")
    print(f"nothing new: {quiet:.2f} s of waiting")


if __name__ == "__main__":
    main()
