"""Claims about one measure of one subject, across posts and years."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from test_compare import said

from pipeline.compare.blocks import CROWDED, candidates
from pipeline.compare.claims import ComparedClaim
from pipeline.compare.findings import compare, threads
from pipeline.compare.likeness import likeness
from pipeline.compare.naming import Named
from pipeline.compare.threads import Thread
from pipeline.compare.topics import Topics
from pipeline.records import Entity, FindingKind, Label


def countries(number: int, on: str, **more: Any) -> ComparedClaim:
    """A claim that the Dune Gathering had that many countries."""
    row = {
        "sentence": f"The Dune Gathering brought {number} countries together.",
        "quote": str(number),
        "kind": "count",
        "value": str(number),
        "unit": "country",
        "subject": "Dune Gathering",
        "measure": "countries",
        "subject_refs": ["dune-gathering"],
        "date": on,
    }
    return said(row | more, f"{on} {number}", post=on)


def series(thread: Thread) -> list[tuple[str, str | None]]:
    """The figures of a thread with their times."""
    return [(figure.quote, when) for figure, when in zip(thread.figures, thread.when, strict=True)]


def test_claims_across_years_are_one_series() -> None:
    """The same measure of the same subject comes in order of time, whatever order it was read in."""
    read = [countries(34, "2021-06-17"), countries(12, "2018-06-13"), countries(21, "2020-06-30")]
    (thread,) = threads(read)
    assert series(thread) == [("12", "2018-06-13"), ("21", "2020-06-30"), ("34", "2021-06-17")]
    assert (thread.subject, thread.measure, thread.unit) == ("Dune Gathering", "countries", "country")


def test_what_a_claim_says_of_its_time_counts_more_than_its_post() -> None:
    """A late post about an early year stands where the year stands."""
    (thread,) = threads([countries(21, "2020-06-30"), countries(12, "2022-01-01", when="2018")])
    assert series(thread) == [("12", "2018"), ("21", "2020-06-30")]


def test_thread_is_called_by_its_canonical_name() -> None:
    """Where an entity is known, its canonical name names the thread."""
    known = Entity(
        start=0, end=1, quote="Dunes", label=Label.EVENT, canonical="The Dune Gathering", ref="dune-gathering"
    )
    (thread,) = threads([countries(12, "2018-06-13"), countries(21, "2020-06-30")], entities={"dune-gathering": known})
    assert thread.subject == "The Dune Gathering"


def test_id_of_a_thread_stays_when_it_grows() -> None:
    """A later claim does not make another thread of it."""
    begun = [countries(12, "2018-06-13"), countries(21, "2020-06-30")]
    (before,) = threads(begun)
    (after,) = threads([*begun, countries(34, "2021-06-17")])
    assert before.id == after.id
    assert len(after.claims) == 3


@pytest.mark.parametrize(
    "other",
    [
        {"subject": "Reef Gathering", "subject_refs": ["reef-gathering"]},
        {"unit": "team", "measure": "teams"},
        {"kind": "money", "unit": "USD"},
        {"period": "P1Y"},
    ],
    ids=["subject", "unit", "kind", "period"],
)
def test_what_differs_is_no_thread(other: dict[str, Any]) -> None:
    """Another subject, unit, kind or period is another thing."""
    sentence = "The Reef Gathering brought 21 countries and teams together."
    first = countries(12, "2018-06-13", **({"period": "P3Y"} if "period" in other else {}))
    assert not list(threads([first, countries(21, "2020-06-30", sentence=sentence, **other)]))


@pytest.mark.parametrize("modality", ["conditional", "negated"])
def test_examples_and_denials_are_in_no_thread(modality: str) -> None:
    """What only might be, or is not, is never held against what is."""
    assert not list(threads([countries(12, "2018-06-13"), countries(21, "2020-06-30", modality=modality)]))


def test_two_figures_of_one_sentence_are_two_things() -> None:
    """A writer who gives two figures in a breath means two things, even if both are called the same."""
    sentence = "The Dune Gathering had 7 panels and 3 panels online."
    base = {
        "sentence": sentence,
        "kind": "count",
        "unit": "panel",
        "subject": "Dune Gathering",
        "measure": "panels",
        "subject_refs": ["dune-gathering"],
        "date": "2021-01-01",
    }
    claims = [said(base | {"quote": quote, "value": quote}, quote) for quote in ("7", "3")]
    assert not list(threads(claims))


def test_people_go_by_many_nouns() -> None:
    """Persons may be the users of another post, but users are no employees."""
    people = {"measure": None, "sentence": "The Dune Gathering counts 90 people.", "quote": "90", "value": "90"}
    one = countries(90, "2018-06-13", unit="person", **people)
    other = replace(one, post="b", claim=replace(one.claim, id="b", unit="user"))
    staff = replace(one, post="c", claim=replace(one.claim, id="c", unit="employee"))
    assert len(next(iter(threads([one, other]))).figures) == 2
    assert not list(threads([other, staff]))


def test_crowded_blocks_are_not_searched_pair_by_pair() -> None:
    """A name that everybody uses does not make the work grow with the square of the claims."""
    topics = Topics(Named())
    made = []
    for number in range(40 * CROWDED):
        word = "".join("abcdefghij"[int(digit)] for digit in str(number))
        claim = countries(12, "2018-06-13", measure=f"x{word} countries", sentence=f"12 x{word} countries")
        made.append(topics.of(claim))
    pairs = set(candidates(made))
    assert len(pairs) < 20 * len(made)
    assert all(likeness(made[one], made[other]) < 1 for one, other in pairs)


def test_what_is_added_twice_has_not_moved() -> None:
    """Seven others once and seventy others later are two additions, and no figure that grew; equal ones agree."""
    said_of = {"measure": "other countries", "subject": "Dune Gathering"}
    few = countries(7, "2016-06-17", sentence="The Dune Gathering joined 7 other countries in the league.", **said_of)
    many = countries(70, "2018-06-13", sentence="The Dune Gathering met 70 other countries of the league.", **said_of)
    assert list(compare([few, many])) == []
    plain = [
        replace(one, claim=replace(one.claim, sentence=one.claim.sentence.replace(" other", ""))) for one in (few, many)
    ]
    assert [found.kind for found in compare(plain)] == [FindingKind.UPDATE]


def test_an_event_of_a_year_is_the_event() -> None:
    """Two years of the Dune Gathering are one series; the acts of two years are two things."""

    def named(label: Label) -> Named:
        refs = ("dune-gathering-2018", "dune-gathering-of-2021")
        return Named({ref: Entity(start=0, end=1, quote=ref, label=label, ref=ref) for ref in refs})

    event, act = named(Label.EVENT), named(Label.PROGRAM)
    assert [event.firm(ref, None) for ref in event.entities] == ["dune-gathering", "dune-gathering"]
    assert [act.firm(ref, None) for ref in act.entities] == list(act.entities)
