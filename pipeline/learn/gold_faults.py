"""What can be wrong with an annotated post: each fault in words, grave where the row cannot be used."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.records import Bound, Kind, Label, Modality

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,150}")  # a post's id: also the name of its text's file
LONGEST = 2000  # characters of a claim or name; more is a mistake


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and whether the row can be used all the same."""

    what: str
    grave: bool = True


def faults_of(row: Mapping[str, Any], text: str) -> Iterator[Fault]:
    """Yield what is wrong with the annotations in *row* of a post with this *text*."""
    for section in ("claims", "entities"):
        marks = row.get(section, [])
        if not isinstance(marks, list):
            yield Fault(f"{section} are no list")
            continue
        placed = []
        for mark in marks:
            wrong = list(_place(section, mark, text))
            yield from wrong
            if not any(fault.grave for fault in wrong):
                placed.append(mark)
                yield from _claim(mark) if section == "claims" else _entity(mark)
        yield from _overlaps(section, placed)
    yield from _themes(row.get("themes", []), text)
    yield from _covered(row.get("covered", {}))


def _place(section: str, mark: Any, text: str) -> Iterator[Fault]:
    if not isinstance(mark, Mapping):
        yield Fault(f"{section} hold {str(mark)[:40]!r}, which is no object")
        return
    start, end, quote = mark.get("start"), mark.get("end"), mark.get("quote")
    if type(start) is not int or type(end) is not int:
        yield Fault(f"{section} {str(quote)[:60]!r}: start and end are no whole numbers")
    elif not 0 <= start < end <= len(text):
        yield Fault(f"{section} {str(quote)[:60]!r} at {start}-{end} lies outside the text of {len(text)} characters")
    elif end - start > LONGEST:
        yield Fault(f"{section} at {start}-{end} is longer than {LONGEST} characters")
    elif text[start:end] != quote:
        yield Fault(f"{section} {str(quote)[:60]!r} is not at {start}; there stands {text[start:end][:60]!r}")
    elif quote != quote.strip():
        yield Fault(f"{section} {quote[:60]!r} at {start} begins or ends with white space", grave=False)


def _claim(mark: Mapping[str, Any]) -> Iterator[Fault]:
    where = f"claims {mark['quote'][:60]!r} at {mark['start']}"
    if mark.get("kind") not in set(Kind):
        yield Fault(f"{where}: kind {mark.get('kind')!r} is none of {', '.join(Kind)}")
    for name, known in (("bound", Bound), ("modality", Modality)):
        if name in mark and mark[name] not in set(known):
            yield Fault(f"{where}: {name} {mark[name]!r} is none of {', '.join(known)}")
    for name in ("value", "value_max"):
        value = mark.get(name)
        absent = value is None and name == "value_max"
        if not absent and (isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value)):
            yield Fault(f"{where}: {name} {str(value)[:40]!r} is no number")
    for name in ("unit", "subject", "measure", "attributed_to"):
        if mark.get(name) is not None and not isinstance(mark[name], str):
            yield Fault(f"{where}: {name} is no text")
    if mark.get("bound") == Bound.RANGE and mark.get("value_max") is None:
        yield Fault(f"{where}: a range needs its upper end, value_max", grave=False)


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no float can hold
        return False


def _entity(mark: Mapping[str, Any]) -> Iterator[Fault]:
    if mark.get("label") not in set(Label):
        where = f"entities {mark['quote'][:60]!r} at {mark['start']}"
        yield Fault(f"{where}: label {mark.get('label')!r} is none of {', '.join(Label)}")


def _overlaps(section: str, marks: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    last = -1
    for mark in sorted(marks, key=lambda mark: (mark["start"], mark["end"])):
        if mark["start"] < last:
            yield Fault(f"{section} {mark['quote'][:60]!r} at {mark['start']} overlaps the one before it", grave=False)
        last = max(last, mark["end"])


def _themes(rows: Any, text: str) -> Iterator[Fault]:
    if not isinstance(rows, list):
        yield Fault("themes are no list")
        return
    count, met = len(text.strip().split("\n\n")), set[int]()
    for row in rows:
        paragraph = row.get("paragraph") if isinstance(row, Mapping) else None
        slugs = row.get("themes") if isinstance(row, Mapping) else None
        if type(paragraph) is not int or not isinstance(slugs, list) or not all(isinstance(s, str) for s in slugs):
            yield Fault(f"themes hold {str(row)[:60]!r}; expected a paragraph's number and a list of themes")
        elif not 0 <= paragraph < count:
            yield Fault(f"themes name paragraph {paragraph}, but the text has {count}, numbered from 0")
        elif paragraph in met:
            yield Fault(f"themes name paragraph {paragraph} twice", grave=False)
        else:
            met.add(paragraph)


def _covered(parts: Any) -> Iterator[Fault]:
    if not isinstance(parts, Mapping) or not set(parts) <= {"claims", "entities", "themes"}:
        yield Fault("covered names parts other than claims, entities and themes")
        return
    for section, spans in parts.items():
        if not isinstance(spans, list) or not all(
            isinstance(span, list) and len(span) == 2 and all(type(n) is int for n in span) and span[0] < span[1]
            for span in spans
        ):
            yield Fault(f"covered {section} is no list of [start, end] pairs")
