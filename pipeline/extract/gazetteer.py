"""Rows of named things that people keep in ``models/gazetteer``, and finding them in a text.

A row is ``name, aliases, label, iso, kind``, separated by tabs; aliases are separated by ``|``. A name or alias
that is also an ordinary word (``Notify?``) or stands for several things (``DIA?``) ends in a question mark: it is
known when something else has found it, but is never found by itself.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.records import Label

COLUMNS = ("name", "aliases", "label", "iso", "kind")
ISO = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?|")
WORD = re.compile(r"\w+|, (?=and\b)|[^\w\s]")
CHUNK_BEFORE = re.compile(r"[^\s()\[\]<>\"',;]+$")
CHUNK_AFTER = re.compile(r"[^\s()\[\]<>\"',;]+")
MARKS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "\u2011": "-", "\u00a0": " "})


class BrokenGazetteerError(PipelineError):
    """A row of the gazetteer cannot be used; the message names its file and line."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}, line {line}", reason)
        self.path, self.line, self.reason = path, line, reason

    def __reduce__(self) -> tuple[type[BrokenGazetteerError], tuple[Path, int, str]]:
        return type(self), (self.path, self.line, self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A named thing: its id, the names it goes by, what and where it is."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    doubtful: frozenset[str] = frozenset()  # those of its names that never stand for it by themselves
    label: Label
    iso: str | None = None
    kind: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All its names, the canonical one first."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Match:
    """A name of the gazetteer in a text, with the rows that bear it."""

    start: int
    end: int
    rows: tuple[Row, ...]


def slug(name: str) -> str:
    """The id that a name gives: lower case, its words joined by hyphens.

    >>> slug("GOV.UK Notify")
    'gov-uk-notify'
    """
    return "-".join(re.findall(r"\w+", name.casefold()))


def key_of(name: str) -> str:
    """What two spellings of one name have in common: case, dots, quotation marks, hyphens and articles apart.

    >>> key_of("The U.S. Digital Service"), key_of("Côte d’Ivoire")
    ('us digital service', "côte d'ivoire")
    """
    plain = (name if name.isascii() else name.translate(MARKS)).casefold()
    if "." in plain:
        plain = re.sub(r"\b(\w)\.(?=\w\b|\W|$)", r"\1", plain)  # U.S. is US, but GOV.UK keeps its dot
    words = plain.replace("-", " ").replace("/", " ").replace("&", " and ").split()
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words).strip(" .,;:")


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The rows, to be looked up by any of their names or found in a text."""

    rows: tuple[Row, ...]
    _by_key: dict[str, tuple[Row, ...]] = field(default_factory=dict, repr=False)
    _by_first: dict[str, list[tuple[tuple[str, ...], tuple[Row, ...]]]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        firm: dict[tuple[str, ...], dict[str, Row]] = {}
        keys: dict[str, dict[str, Row]] = {}
        for row in self.rows:
            for name in row.names:
                keys.setdefault(key_of(name), {})[row.id] = row
                if name not in row.doubtful:
                    firm.setdefault(tuple(word.group() for word in _words(name)), {})[row.id] = row
        self._by_key.update((key, tuple(found.values())) for key, found in keys.items())
        for words, found in firm.items():
            if words:
                self._by_first.setdefault(words[0], []).append((words, tuple(found.values())))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def named(self, name: str) -> tuple[Row, ...]:
        """The rows that go by *name*, doubtful names included, whatever its case and punctuation."""
        return self._by_key.get(key_of(name), ())

    def find(self, text: str) -> Iterator[Match]:
        """Yield the firm names in *text*, the longest at each place, as they are written in the rows.

        >>> row = Row(id="gds", name="Government Digital Service", aliases=("GDS",), label=Label.ORG)
        >>> [(m.start, m.end, m.rows[0].id) for m in Gazetteer((row,)).find("GDS is the Government Digital Service.")]
        [(0, 3, 'gds'), (11, 37, 'gds')]
        """
        words = _words(text)
        at = 0
        while at < len(words):
            for wanted, rows in self._by_first.get(words[at].group(), ()):
                if len(wanted) > len(words) - at:
                    continue
                if all(words[at + step].group() == word for step, word in enumerate(wanted)):
                    start, end = words[at].start(), words[at + len(wanted) - 1].end()
                    if stands_alone(text, start, end):
                        yield Match(start, end, rows)
                        at += len(wanted) - 1
                        break
            at += 1


def _words(text: str) -> list[re.Match[str]]:
    """The words and signs of *text*, without the comma that some put before "and"."""
    return [word for word in WORD.finditer(text.translate(MARKS)) if word.group() != ", "]


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` is no part of a longer address, handle or file name.

    >>> stands_alone("see data.gov.", 4, 12), stands_alone("see data.gov.sg", 4, 12)
    (True, False)
    """
    before = CHUNK_BEFORE.search(text, max(0, start - 120), start)
    after = CHUNK_AFTER.match(text, end, end + 120)
    chunk = f"{before[0] if before else ''}|{after[0] if after else ''}"
    if "@" in chunk or "://" in chunk or "www." in chunk:
        return False
    if start and text[start - 1] in "@/#._\\":
        return False
    tail = text[end : end + 2]
    return not (len(tail) == 2 and tail[0] in "@._\\/" and (tail[1].isalnum() or tail[0] == "/"))


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of one file; a row that cannot be used stops with the file and its line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise BrokenGazetteerError(path, error.object[: error.start].count(b"\n") + 1, "not UTF-8") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter="\t", quoting=csv.QUOTE_NONE))]
        if tuple(cells) == COLUMNS:
            continue
        if len(cells) != len(COLUMNS):
            reason = f"{len(cells)} cells instead of {len(COLUMNS)} ({', '.join(COLUMNS)}), separated by tabs"
            raise BrokenGazetteerError(path, number, reason)
        yield _row(cells, path, number)


