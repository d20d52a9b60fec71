"""Times the reading of texts that are one thing over and over against prose of the same length.

Run as ``python -m tests.bench.bulk [CHARACTERS] [NAME…]``: each text is read at a quarter, a half and all of so many
characters (20,000 if none are named), in processor time. What grows faster than its length is marked.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import warnings
from time import process_time

from pipeline.extract.extractor import Extractor
from pipeline.records import Post
from tests.bench.written import text_of
from tests.test_bulk import UNITS

MORE = {
    "one word of letters": "w",
    "digits": "7",
    "commas": ",",
    "brackets": "(((",
    "deep brackets": "(1 [",
    "NULs": "\0",
    "spaces": " ",
    "empty lines": "\n",
    "lines of a letter": "a\n\n",
    "numbers": "1 2 3 ",
    "ages": "5-year-old ",
    "addresses": "http://a.b/c?d=1&",
    "rows": "| 5 | 6 |\n",
    "years": "in 2015 ",
    "quoted names": "“Digital Marketplace” ",
    "headings": "# A\n",
    "Chinese": "数字政府",
    "emoji": "🎉",
}
DEARER = 3  # times the cost of prose


def seconds(extractor: Extractor, text: str) -> float:
    """The processor time of reading *text*."""
    began = process_time()
    extractor.extract(Post(id="x", text=text))
    return process_time() - began


def main() -> None:
    """Print a line for each text: its times, and what it costs beside prose."""
    warnings.simplefilter("ignore")
    words = sys.argv[1:]
    size = int(words.pop(0)) if words and words[0].isdigit() else 20_000
    extractor = Extractor()
    prose = "\n\n".join(text_of(number) for number in range(size // 1000 + 1))[:size]
    seconds(extractor, prose)
    plain = seconds(extractor, prose)
    print(f"{'prose':24} {plain:8.2f} s for {size} characters")
    for name, unit in (UNITS | MORE).items():
        if not words or name in words:
            whole = (unit * (size // len(unit) + 1))[:size]
            took = [seconds(extractor, whole[: size // part]) for part in (4, 2, 1)]
            grows = took[-1] > 6 * max(took[0], 0.01)
            note = "  grows faster than its length" if grows else "  dear" if took[-1] > DEARER * plain else ""
            print(f"{name:24} {' '.join(f'{one:8.2f}' for one in took)} s {took[-1] / plain:6.1f} of prose{note}")


if __name__ == "__main__":
    main()
