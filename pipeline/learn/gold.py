"""Hand-made annotations on disk: ``gold.jsonl``, ``index.jsonl`` and ``posts/`` in one folder.

A row is a post: ``{"post", "split", "claims", "entities", "themes"}``. A section that is not there was not annotated.
Where only part of a post was looked at, ``covered`` says which: ``{"claims": [[start, end], …], "entities": …,
"themes": [[paragraph, paragraph after], …]}``; what is outside is neither right nor wrong. ``"queued": true`` says that
the row was made of a review's decisions.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.learn.gold_faults import NAME, faults_of
from pipeline.records import Post, digest

type Row = Mapping[str, Any]
type Spans = Sequence[tuple[int, int]]

SECTIONS = ("claims", "entities", "themes")
ORDER = ("quote", "label", "kind", "value", "value_max", "unit", "bound", "subject", "measure", "modality")
MEASURED = ("dev", "frozen")  # what is measured on where nothing else is asked for, the first that is there
SHARES = {"train": 0.6, "calibration": 0.2, "frozen": 0.2}
BLANK = {
    "unit": None,
    "value_max": None,
    "bound": "exact",
    "subject": None,
    "measure": None,
    "modality": "actual",
    "attributed_to": None,
}


class GoldError(PipelineError):
    """Annotations that cannot be used as they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldPost:
    """One annotated post: its text and metadata, and what people marked in it."""

    post: Post
    split: str
    claims: Sequence[Row] = field(default_factory=tuple)
    entities: Sequence[Row] = field(default_factory=tuple)
    themes: Sequence[Row] = field(default_factory=tuple)
    covered: Mapping[str, Spans] = field(default_factory=dict)  # section → what was looked at; absent: all of it
    queued: bool = False  # made of decisions: what the review's queue showed, doubtful claims first

    def covers(self, section: str, start: int, end: int) -> bool:
        """Whether at least half of ``[start, end)`` was looked at for *section*, so that silence there means none."""
        if section not in self.covered:
            return True
        seen = sum(max(0, min(end, last) - max(start, first)) for first, last in self.covered[section])
        return seen > 0 and 2 * seen >= end - start

    def annotated(self, section: str) -> bool:
        """Whether anything of *section* was looked at."""
        return section not in self.covered or len(self.covered[section]) > 0


def split_of(post: str) -> str:
    """The part of the gold that the post with this id belongs to, for ever: train, calibration or frozen.

    >>> split_of("p004"), split_of("p004")
    ('train', 'train')
    """
    place = int(digest("gold split", post, length=13), 16) / 16**13
    for name, share in SHARES.items():
        if place < share:
            return name
        place -= share
    return "frozen"


def read_gold(gold: Path, *, splits: Collection[str] = ()) -> Iterator[GoldPost]:
    """Yield the annotated posts of the file *gold*, in its order; only those of *splits* if any are named.

    The texts are read from ``posts/<id>.txt`` and the metadata from ``index.jsonl`` beside it. Raises
    ``GoldError`` with the line of a missing file, a broken row, or an offset that does not match its quote.
    """
    index = {str(row.get("post")): row for _, row in numbered_rows(gold.parent / "index.jsonl")}
    for number, row in numbered_rows(gold):
        name = row.get("post")
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise GoldError(f"{gold}, line {number}", f"{str(name)[:40]!r} is no name of a post")
        meta = index.get(name, {})
        split = _split(row, meta)
        if splits and split not in splits:
            continue
        text = read_text(gold.parent / "posts" / f"{name}.txt")
        for fault in faults_of(row, text):
            if fault.grave:
                raise GoldError(f"{gold}, line {number}", f"post {name}: {fault.what}")
        try:
            yield gold_post(row, meta, text, split)
        except ValueError as error:
            raise GoldError(gold.parent / "index.jsonl", f"post {name}: date {meta.get('date')!r} is no day") from error


def measured_on(gold: Path, part: str | None = None) -> str:
    """The split of the file *gold* that is measured on: *part*, else ``dev`` where it has one, else ``frozen``.

    ``gold build`` makes frozen posts of decisions; people who annotate by hand often keep a ``dev`` beside them.
    Raises ``GoldError`` where there is no post in it.
    """
    index = {str(row.get("post")): row for _, row in numbered_rows(gold.parent / "index.jsonl")}
    there = {
        str(index.get(str(row.get("post")), {}).get("split") or row.get("split") or "")
        for _, row in numbered_rows(gold)
    }
    found = next((name for name in ([part] if part else MEASURED) if name in there), None)
    if found is None:
        known = f"has posts in {', '.join(sorted(there - {''}))}" if there - {""} else "names no split"
        raise GoldError(gold, f"has no post to measure on in split {part or ' or '.join(MEASURED)}; it {known}")
    return found