def _row(cells: list[str], path: Path, number: int) -> Row:
    name, aliases, label, iso, kind = cells
    written = [name, *aliases.split("|")] if aliases else [name]
    names = [each.strip().removesuffix("?").strip() for each in written]
    if not all(WORD.search(each) for each in names):
        raise BrokenGazetteerError(path, number, "a name is empty")
    if label not in Label.__members__:
        raise BrokenGazetteerError(path, number, f"label {label!r} is none of {', '.join(Label)}")
    if not ISO.fullmatch(iso):
        raise BrokenGazetteerError(path, number, f"{iso!r} is no ISO 3166 code (as in GB or AU-NSW)")
    doubled = [each for at, each in enumerate(names) if each in names[:at]]
    if doubled:
        raise BrokenGazetteerError(path, number, f"{doubled[0]!r} stands twice")
    return Row(
        id=slug(names[0]),
        name=names[0],
        aliases=tuple(names[1:]),
        doubtful=frozenset(each for each, shown in zip(names, written, strict=True) if shown.strip().endswith("?")),
        label=Label(label),
        iso=iso or None,
        kind=kind,
    )


def load(folder: Path, *, more: Iterable[Row] = (), without: Collection[str] = ()) -> Gazetteer:
    """The gazetteer of all tables of rows in *folder* (not ``places.tsv``), in the order of their names.

    A table ``split-dev.tsv`` holds names that were met in the split ``dev`` of the gold: *without* ``dev`` it is left
    out, so that a measure on that split stays one of names not seen before.

    Two rows of one name stop with the file and line of the second.
    """
    seen: dict[str, Path] = {}
    rows: list[Row] = []
    for path in sorted(folder.glob("*.tsv")):
        if path.name == "places.tsv" or path.stem in {f"split-{split}" for split in without}:
            continue
        for row in read_rows(path):
            if row.id in seen:
                line = _line_of(path, row.name, last=seen[row.id] == path)
                raise BrokenGazetteerError(path, line, f"{row.name!r} stands in {seen[row.id].name} too")
            seen[row.id] = path
            rows.append(row)
    return Gazetteer((*rows, *(row for row in more if row.id not in seen)))


def _line_of(path: Path, name: str, *, last: bool) -> int:
    lines = path.read_text("utf-8").splitlines()
    numbers = [at for at, line in enumerate(lines, start=1) if slug(line.split("\t")[0]) == slug(name)]
    return numbers[-1 if last else 0]
