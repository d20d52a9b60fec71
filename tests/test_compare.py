"""Two claims held against each other: the same, moved, clashing, or not about the same thing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from conftest import HERE
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.compare.claims import ComparedClaim, compared_claim
from pipeline.compare.findings import compare
from pipeline.records import Bound, Claim, Entity, Finding, FindingKind, Kind, Label, Modality

PAIRS = [json.loads(line) for line in (HERE / "cases" / "pairs.jsonl").read_text("utf-8").splitlines()]
CALLED = {
    FindingKind.DUPLICATE: "same",
    FindingKind.AGREEMENT: "same",
    FindingKind.UPDATE: "update",
    FindingKind.CONTRADICTION: "contradiction",
}
FLOORS = {"develop": 0.95, "held-out": 0.90}


def said(row: dict[str, Any], name: str, *, sentence_start: int = 0, **more: Any) -> ComparedClaim:
    """The claim of a row of ``pairs.jsonl`` or ``doubts.jsonl``; *more* are fields to set otherwise."""
    sentence, quote = row["sentence"], row["quote"]
    start = sentence_start + sentence.index(quote)
    claim = Claim(
        id=name,
        start=start,
        end=start + len(quote),
        quote=quote,
        sentence=sentence,
        sentence_start=sentence_start,
        kind=Kind(row["kind"]),
        value=Decimal(row["value"]),
        value_max=Decimal(row["value_max"]) if "value_max" in row else None,
        unit=row.get("unit"),
        bound=Bound(row.get("bound", "exact")),
        subject=row.get("subject"),
        measure=row.get("measure"),
        when=row.get("when"),
        period=row.get("period"),
        modality=Modality(row.get("modality", "actual")),
    )
    whole = ComparedClaim(
        claim=claim,
        post=row.get("post", "a"),
        date=date.fromisoformat(row["date"]) if "date" in row else None,
        publisher=row.get("publisher"),
        country=row.get("country"),
        duplicate_of=row.get("duplicate_of"),
        subject_refs=tuple(row.get("subject_refs", ())),
        measure_refs=tuple(row.get("measure_refs", ())),
        sentence_refs=tuple(sorted({*row.get("subject_refs", ()), *row.get("measure_refs", ())})),
    )
    return replace(whole, **more)


def pair(row: dict[str, Any]) -> tuple[ComparedClaim, ComparedClaim]:
    """The two claims of a row; in one post, the second stands in a later sentence unless it shares the first's."""
    together = row["a"]["post"] == row["b"]["post"] and row["a"]["sentence"] == row["b"]["sentence"]
    return said(row["a"], "a"), said(row["b"], "b", sentence_start=0 if together else 1000)


def told(claims: Iterable[ComparedClaim]) -> list[Finding]:
    """What comes of two claims, doubts apart."""
    return [finding for finding in compare(claims) if finding.kind is not FindingKind.DOUBT]


def relation_of(row: dict[str, Any]) -> str:
    """What the program says of a row's pair."""
    found = told(pair(row))
    return CALLED[found[0].kind] if found else "unrelated"


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in PAIRS if row["split"] == "develop"])
def test_pair_to_develop_on(row: dict[str, Any]) -> None:
    """Each pair that rules were made with has its relation."""
    assert relation_of(row) == row["relation"]


@pytest.mark.parametrize("split", FLOORS)
def test_relation_of_pairs(split: str) -> None:
    """The mean of the four relations' F1 stays above its floor, on pairs that no rule has seen as well."""
    rows = [row for row in PAIRS if row["split"] == split]
    met = Counter((row["relation"], relation_of(row)) for row in rows)
    scores = []
    for name in ("same", "update", "contradiction", "unrelated"):
        right = met[name, name]
        wanted = sum(count for (gold, _), count in met.items() if gold == name)
        given_ = sum(count for (_, answer), count in met.items() if answer == name)
        scores.append(2 * right / (wanted + given_))
    assert sum(scores) / len(scores) >= FLOORS[split], dict(met)


def test_the_pairs_are_as_promised() -> None:
    """120 pairs, half of them held out, a third hard, each relation as often, no id and no sentence in both halves."""
    assert Counter((row["split"], row["relation"]) for row in PAIRS) == dict.fromkeys(
        ((split, name) for split in FLOORS for name in ("same", "update", "contradiction", "unrelated")), 15
    )
    assert len({row["id"] for row in PAIRS}) == 120
    assert sum(row["hard"] for row in PAIRS) >= 40
    halves = [{row[side]["sentence"] for row in PAIRS if row["split"] == split for side in "ab"} for split in FLOORS]
    assert not halves[0] & halves[1]


