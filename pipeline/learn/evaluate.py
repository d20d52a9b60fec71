"""How well an extraction agrees with hand-made annotations, field by field.

Predictions are plain rows as ``convening extract`` prints them, so anything that prints the
same can be measured. Claims are paired one to one by overlap of their spans, the largest
overlap first; a field counts among pairs, an end-to-end figure counts what was missed too.
Where only part of a post was annotated, what is found elsewhere counts for nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from pipeline.extract.overlap import bag_of, overlap
from pipeline.extract.sentences import Sentence, sentences_of
from pipeline.learn.gold import GoldPost, Row
from pipeline.learn.tallies import Miss, Score, Tally, table_of
from pipeline.records import passages_of

__all__ = ["Miss", "Score", "Tally", "agrees", "is_right", "pair", "same_words", "score", "table_of"]

EXACT_FIELDS = ("kind", "unit", "bound", "modality")
PHRASE_FIELDS = ("subject", "measure", "attributed_to")
FOUND, RIGHT = "claims found", "claims right (kind, value, unit, bound)"
FIELDS = ("span", "kind", "value", "unit", "bound", "modality", "subject", "measure", "attributed_to")
WHOLE = ("kind", "value", "unit", "bound")  # a claim is right if these are


def score(gold: Iterable[GoldPost], predicted: Mapping[str, Row]) -> Score:
    """Score the rows of *predicted* (post id → row) against *gold*; an absent post counts as empty."""
    result = Score()
    for annotated in gold:
        row = predicted.get(annotated.post.id, {})
        table = result.by_post[annotated.post.id] = {}
        looked = _Looked(annotated, result)
        if annotated.annotated("claims"):
            table |= _score_claims(looked, [p for p in row.get("claims", ()) if looked.at("claims", p)])
        if annotated.annotated("entities"):
            table |= _score_entities(looked, [p for p in row.get("entities", ()) if looked.at("entities", p)])
        if annotated.annotated("themes"):
            table |= _score_themes(looked, row.get("passages", ()))
    return result


class _Looked:
    """One annotated post while it is scored: takes down misses and cases with the words around them."""

    def __init__(self, annotated: GoldPost, result: Score) -> None:
        self.gold, self.result, self.text = annotated, result, annotated.post.text
        self._sentences: list[Sentence] | None = None

    def at(self, section: str, mark: Row) -> bool:
        """Whether annotators looked where *mark* stands."""
        return self.gold.covers(section, mark["start"], mark["end"])

    def case(self, measure: str, mark: str, right: bool) -> None:
        """Take down whether one question was answered rightly."""
        self.result.cases[self.gold.post.id, measure, mark] = right

    def miss(self, name: str, span: tuple[int, int], wanted: object, given: object, quote: str | None = None) -> None:
        """Take down a disagreement on the words at *span*."""
        start, end = span
        first, last = self._sentence(start, end)
        self.result.misses.append(
            Miss(
                post=self.gold.post.id,
                field=name,
                quote=self.text[start:end] if quote is None else quote,
                wanted=wanted,
                given=given,
                context=self.text[max(0, start - 90) : min(end, start + 400) + 90].replace("\n", " "),
                start=start,
                end=end,
                sentence=self.text[first:last],
                sentence_start=first,
            )
        )

    def _sentence(self, start: int, end: int) -> tuple[int, int]:
        if self._sentences is None:
            self._sentences = sentences_of(self.text)
        around = [s for s in self._sentences if s.start < end and start < s.end]
        return (min(start, around[0].start), max(end, around[-1].end)) if around else (start, end)


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
    return overlap(bag_of(wanted), bag_of(given))


def _number(value: object) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def _same_number(wanted: object, given: object) -> bool:
    left, right = _number(wanted), _number(given)
    if left is None or right is None:
        return left is right
    return abs(left - right) <= abs(left) * Decimal("0.0005")  # two thirds is annotated as 0.6667


def agrees(wanted: Row, given: Row) -> dict[str, bool]:
    """Field by field, whether the claim *given* says what an annotator *wanted*."""
    return {
        "span": (wanted["start"], wanted["end"]) == (given["start"], given["end"]),
        "value": _same_number(wanted["value"], given.get("value"))
        and _same_number(wanted["value_max"], given.get("value_max")),
        **{name: wanted[name] == given.get(name) for name in EXACT_FIELDS},
        **{name: same_words(wanted[name], given.get(name)) for name in PHRASE_FIELDS},
    }


def is_right(wanted: Row, given: Row) -> bool:
    """Whether an annotator who wrote *wanted* would accept the figure of *given*: kind, value, unit and bound."""
    verdicts = agrees(wanted, given)
    return all(verdicts[name] for name in WHOLE)


def _score_claims(looked: _Looked, given: Sequence[Row]) -> dict[str, Tally]:
    wanted, pairs = looked.gold.claims, pair(looked.gold.claims, given)
    paired_wanted = {id(g) for g, _ in pairs}
    paired_given = {id(p) for _, p in pairs}
    for row in wanted:
        looked.case(FOUND, _key(row), id(row) in paired_wanted)
        if id(row) not in paired_wanted:
            looked.miss(FOUND, (row["start"], row["end"]), row["quote"], None)
            looked.result.kinds[str(row["kind"]), "none"] += 1
            for name in (RIGHT, *FIELDS):
                looked.case(name, _key(row), False)
    for row in given:
        if id(row) not in paired_given:
            looked.miss(FOUND, (row["start"], row["end"]), None, looked.text[row["start"] : row["end"]])
            looked.result.kinds["none", str(row.get("kind"))] += 1
            looked.case("no claim", _key(row), False)
    right: Counter[str] = Counter()
    by_kind: Counter[tuple[str, str]] = Counter()
    attributed = Tally()
    for g, p in pairs:
        verdicts = agrees(g, p)
        verdicts[RIGHT] = all(verdicts[name] for name in WHOLE)
        looked.result.kinds[str(g["kind"]), str(p.get("kind"))] += 1
        for name, good in verdicts.items():
            right[name] += good
            by_kind[str(g["kind"]), name] += good
            looked.case(name, _key(g), good)
            if not good and name in g:
                looked.miss(name, (g["start"], g["end"]), _told(g, name), _told(p, name))
        if not verdicts["span"]:
            looked.miss("span", (g["start"], g["end"]), g["quote"], looked.text[p["start"] : p["end"]])
        stated = (int(bool(p.get("attributed_to"))), int(bool(g["attributed_to"])))
        attributed += Tally(int(verdicts["attributed_to"] and all(stated)), *stated)
    table = {
        FOUND: Tally(len(pairs), len(given), len(wanted)),
        RIGHT: Tally(right[RIGHT], len(given), len(wanted)),
        **{f"  {name}, of those found": Tally(right[name], len(pairs), len(pairs)) for name in FIELDS},
        "  attributed_to, where stated": attributed,
    }
    return table | _by_kind(wanted, given, pairs, by_kind)


def _by_kind(
    wanted: Sequence[Row], given: Sequence[Row], pairs: Sequence[tuple[Row, Row]], right: Counter[tuple[str, str]]
) -> dict[str, Tally]:
    """The tallies of each kind; an answer belongs to the kind that is wanted, or given where none is."""
    ours = Counter(str(g["kind"]) for g in wanted)
    found = Counter(str(g["kind"]) for g, _ in pairs)
    paired = {id(p) for _, p in pairs}
    theirs = found + Counter(str(p.get("kind")) for p in given if id(p) not in paired)
    table = {}
    for kind in sorted(ours.keys() | theirs.keys()):
        table[f"{kind}: found"] = Tally(found[kind], theirs[kind], ours[kind])
        table[f"{kind}: right"] = Tally(right[kind, RIGHT], theirs[kind], ours[kind])
        for name in FIELDS:
            table[f"{kind}: {name}"] = Tally(right[kind, name], found[kind], found[kind])
    return table


def _key(row: Row) -> str:
    return f"{row['start']}-{row['end']}"


def _told(row: Row, name: str) -> object:
    """What *row* says in a field; a value with the upper end of its range."""
    if name == "value" and row.get("value_max") is not None:
        return f"{row.get('value')} to {row.get('value_max')}"
    return row.get(name)


def _score_entities(looked: _Looked, given: Sequence[Row]) -> dict[str, Tally]:
    wanted = {(e["start"], e["end"], e["label"]) for e in looked.gold.entities}
    found = {(e["start"], e["end"], str(e["label"])) for e in given}
    table = {"entities": Tally(len(wanted & found), len(found), len(wanted))}
    for label in sorted({label for _, _, label in wanted | found}):
        ours, theirs = ({mark for mark in marks if mark[2] == label} for marks in (wanted, found))
        table[f"  {label}"] = Tally(len(ours & theirs), len(theirs), len(ours))
    for mark in sorted(wanted | found):
        start, end, label = mark
        looked.case("entities" if mark in wanted else "no entity", f"{start}-{end} {label}", mark in wanted & found)
        if mark not in wanted & found:
            missed = mark in wanted
            looked.miss("entities", (start, end), label if missed else None, None if missed else label)
    return table


def _score_themes(looked: _Looked, given: Sequence[Row]) -> dict[str, Tally]:
    wanted = {(row["paragraph"], theme) for row in looked.gold.themes for theme in row["themes"]}
    found = {
        (n, theme)
        for n, row in enumerate(given)
        if looked.gold.covers("themes", n, n + 1)
        for theme in row.get("themes", ())
    }
    table = {"themes": Tally(len(wanted & found), len(found), len(wanted))}
    for theme in sorted({theme for _, theme in wanted | found}):
        ours, theirs = ({mark for mark in marks if mark[1] == theme} for marks in (wanted, found))
        table[f"  theme {theme}"] = Tally(len(ours & theirs), len(theirs), len(ours))
    places = _paragraphs(looked.text)
    for mark in sorted(wanted | found):
        number, theme = mark
        looked.case("themes" if mark in wanted else "no theme", f"{number} {theme}", mark in wanted & found)
        if mark not in wanted & found:
            missed, span = mark in wanted, places[number] if number < len(places) else (0, 0)
            looked.miss("themes", span, theme if missed else None, None if missed else theme, quote=theme)
    return table


def _paragraphs(text: str) -> list[tuple[int, int]]:
    return [(passage.start, passage.end) for passage in passages_of(text)]
