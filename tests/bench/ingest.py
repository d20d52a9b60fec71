"""How fast pages and whole folders of posts are read, and how good the main text is.

Run ``python tests/bench/ingest.py`` for the speed on pages made here; with ``--benchmark FOLDER``, a
checkout of a public article benchmark (``ground-truth.json`` and ``html/*.html.gz``), for the quality.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

from servers.site import words

from pipeline import steps
from pipeline.ingest import Readers, UnreadableError, main_text, read_bytes
from pipeline.settings import Settings

TOKEN, DIGITS = re.compile(r"\w+"), re.compile(r"\d+")
PAGES, POSTS, SHINGLE = 1_000, 2_000, 4


def pages(number: int) -> Iterator[bytes]:
    """Pages as large and as deep as those of blogs: a menu of 150 links, a text of 8 to 40 paragraphs, comments."""
    rng = Random(7)
    for n in range(number):
        links = "".join(
            f"<li class='menu-item'><a href='/{m}'><span>Entry {m} of the menu</span></a></li>" for m in range(150)
        )
        text = "".join(f"<div class='block'><p>{one}</p></div>" for one in words(rng.randrange(8, 40), seed=n))
        comments = "".join(
            f"<div class=comment><p>Comment {m}: I was there, too, and liked it.</p></div>" for m in range(20)
        )
        yield (
            f"<!doctype html><html lang=en><head><title>Post {n} | Office</title>"
            f"<style>{'p {color: red} ' * 500}</style>"
            f"<script>{'var x = 1; ' * 1000}</script></head><body><div id=wrap>"
            f"<header><nav><ul>{links}</ul></nav></header>"
            f"<main><article class=post><h1>Post {n}</h1><time datetime=2019-03-02>2 March 2019</time>{text}</article>"
            f"<section id=comments>{comments}</section></main>"
            f"<aside><ul>{links}</ul></aside><footer>{links}</footer></div>"
        ).encode()


def speed(number: int, posts: int) -> None:
    """Print pages a second and core, here and in a child, and the times of whole readings of a corpus."""
    made = list(pages(number))
    main_text(made[0])
    begun = time.process_time()
    for data in made:
        main_text(data)
    spent = time.process_time() - begun
    size = sum(map(len, made)) / len(made) / 1000
    print(f"{number} pages of {size:.0f} kB: {number / spent:.1f} a second and core ({1000 * spent / number:.0f} ms)")
    with Readers() as readers:
        readers.read(made[0], name="warm")
        begun = time.monotonic()
        for n, data in enumerate(made[:200]):
            readers.read(data, name=str(n))
        print(f"in a child: {min(200, number) / (time.monotonic() - begun):.1f} a second")
    with tempfile.TemporaryDirectory() as place:
        corpus = Path(place) / "pages"
        corpus.mkdir()
        for n, data in enumerate(made):
            (corpus / f"{n:05}.html").write_bytes(data)
        readings(corpus, number)
        corpus = Path(place) / "posts"
        corpus.mkdir()
        for n in range(posts):
            body = "\n\n".join(words(4, seed=n))
            (corpus / f"{n:05}.md").write_text(f"---\nurl: https://example.org/{n}\n---\n\n{body}\n", encoding="utf-8")
        readings(corpus, posts)


def readings(corpus: Path, number: int) -> None:
    """Print how long the reading step takes over *corpus*: from nothing, then with nothing new."""
    settings = Settings.load(corpus=corpus)
    for turn in ("from nothing", "nothing new"):
        spent, begun = processor(), time.monotonic()
        steps.read_posts(settings, visit=False)
        spent, lasted = processor() - spent, time.monotonic() - begun
        print(f"{number} files of {corpus.name}, {turn}: {lasted:.2f} s, {spent:.2f} s of processors", end="")
        print(f", {number / spent:.1f} a second and core" if turn == "from nothing" else "")


def processor() -> float:
    """The seconds of processor time of this process and of the children that have ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def quality(folder: Path, only: int | None) -> None:
    """Print the benchmark's own measure (shingles of four words), and which figures were kept."""
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    precisions, recalls, kept, true, found, empty = [], [], 0, 0, 0, 0
    for key in sorted(truth)[:only]:
        data = gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes())
        try:
            text = read_bytes(data, name=key, content_type="text/html; charset=utf-8").text
        except UnreadableError:
            text, empty = "", empty + 1
        want, have = shingles(truth[key].get("articleBody", "")), shingles(text)
        hit = (want & have).total()
        precisions.append(hit / have.total() if have else 0.0)
        recalls.append(hit / want.total() if want else 1.0)
        figures, ours = Counter(DIGITS.findall(truth[key].get("articleBody", ""))), Counter(DIGITS.findall(text))
        kept, true, found = kept + (figures & ours).total(), true + figures.total(), found + ours.total()
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    print(f"{len(precisions)} pages, {empty} empty: F1 {2 * precision * recall / (precision + recall):.4f}")
    print(f"precision {precision:.4f}, recall {recall:.4f}")
    print(f"figures: {kept / true:.4f} of {true} kept, {1 - kept / found:.4f} of {found} foreign")


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The runs of four words, counted."""
    tokens = TOKEN.findall(text)
    return Counter(tuple(tokens[i : i + SHINGLE]) for i in range(max(1, len(tokens) - SHINGLE + 1)) if tokens)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmark", type=Path, help="the folder of a public benchmark")
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--posts", type=int, default=POSTS)
    asked = parser.parse_args()
    if asked.benchmark:
        quality(asked.benchmark, None)
    else:
        speed(asked.pages, asked.posts)