ROW = {
    "sentence": "The Marsh Fund holds $1.6b.",
    "quote": "$1.6b",
    "kind": "money",
    "value": "1600000000",
    "unit": "AUD",
    "subject": "Marsh Fund",
    "subject_refs": ["marsh-fund"],
    "date": "2020-06-01",
}
LATER = ROW | {
    "sentence": "There are now $2.1 billion in the Marsh Fund.",
    "quote": "$2.1 billion",
    "value": "2100000000",
    "subject": "Marsh Fund",
    "date": "2021-06-01",
    "post": "b",
}


def test_reason_names_both_figures_and_dates() -> None:
    """A reason can be read alone: both figures as quoted, and when each post was written."""
    (finding,) = told([said(ROW, "a"), said(LATER, "b")])
    assert finding.kind is FindingKind.UPDATE
    assert all(words in finding.reason for words in ("$1.6b", "$2.1 billion", "2020-06-01", "2021-06-01"))
    assert finding.claims == ("a", "b")
    assert 0 < finding.confidence < 1


def test_finding_is_the_same_whatever_the_order() -> None:
    """Its id and the order of its claims depend on the claims, not on who came first."""
    one, other = said(ROW, "a"), said(LATER, "b")
    assert told([one, other]) == told([other, one])


def test_finding_stays_when_other_claims_come() -> None:
    """A third claim about something else changes nothing."""
    far = said(ROW | {"sentence": "The Fen Fund holds $3b.", "quote": "$3b", "subject": "Fen Fund", "post": "c"}, "c")
    both = [said(ROW, "a"), said(LATER, "b")]
    assert told([*both, replace(far, subject_refs=("fen-fund",))]) == told(both)


def test_syndicated_post_counts_once() -> None:
    """A copy is a duplicate of its original, and only the original is held against what comes later."""
    copy = said(ROW, "c", post="c", date=date(2020, 6, 3), duplicate_of="a")
    found = Counter(finding.kind for finding in told([said(ROW, "a"), copy, said(LATER, "b")]))
    assert found == {FindingKind.DUPLICATE: 1, FindingKind.UPDATE: 1}


def test_plan_and_outcome_never_contradict() -> None:
    """A plan that was not met is an update that says so, and stands before its outcome whatever year it is for."""
    plan = said(ROW | {"modality": "planned", "when": "2022"}, "a")
    (finding,) = told([plan, said(LATER | {"when": "2021-03"}, "b")])
    assert (finding.kind, finding.rule, finding.claims) == (FindingKind.UPDATE, "plan-and-outcome", ("a", "b"))
    assert "planned" in finding.reason


def test_plan_after_the_fact_is_no_outcome() -> None:
    """What is planned later than what has happened is another matter."""
    assert not told([said(ROW, "a"), said(LATER | {"modality": "planned"}, "b")])


def test_post_without_a_date_is_never_later() -> None:
    """Without a date nobody can say which is newer, and the reason says that."""
    undated = said({key: value for key, value in LATER.items() if key != "date"}, "b")
    (finding,) = told([said(ROW, "a"), undated])
    assert finding.rule == "undated"
    assert "cannot be told" in finding.reason


def test_same_number_in_two_currencies() -> None:
    """Two posts that give one sum in pounds and in dollars cannot both be right."""
    sentence = "The Tide Act gives £80m to the Buoy Office."
    pounds = {
        "sentence": sentence,
        "quote": "£80m",
        "kind": "money",
        "value": "80000000",
        "unit": "GBP",
        "subject": "Tide Act",
        "measure": "Buoy Office",
        "subject_refs": ["tide-act"],
        "measure_refs": ["buoy-office"],
        "date": "2021-01-01",
    }
    dollars = pounds | {"sentence": sentence.replace("£80m", "$80m"), "quote": "$80m", "unit": "USD", "post": "b"}
    (finding,) = told([said(pounds, "a"), said(dollars, "b")])
    assert (finding.kind, finding.rule) == (FindingKind.CONTRADICTION, "other-currency")
    same_sign = pounds | {"sentence": dollars["sentence"], "quote": "$80m", "unit": "AUD"}
    assert not told([said(same_sign, "a"), said(dollars, "b")])


