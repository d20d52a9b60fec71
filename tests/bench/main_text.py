"""How well the main text of made pages in many layouts is found, beside plain trafilatura.

Run ``python -m tests.bench.main_text``; with ``--seeds N`` on N sets of words, with ``-v`` each layout's row.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from layouts.frame import Layout
from layouts.pages import layouts

from pipeline.ingest import UnreadableError, main_text

TOKEN, DIGITS = re.compile(r"\w+"), re.compile(r"\d+")
Score = tuple[float, float, float, float]  # precision, recall, share of digit runs kept, share foreign


def score(page: Layout, text: str) -> Score:
    """Tokens' precision and recall, and what became of the runs of digits; the title counts neither way."""
    want, have = Counter(TOKEN.findall(page.text)), Counter(TOKEN.findall(text))
    title = Counter(TOKEN.findall(page.title))
    have -= title if page.title in text else Counter()
    hit = (want & have).total()
    true, ours = Counter(DIGITS.findall(page.text)), Counter(DIGITS.findall(text))
    same = (true & ours).total()
    return (
        hit / have.total() if have else 0.0,
        hit / want.total(),
        same / true.total() if true else 1.0,
        1 - same / ours.total() if ours else 0.0,
    )


def ours(page: Layout) -> str:
    """The text as we read it."""
    try:
        return main_text(page.html.encode(), name=page.name).text
    except UnreadableError:
        return ""


def plain(page: Layout) -> str:
    """The text as trafilatura alone reads it, precision first."""
    from trafilatura import extract

    return extract(page.html, favor_precision=True, include_comments=False, deduplicate=False) or ""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("-v", action="store_true")
    asked = parser.parse_args()
    pages = [page for seed in range(1, asked.seeds + 1) for page in layouts(seed)]
    for name, read in (("ours", ours), ("trafilatura", plain)):
        rows = [(page.name, score(page, read(page))) for page in pages]
        if asked.v:
            for page, found in rows:
                if min(found[:3]) < 0.98 or found[3] > 0.02:
                    print(f"  {name:<12} {page:<32}" + " ".join(f"{one:.3f}" for one in found))
        p, r, kept, foreign = (sum(found[n] for _, found in rows) / len(rows) for n in range(4))
        print(
            f"{name:<12} F1 {2 * p * r / (p + r):.4f}  P {p:.4f}  R {r:.4f}",
            f" digits kept {kept:.4f} foreign {foreign:.4f}",
        )


if __name__ == "__main__":
    main()
