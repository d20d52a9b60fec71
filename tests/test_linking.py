"""Which thing a name stands for, decided from the post."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, cases

from pipeline.extract import gazetteer, places
from pipeline.extract.gazetteer import Gazetteer, Row
from pipeline.extract.linking import Linker
from pipeline.extract.mentions import Mention
from pipeline.extract.places import Places
from pipeline.records import Entity, Label

MODELS = ROOT / "models" / "gazetteer"


@cache
def linker() -> Linker:
    """The linker of the checkout's own gazetteer."""
    return Linker(gazetteer.load(MODELS), places.read(MODELS / "places.tsv"))


def marked(text: str, names: list[list[str]]) -> list[Mention]:
    """The mentions of *names* in *text*, in reading order."""
    found: list[Mention] = []
    for quote, label in names:
        start = text.index(quote, found[-1].end if found else 0)
        found.append(Mention(start, start + len(quote), Label(label), "test"))
    return found


def linked(text: str, names: list[list[str]], **context: str | None) -> list[Entity]:
    """What *names* in *text* are linked to."""
    return linker().link(text, marked(text, names), **context)


@pytest.mark.parametrize("case", cases("linking"))
def test_names_stand_for_what_the_post_means(case: dict[str, Any]) -> None:
    """Each mention gets the canonical name and the ISO code of what the post means."""
    context = {key: case[key] for key in ("country", "publisher", "title") if key in case}
    found = linked(case["text"], case["mentions"], **context)
    assert [[entity.canonical, entity.iso] for entity in found] == case["links"]


def test_one_thing_has_one_id_across_posts() -> None:
    """Three names of one body in three posts give one id, which is what counts are made by."""
    found = [
        linked(f"{name} came.", [[name, "ORG"]])[0] for name in ("USDS", "U.S. Digital Service", "US Digital Service")
    ]
    assert {entity.ref for entity in found} == {"united-states-digital-service"}


def test_places_of_one_name_have_different_ids() -> None:
    """Cambridge in Massachusetts is never counted with Cambridge in England."""
    ours = linked("In Cambridge, Massachusetts.", [["Cambridge", "GPE"], ["Massachusetts", "GPE"]])[0]
    theirs = linked("In Cambridge, England.", [["Cambridge", "GPE"], ["England", "GPE"]])[0]
    assert (ours.iso, theirs.iso) == ("US-MA", "GB-ENG")
    assert ours.ref != theirs.ref
    assert ours.canonical != theirs.canonical


def test_quotes_are_the_words_of_the_post() -> None:
    """Linking changes no words: the quote is what stands at the offsets."""
    text = "NSW (New South Wales) paid."
    assert [text[e.start : e.end] for e in linked(text, [["NSW", "GPE"], ["New South Wales", "GPE"]])] == [
        "NSW",
        "New South Wales",
    ]


def test_linking_needs_no_gazetteer() -> None:
    """With empty tables every name stands for itself."""
    found = Linker(Gazetteer(()), Places(())).link("Ask GDS.", marked("Ask GDS.", [["GDS", "ORG"]]))
    assert [(entity.canonical, entity.ref, entity.iso) for entity in found] == [("GDS", "gds", None)]


def test_a_doubtful_name_needs_evidence() -> None:
    """An acronym of several things is left alone when the post says nothing about either."""
    rows = tuple(
        Row(id=name, name=name, aliases=("XYZ",), doubtful=frozenset({"XYZ"}), label=Label.ORG, iso=iso)
        for name, iso in (("Xenial Yak Zone", "NZ"), ("Xylem Yield Zoo", "PE"))
    )
    link = Linker(Gazetteer(rows), Places(())).link
    text = "XYZ came."
    assert link(text, marked(text, [["XYZ", "ORG"]]))[0].canonical == "XYZ"
    assert link(text, marked(text, [["XYZ", "ORG"]]), country="PE")[0].canonical == "Xylem Yield Zoo"


def test_every_row_of_the_gazetteer_is_found_by_its_names() -> None:
    """Whatever name a row gives, its own row is among those that the name is known by."""
    names = linker().names
    missing = [(row.name, name) for row in names.rows for name in row.names if row not in names.named(name)]
    assert not missing


def test_iso_codes_of_the_gazetteer_exist() -> None:
    """Every code in the gazetteer is one of a country or subdivision in the table of places."""
    unknown = {row.iso for row in linker().names.rows if row.iso and linker().places.coded(row.iso) is None}
    assert unknown == set()


def test_places_file_is_where_its_readme_says() -> None:
    """The derived table is committed beside the script that derives it."""
    assert all((MODELS / name).is_file() for name in ("places.tsv", "derive_places.py", "README.md")), Path(MODELS)