def _split(row: Row, meta: Row) -> str:
    return str(meta.get("split") or row.get("split") or "")


def gold_post(row: Row, meta: Row, text: str, split: str) -> GoldPost:
    """The annotated post that a faultless *row* and the *meta* of the index tell of."""
    stated = meta.get("date")
    post = Post(
        id=row["post"],
        text=text,
        title=meta.get("title"),
        url=meta.get("url"),
        date=date.fromisoformat(str(stated)[:10]) if stated else None,
        publisher=meta.get("publisher"),
        country=meta.get("country"),
    )
    covered: dict[str, Spans] = {
        section: tuple((int(first), int(last)) for first, last in spans)
        for section, spans in row.get("covered", {}).items()
    }
    for section in SECTIONS:
        if section not in row:
            covered[section] = ()
    return GoldPost(
        post=post,
        split=split,
        claims=[BLANK | claim for claim in row.get("claims", ())],
        entities=row.get("entities", ()),
        themes=row.get("themes", ()),
        covered=covered,
        queued=bool(row.get("queued", False)),
    )


def write_gold(posts: Iterable[GoldPost], folder: Path) -> dict[str, int]:
    """Write *posts* to *folder* as ``gold.jsonl``, ``index.jsonl`` and ``posts/``; how many posts each split has.

    The same posts give the same bytes. Raises ``GoldError`` for a post whose id is no file name.
    """
    rows, index, splits = [], [], dict[str, int]()
    (folder / "posts").mkdir(parents=True, exist_ok=True)
    for one in sorted(posts, key=lambda one: one.post.id):
        if not NAME.fullmatch(one.post.id):
            raise GoldError(f"post {one.post.id[:60]!r}", "has an id that cannot be the name of a file")
        path = folder / "posts" / f"{one.post.id}.txt"
        path.write_bytes(one.post.text.encode("utf-8", "backslashreplace"))
        rows.append(row_of(one))
        index.append(_meta_of(one))
        splits[one.split] = splits.get(one.split, 0) + 1
    for name, made in (("gold.jsonl", rows), ("index.jsonl", index)):
        body = "".join(json.dumps(row, ensure_ascii=False, default=_number) + "\n" for row in made)
        part = folder / f"{name}.part"
        part.write_bytes(body.encode("utf-8", "backslashreplace"))
        part.replace(folder / name)
    return splits


def row_of(one: GoldPost) -> dict[str, Any]:
    """The row of ``gold.jsonl`` that means *one*."""
    row: dict[str, Any] = {"post": one.post.id, "split": one.split}
    sections = {"claims": one.claims, "entities": one.entities, "themes": one.themes}
    row |= {name: [_ordered(mark) for mark in marks] for name, marks in sections.items() if one.annotated(name)}
    partial = {name: [list(span) for span in spans] for name, spans in one.covered.items() if len(spans)}
    row |= {"covered": dict(sorted(partial.items()))} if partial else {}
    return row | ({"queued": True} if one.queued else {})


def _ordered(mark: Row) -> dict[str, Any]:
    return {name: mark[name] for name in ORDER if name in mark} | dict(mark)


def _meta_of(one: GoldPost) -> dict[str, Any]:
    post = one.post
    return {
        "post": post.id,
        "publisher": post.publisher,
        "country": post.country,
        "title": post.title,
        "date": post.date.isoformat() if post.date else None,
        "url": post.url,
        "split": one.split,
    }


def _number(value: Any) -> int | float:
    return int(value) if value == int(value) else float(value)


def numbered_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of the JSON lines in *path* with their line numbers. Raises ``GoldError``."""
    try:
        lines = path.read_bytes().decode("utf-8").split("\n")
    except OSError as error:
        raise GoldError(path, "cannot be read; name a gold.jsonl with index.jsonl and posts/ beside it") from error
    except UnicodeDecodeError as error:
        raise GoldError(path, f"is not UTF-8 text (byte {error.start})") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise GoldError(f"{path}, line {number}", f"is not JSON ({error})") from error
            if not isinstance(row, dict):
                raise GoldError(f"{path}, line {number}", "is not an object")
            yield number, row


def read_text(path: Path) -> str:
    """The text of an annotated post, to the letter. Raises ``GoldError``."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(path, "the text of an annotated post cannot be read") from error
