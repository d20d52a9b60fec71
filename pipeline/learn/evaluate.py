"""How well an extraction agrees with hand-made annotations, field by field.

Predictions are plain rows as ``convening extract`` prints them, so anything that prints the
same can be measured. Claims are paired one to one by overlap of their spans, the largest
overlap first; a field counts among pairs, an end-to-end figure counts what was missed too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from pipeline.learn.gold import GoldPost, Row

ARTICLES = {"a", "an", "the"}
BOOTSTRAPS = 1000


@dataclass(frozen=True, slots=True)
class Tally:
    """Right answers, answers given and answers wanted: enough for precision, recall and F1."""

    right: int = 0
    given: int = 0
    wanted: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.given + other.given, self.wanted + other.wanted)

    @property
    def precision(self) -> float:
        """The share of given answers that are right; 1 where none was given."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """The share of wanted answers that were given; 1 where none was wanted."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall.

        >>> Tally(right=1, given=2, wanted=1).f1
        0.6666666666666666
        """
        return 2 * self.right / (self.given + self.wanted) if self.given + self.wanted else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """One disagreement: where, in which field, what was wanted and what was given."""

    post: str
    field: str
    quote: str
    wanted: object
    given: object
    context: str


@dataclass(slots=True)
class Score:
    """Tallies by name (``claims found``, ``bound``, ``entity ORG``…), kept by post, and every miss."""

    by_post: dict[str, dict[str, Tally]] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)

    def total(self, name: str) -> Tally:
        """The tally of *name* over all posts."""
        return sum((tallies.get(name, Tally()) for tallies in self.by_post.values()), Tally())

    def names(self) -> list[str]:
        """Every name with an answer given or wanted, in the order they were first met."""
        seen = dict.fromkeys(name for tallies in self.by_post.values() for name in tallies)
        return sorted(seen, key=_order)

    def interval(self, name: str, *, seed: int = 0) -> tuple[float, float]:
        """The 95 % bootstrap interval of F1 over posts (Efron's percentile method)."""
        rows = [tallies.get(name, Tally()) for tallies in self.by_post.values()]
        table = np.array([(t.right, t.given, t.wanted) for t in rows])
        if not len(table):
            return (0.0, 1.0)
        draws = np.random.default_rng(seed).integers(len(table), size=(BOOTSTRAPS, len(table)))
        right, given, wanted = np.moveaxis(table[draws].sum(axis=1), -1, 0)
        f1 = np.where(given + wanted, 2 * right / np.maximum(given + wanted, 1), 1.0)
        low, high = np.quantile(f1, (0.025, 0.975))
        return (float(low), float(high))


def score(gold: Iterable[GoldPost], predicted: Mapping[str, Row]) -> Score:
    """Score the rows of *predicted* (post id → row) against *gold*; an absent post counts as empty."""
    result = Score()
    for annotated in gold:
        row = predicted.get(annotated.post.id, {})
        result.by_post[annotated.post.id] = {}
        tables = (
            _score_claims(annotated, row.get("claims", ()), result.misses),
            _score_entities(annotated, row.get("entities", ()), result.misses),
            _score_themes(annotated, row.get("passages", ()), result.misses),
        )
        for table in tables:
            result.by_post[annotated.post.id].update(table)
    return result


def pair(gold: Sequence[Row], given: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Pair rows whose spans overlap, one to one, the largest overlap first, then in reading order.

    >>> pair([{"start": 0, "end": 4}], [{"start": 3, "end": 9}, {"start": 1, "end": 4}])
    [({'start': 0, 'end': 4}, {'start': 1, 'end': 4})]
    """
    overlaps = sorted(
        (
            (-(min(g["end"], p["end"]) - max(g["start"], p["start"])), i, j)
            for i, g in enumerate(gold)
            for j, p in enumerate(given)
            if min(g["end"], p["end"]) > max(g["start"], p["start"])
        )
    )
    left: set[int] = set()
    right: set[int] = set()
    pairs = []
    for _, i, j in overlaps:
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
            pairs.append((i, j))
    return [(gold[i], given[j]) for i, j in sorted(pairs)]


def same_words(wanted: str | None, given: str | None) -> bool:
    """Whether two phrases share half of the words of each, case and articles aside; none equals none.

    >>> same_words("the digital teams of Peru", "digital teams"), same_words("a team", None)
    (True, False)
    """
    if not wanted or not given:
        return not wanted and not given
    ours, theirs = _words(wanted), _words(given)
    common = sum((ours & theirs).values())
    return 2 * common >= max(ours.total(), theirs.total())


def _words(phrase: str) -> Counter[str]:
    words = re.findall(r"[\w.&-]*\w", phrase.casefold().replace("’s", "").replace("'s", ""))
    return Counter(word for word in words if word not in ARTICLES) or Counter(words)


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _same_number(wanted: object, given: object) -> bool:
    left, right = _number(wanted), _number(given)
    if left is None or right is None:
        return left is right
    return abs(left - right) <= abs(left) * Decimal("0.0005")  # two thirds is annotated as 0.6667


EXACT_FIELDS = ("kind", "unit", "bound", "modality")
PHRASE_FIELDS = ("subject", "measure", "attributed_to")


def _score_claims(annotated: GoldPost, given: Sequence[Row], misses: list[Miss]) -> dict[str, Tally]:
    wanted, text = annotated.claims, annotated.post.text
    pairs = pair(wanted, given)
    count = len(pairs)
    right: Counter[str] = Counter()

    def note(name: str, row: Row, want: object, got: object) -> None:
        around = text[max(0, row["start"] - 90) : row["end"] + 90].replace("\n", " ")
        quote = text[row["start"] : row["end"]]
        misses.append(Miss(post=annotated.post.id, field=name, quote=quote, wanted=want, given=got, context=around))

    paired_gold = {id(g) for g, _ in pairs}
    paired_given = {id(p) for _, p in pairs}
    for row in wanted:
        if id(row) not in paired_gold:
            note("claims found", row, row["quote"], None)
    for row in given:
        if id(row) not in paired_given:
            note("claims found", row, None, row["quote"])
    attributed = Tally()
    for g, p in pairs:
        verdicts = {
            "value": _same_number(g["value"], p.get("value")) and _same_number(g["value_max"], p.get("value_max")),
            "span": (g["start"], g["end"]) == (p["start"], p["end"]),
        }
        verdicts |= {name: g[name] == p.get(name) for name in EXACT_FIELDS}
        verdicts |= {name: same_words(g[name], p.get(name)) for name in PHRASE_FIELDS}
        verdicts["kind, value, unit, bound"] = all(verdicts[name] for name in ("kind", "value", "unit", "bound"))
        right.update(name for name, good in verdicts.items() if good)
        for name, good in verdicts.items():
            if not good and name in g:
                note(name, g, g[name], p.get(name))
        if not verdicts["span"]:
            note("span", g, g["quote"], text[p["start"] : p["end"]])
        stated = (int(bool(p.get("attributed_to"))), int(bool(g["attributed_to"])))
        attributed += Tally(int(verdicts["attributed_to"] and all(stated)), *stated)
    table = {"claims found": Tally(count, len(given), len(wanted))}
    table["claims right (kind, value, unit, bound)"] = Tally(right["kind, value, unit, bound"], len(given), len(wanted))
    for name in ("span", "kind", "value", "unit", "bound", "modality", "subject", "measure", "attributed_to"):
        table[f"  {name}, of those found"] = Tally(right[name], count, count)
    table["  attributed_to, where stated"] = attributed
    return table


def _score_entities(annotated: GoldPost, given: Sequence[Row], misses: list[Miss]) -> dict[str, Tally]:
    wanted = {(e["start"], e["end"], e["label"]) for e in annotated.entities}
    found = {(e["start"], e["end"], str(e["label"])) for e in given}
    table = {"entities": Tally(len(wanted & found), len(found), len(wanted))}
    for label in sorted({label for _, _, label in wanted | found}):
        ours, theirs = ({mark for mark in marks if mark[2] == label} for marks in (wanted, found))
        table[f"  {label}"] = Tally(len(ours & theirs), len(theirs), len(ours))
    text = annotated.post.text
    for start, end, label in sorted(wanted ^ found):
        missed = (start, end, label) in wanted
        misses.append(
            Miss(
                post=annotated.post.id,
                field="entities",
                quote=text[start:end],
                wanted=label if missed else None,
                given=None if missed else label,
                context=text[max(0, start - 60) : end + 60].replace("\n", " "),
            )
        )
    return table


def _score_themes(annotated: GoldPost, given: Sequence[Row], misses: list[Miss]) -> dict[str, Tally]:
    wanted = {(row["paragraph"], theme) for row in annotated.themes for theme in row["themes"]}
    found = {(n, theme) for n, row in enumerate(given) for theme in row.get("themes", ())}
    table = {"themes": Tally(len(wanted & found), len(found), len(wanted))}
    for theme in sorted({theme for _, theme in wanted | found}):
        ours, theirs = ({mark for mark in marks if mark[1] == theme} for marks in (wanted, found))
        table[f"  theme {theme}"] = Tally(len(ours & theirs), len(theirs), len(ours))
    paragraphs = annotated.post.text.strip().split("\n\n")
    for number, theme in sorted(wanted ^ found):
        missed = (number, theme) in wanted
        passage = paragraphs[number] if number < len(paragraphs) else ""
        misses.append(
            Miss(
                post=annotated.post.id,
                field="themes",
                quote=theme,
                wanted=theme if missed else None,
                given=None if missed else theme,
                context=passage[:160].replace("\n", " "),
            )
        )
    return table


def _order(name: str) -> tuple[int, str]:
    if name.startswith(("claims", "entities", "themes")):
        rank = {"c": 0, "e": 2, "t": 4}[name[0]]
    else:
        rank = 1 if ", " in name else 5 if name.startswith("  theme") else 3
    return (rank, "" if rank == 1 else name)  # fields keep the order they are scored in


def table_of(result: Score) -> list[dict[str, Any]]:
    """The score as rows: name, precision, recall, F1, its 95 % interval, and the three counts."""
    rows = []
    for name in result.names():
        tally = result.total(name)
        low, high = result.interval(name)
        rows.append(
            {
                "measure": name.strip(),
                "precision": round(tally.precision, 4),
                "recall": round(tally.recall, 4),
                "f1": round(tally.f1, 4),
                "low": round(low, 4),
                "high": round(high, 4),
                "right": tally.right,
                "given": tally.given,
                "wanted": tally.wanted,
            }
        )
    return rows