def test_an_encoder_is_asked_where_words_leave_it_open() -> None:
    """What the encoder says joins two phrasings that share too few words, and only texts in doubt are encoded."""
    import numpy as np

    one = ROW | {"sentence": "The Marsh Fund paid $3m for tuition.", "quote": "$3m", "value": "3000000"}
    one |= {"measure": "tuition"}
    other = LATER | {"sentence": "The Marsh Fund paid $5m for classes.", "quote": "$5m", "value": "5000000"}
    other |= {"measure": "classes"}
    asked: list[str] = []

    def encode(texts: Any) -> Any:
        asked.extend(texts)
        return np.ones((len(texts), 1), dtype=np.float32)

    claims = [said(one, "a"), said(other, "b")]
    assert not told(claims)
    assert [finding.kind for finding in compare(claims, encode=encode)] == [FindingKind.UPDATE]
    assert asked == ["Marsh Fund — tuition", "Marsh Fund — classes"]


def test_refs_come_from_the_spans_of_subject_and_measure() -> None:
    """An entity counts as named by the subject if it lies in its words; all of the sentence's are known, too."""
    text = "Ada Sample says that the Marsh Fund paid $3m to Fenton."
    claim = replace(
        said(ROW | {"sentence": text, "quote": "$3m", "value": "3000000", "measure": "Fenton"}, "a").claim,
        spans={"subject": (25, 35), "measure": (48, 54)},
    )
    entities = [
        Entity(start=0, end=10, quote="Ada Sample", label=Label.PERSON),
        Entity(start=25, end=35, quote="Marsh Fund", label=Label.PROGRAM, ref="marsh-fund"),
        Entity(start=48, end=54, quote="Fenton", label=Label.GPE, iso="GB"),
    ]
    found = compared_claim(claim, post="a", entities=entities)
    assert (found.subject_refs, found.measure_refs) == (("marsh-fund",), ("fenton",))
    assert found.sentence_refs == ("ada sample", "fenton", "marsh-fund")


@settings(max_examples=150, deadline=None)
@given(
    words=st.lists(st.text(max_size=40) | st.none(), min_size=4, max_size=4),
    values=st.lists(st.decimals(allow_nan=True, allow_infinity=True), min_size=2, max_size=2),
    kinds=st.lists(st.sampled_from(list(Kind)), min_size=2, max_size=2),
    units=st.lists(
        st.text(max_size=8) | st.none() | st.sampled_from(["year", "person", "GBP"]), min_size=2, max_size=2
    ),
    bounds=st.lists(st.sampled_from(list(Bound)), min_size=2, max_size=2),
    when=st.text(max_size=12) | st.none() | st.sampled_from(["2021", "2021-13", "2021-02-30", "2022/2020", "0000"]),
)
def test_nothing_makes_it_crash(
    words: list[str | None],
    values: list[Decimal],
    kinds: list[Kind],
    units: list[str | None],
    bounds: list[Bound],
    when: str | None,
) -> None:
    """Any words, values and times give findings or none, and always the same."""
    claims = []
    for place in (0, 1):
        base = said(ROW, str(place), post=str(place))
        claim = replace(
            base.claim,
            subject=words[place],
            measure=words[place + 2],
            value=values[place],
            kind=kinds[place],
            unit=units[place],
            bound=bounds[place],
            when=when,
        )
        claims.append(replace(base, claim=claim))
    assert list(compare(claims)) == list(compare(claims))


def test_a_file_format_is_no_one_thing() -> None:
    """The sizes of two files of one format are two figures, though a model may take the format's name for a product."""
    claims = []
    for post, sentence, quote, value in (
        ("a", "Fill in the Quiz (PDF, 120.5 KB) first.", "120.5 KB", "120.5"),
        ("b", "Read the Harbour Report (PDF, 480 KB).", "480 KB", "480"),
    ):
        claim = said({"sentence": sentence, "quote": quote, "kind": "measure", "value": value}, post).claim
        claim = replace(claim, unit="kilobyte", subject="PDF", measure=None, spans={})
        start = sentence.index("PDF")
        named = Entity(start=start, end=start + 3, quote="PDF", label=Label.PRODUCT)
        made = compared_claim(claim, post=post, date=date(2020, 1, 1), entities=[named])
        assert not made.refs
        claims.append(made)
    assert not told(claims)
