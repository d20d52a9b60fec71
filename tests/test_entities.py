"""Named entities of posts: boundaries and labels by the guidelines, whatever the model says, and what may go wrong."""

from __future__ import annotations

import json
import shutil
import warnings
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from pipeline.extract import gazetteer, places
from pipeline.extract.entities import EntityFinder, UnfitModelError, stock_pipeline
from pipeline.extract.mentions import Mention
from pipeline.extract.name_bounds import trimmed
from pipeline.extract.resolving import resolved
from pipeline.learn.floors import read_floors
from pipeline.records import Label

MODELS = ROOT / "models"


@cache
def base() -> Language:
    """The stock pipeline, loaded once."""
    return stock_pipeline()


@cache
def finder() -> EntityFinder:
    """The finder of this checkout."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return EntityFinder.load(MODELS, vocab=base().vocab)


def names(text: str, **context: str | None) -> list[tuple[str, str]]:
    """The quotes and labels that are found in *text*."""
    return [(e.quote, e.label.value) for e in finder().find(base().make_doc(text), **context)]


@cache
def known() -> tuple[gazetteer.Gazetteer, places.Places]:
    """The gazetteer and the places of this checkout."""
    folder = MODELS / "gazetteer"
    return gazetteer.load(folder), places.read(folder / "places.tsv")


def kept(text: str, *model: tuple[str, str]) -> list[tuple[str, str]]:
    """What remains of the names that a model says stand in *text*, with what is added to them."""
    found, at = [], 0
    for quote, label in model:
        start = text.index(quote, at)
        at = start + len(quote)
        found.append(Mention(start, at, Label(label), "model"))
    return [(text[m.start : m.end], m.label.value) for m in resolved(text, found, *known())]


@pytest.mark.parametrize(
    ("text", "model", "wanted"),
    [
        ("the Acme Agency's plan", [("the Acme Agency's", "ORG")], [("Acme Agency", "ORG")]),
        ("met Dr. Ana Sá today", [("Dr. Ana Sá", "PERSON")], [("Ana Sá", "PERSON")]),
        ("says CTO Ana Sá today", [("CTO Ana Sá", "PERSON")], [("Ana Sá", "PERSON")]),
        ("with Minister Ana Sá.", [("Minister Ana Sá", "PERSON")], [("Ana Sá", "PERSON")]),
        ("Queen Beatrix came", [("Queen Beatrix", "PERSON")], [("Queen Beatrix", "PERSON")]),
        ("the “Acme Portal” is", [("“Acme Portal”", "PRODUCT")], [("Acme Portal", "PRODUCT")]),
        ("Acme Board (AB) met", [("Acme Board (AB)", "ORG")], [("Acme Board", "ORG"), ("AB", "ORG")]),
        ("Acme Forum (AF) Summit in", [("Acme Forum", "ORG")], [("Acme Forum (AF) Summit", "EVENT")]),
        ("the Rural Roads Program", [("Rural Roads Program", "ORG")], [("Rural Roads Program", "PROGRAM")]),
        ("a Product Owner wrote", [("Product Owner", "ORG")], []),
        ("our MVP passed CI", [("MVP", "PROGRAM"), ("CI", "ORG")], []),
        ("at 12 King William Street today", [("King William Street", "PERSON")], []),
        ("the Danish government paid", [("Danish government", "ORG")], []),
        ("write to bids@acme.example", [("bids@acme.example", "PRODUCT")], []),
        ("see https://acme.example/x", [("https://acme.example/x", "PRODUCT")], []),
        ("ask @acmegov about it", [("@acmegov", "ORG")], []),
        ("Acme Systems and GDS met", [("Acme Systems and GDS", "ORG")], [("Acme Systems", "ORG"), ("GDS", "ORG")]),
        ("Tara Lodge Ltd won", [("Tara", "PERSON"), ("Lodge Ltd", "ORG")], [("Tara Lodge Ltd", "ORG")]),
        ("Drilling is hard.", [("Drilling", "PRODUCT")], []),
        ("the Minister of Lakes met us", [("Minister of Lakes", "ORG")], []),
        ("it uses After.js now", [("After.js", "PERSON")], [("After.js", "PRODUCT")]),
        ("Acme here, Acme there", [("Acme", "ORG"), ("Acme", "ORG")], [("Acme", "ORG"), ("Acme", "ORG")]),
        ("Ship it in Phase 2 or never", [("Phase 2", "PROGRAM")], []),
        ("a blanket purchase offer (BPO) and one more BPO", [("BPO", "PROGRAM"), ("BPO", "PROGRAM")], []),
        (
            "the Blanket Purchase Office (BPO)",
            [("Blanket Purchase Office", "ORG"), ("BPO", "ORG")],
            [("Blanket Purchase Office", "ORG"), ("BPO", "ORG")],
        ),
        ("said the Harbour Office CIO last", [("Harbour Office CIO", "ORG")], [("Harbour Office", "ORG")]),
        ("our podcast Plain Sums is out", [("Plain Sums", "PROGRAM")], [("Plain Sums", "WORK")]),
        ("the Night Bus app is out", [("Night Bus", "PROGRAM")], [("Night Bus", "PRODUCT")]),
        ("the Harbour Office app is out", [("Harbour Office", "ORG")], [("Harbour Office", "ORG")]),
        ("the Town Data Standard is out", [("Town Data Standard", "PROGRAM")], [("Town Data Standard", "WORK")]),
        ("My name is Ana and I am here", [("Ana", "PRODUCT")], [("Ana", "PERSON")]),
        (
            "by the Department of Agriculture and Water Resources",
            [("Department of Agriculture and Water Resources", "ORG")],
            [("Department of Agriculture and Water Resources", "ORG")],
        ),
        ("the Lake Data Summit 2022 began", [("Lake Data Summit 2022", "WORK")], [("Lake Data Summit 2022", "EVENT")]),
        ("\n12:30 Lunch at noon", [("12:30 Lunch", "PRODUCT")], []),
        ("open from 9 to 11:00 a.m. daily", [("to 11:00 a.m.", "PROGRAM")], []),
        (
            "as Acme Board Administrator Ana Sá Reis said",
            [("Acme Board Administrator Ana Sá Reis", "PROGRAM")],
            [("Acme Board", "ORG"), ("Ana Sá Reis", "PERSON")],
        ),
        ("Peru's Data Agency closed", [("Peru's Data Agency", "ORG")], [("Peru's Data Agency", "ORG")]),
        (
            "Japan's Digital Agency opened",
            [("Japan's Digital Agency", "ORG")],
            [("Japan", "GPE"), ("Digital Agency", "ORG")],
        ),
        (
            "tools such as Plume and Inkwell",
            [("Plume", "ORG"), ("Inkwell", "ORG")],
            [("Plume", "PRODUCT"), ("Inkwell", "PRODUCT")],
        ),
        (
            "the cities of Ghent and Turin",
            [("Ghent", "PRODUCT"), ("Turin", "PERSON")],
            [("Ghent", "GPE"), ("Turin", "GPE")],
        ),
        ("we met in Cusco and left", [("Cusco", "PERSON")], [("Cusco", "GPE")]),
        ("a startup called Brim won", [("Brim", "PRODUCT")], [("Brim", "ORG")]),
        ("Small Sums, a paper on tax, sold", [("Small Sums", "PRODUCT")], [("Small Sums", "WORK")]),
        ("the Night Bus programme ended", [("Night Bus", "EVENT")], [("Night Bus", "PROGRAM")]),
        ("she spoke at Plumeria in May", [("Plumeria", "ORG")], [("Plumeria", "EVENT")]),
        ("you pay with QuickFee here", [("QuickFee", "ORG")], [("QuickFee", "PRODUCT")]),
        (
            "Acme Ltd\n\nBrim Inc\n\nCoilWorks\n\nDell Ltd",
            [("Acme Ltd", "ORG"), ("Brim Inc", "ORG"), ("CoilWorks", "PRODUCT"), ("Dell Ltd", "ORG")],
            [("Acme Ltd", "ORG"), ("Brim Inc", "ORG"), ("CoilWorks", "ORG"), ("Dell Ltd", "ORG")],
        ),
        (
            "the fellows Leon, Raluca and Dan",
            [("Leon", "PERSON"), ("Raluca", "PRODUCT"), ("Dan", "PERSON")],
            [("Leon", "PERSON"), ("Raluca", "PERSON"), ("Dan", "PERSON")],
        ),
        (
            "the Harbour Regulator and Austrade met",
            [("Harbour Regulator and Austrade", "PROGRAM")],
            [("Harbour Regulator", "ORG"), ("Austrade", "ORG")],
        ),
        (
            "the Office of Rural Water Policy met",
            [("Office of Rural Water Policy", "PROGRAM")],
            [("Office of Rural Water Policy", "ORG")],
        ),
        ("it works in Welsh first", [("Welsh", "GPE")], []),
        ("Code is Python and Java. It runs.", [("Code is Python and Java", "WORK")], []),
        ("we read Plain Sums. It is a report on tax", [("Plain Sums", "WORK")], [("Plain Sums", "WORK")]),
        ("Ghana Card holders pay", [("Ghana", "GPE")], [("Ghana Card", "PRODUCT")]),
        ("x\n\nEngaged Citizens\n\nEvery engaged group of citizens", [("Engaged Citizens", "PRODUCT")], []),
        ("x\n\nWhy Brimstone\n\nWe chose it", [("Why Brimstone", "PRODUCT")], [("Brimstone", "PRODUCT")]),
        ("the Acme micro-purchase team", [("Acme micro", "ORG")], [("Acme", "ORG")]),
        ("bids close at 12 EST today", [("EST", "GPE")], []),
        (
            "met Ana Sá, Bo Li Wu, Cy Orr and Di Po",
            [("Ana Sá", "PERSON"), ("Bo Li Wu", "GPE"), ("Cy Orr", "PERSON"), ("Di Po", "PERSON")],
            [("Ana Sá", "PERSON"), ("Bo Li Wu", "PERSON"), ("Cy Orr", "PERSON"), ("Di Po", "PERSON")],
        ),
        (
            "the Tide Alarm Fund (TAF) grew. Then TAF shrank",
            [("Tide Alarm Fund", "PROGRAM"), ("TAF", "ORG"), ("TAF", "ORG")],
            [("Tide Alarm Fund", "PROGRAM"), ("TAF", "PROGRAM"), ("TAF", "PROGRAM")],
        ),
        ("with Precious Moyo of Acme", [("Moyo", "PERSON")], [("Precious Moyo", "PERSON")]),
        ("says Ana Sá Small. Then", [("Ana Sá", "PERSON")], [("Ana Sá Small", "PERSON")]),
        (
            "the Minister of Farms, Roads and Media in Peru",
            [("Roads", "ORG"), ("Media", "ORG"), ("Peru", "GPE")],
            [("Peru", "GPE")],
        ),
        ("The Government of Yukon signed", [("Government of Yukon", "GPE")], [("Government of Yukon", "ORG")]),
        ("after the Grey Tower fire we met", [("Grey Tower", "ORG")], [("Grey Tower fire", "EVENT")]),
        ("Apply by the end of May. Then wait", [("Apply by the end of May", "PRODUCT")], []),
        ("the Help to Grow\n\nNext", [("Help to Grow\n\nNext", "PROGRAM")], [("Help to Grow", "PROGRAM")]),
    ],
)
def test_names_are_cut_as_the_guidelines_say(
    text: str, model: list[tuple[str, str]], wanted: list[tuple[str, str]]
) -> None:
    """Articles, titles, quotation marks and possessives stay outside; what names nothing goes."""
    assert kept(text, *model) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Register at permits.gov today", [("permits.gov", "PRODUCT")]),
        ("The Clean Harbour Act passed", [("Clean Harbour Act", "PROGRAM")]),
        ("a letter of the Ministry of Lakes and Rivers", [("Ministry of Lakes and Rivers", "ORG")]),
        ('her book "Plain Words at Work" sold', [("Plain Words at Work", "WORK")]),
        ("in a post, “How we count our own boats”, she", [("How we count our own boats", "WORK")]),
        ("see the report *Counting What Counts* by us", [("Counting What Counts", "WORK")]),
        ("we do *Not Like This* at all", []),
        ("see www.permits.gov/start or permits.gov/start", []),
        (
            "under Section 508 and Executive Order 14058",
            [("Section 508", "PROGRAM"), ("Executive Order 14058", "PROGRAM")],
        ),
        ("USDS and the U.S. Digital Service", [("USDS", "ORG"), ("U.S. Digital Service", "ORG")]),
        ("notify us when you pay", []),
        ("They took up GOV.UK’s Notify service", [("GOV.UK", "PRODUCT"), ("Notify", "PRODUCT")]),
        ("Read more:\n\n2018 - How teams at GDS learn\n\nThe end", [("How teams at GDS learn", "WORK")]),
        ("[Report] Counting What Counts\n\nIt is here", [("Counting What Counts", "WORK")]),
        ("the winner was Parkday, an app from here", [("Parkday", "PRODUCT")]),
        ("NAIROBI, 14 March. It rained.", [("NAIROBI", "GPE")]),
        ("they came from Lima by bus", [("Lima", "GPE")]),
        ("In the report Waiting Rooms of the City from GDS", [("Waiting Rooms of the City", "WORK"), ("GDS", "ORG")]),
        (
            "Read more from us: “What we lost”, “A cold start” and “Ten bids”.",
            [("What we lost", "WORK"), ("A cold start", "WORK"), ("Ten bids", "WORK")],
        ),
        (
            "the Lord Mayor's Office and the Ministry of Roads, Rail and the Sea",
            [("Lord Mayor's Office", "ORG"), ("Ministry of Roads, Rail and the Sea", "ORG")],
        ),
        (
            "the Freedom of Information Act 2000 and the Boats Act of 1999",
            [("Freedom of Information Act 2000", "PROGRAM"), ("Boats Act of 1999", "PROGRAM")],
        ),
        ("write to ana [at] harbour.gov today", []),
        ("the course Writing Sums 101 is full", [("Writing Sums 101", "PROGRAM")]),
        ("Immigration, Refugees, and Citizenship Canada", [("Immigration, Refugees, and Citizenship Canada", "ORG")]),
    ],
)
def test_shapes_and_rows_are_found_without_a_model(text: str, wanted: list[tuple[str, str]]) -> None:
    """Laws, ministries, sites and rows of the gazetteer need no model."""
    assert kept(text) == wanted


def test_an_acronym_in_brackets_takes_the_label_of_its_long_form() -> None:
    """A name that the model sees once, with its acronym, is found wherever either stands."""
    text = "The Lakeside Permit Office (LPO) moved. We asked LPO why. Lakeside Permit Office staff know."
    found = kept(text, ("Lakeside Permit Office", "ORG"))
    assert found == [(name, "ORG") for name in ("Lakeside Permit Office", "LPO", "LPO", "Lakeside Permit Office")]


def test_a_doc_stays_as_it_was() -> None:
    """Finding names leaves no trace in the Doc."""
    doc = base().make_doc("GDS built GOV.UK Notify.")
    doc.set_ents([doc.char_span(0, 3, label="X")])
    finder().find(doc)
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("GDS", "X")]


def test_the_same_text_gives_the_same_names() -> None:
    """Neither order nor batch changes what is found."""
    texts = ["USDS and 18F met in Denver.", "", "Ana Sá of GDS spoke.", " \n\n "]
    docs = [base().make_doc(text) for text in texts]
    alone = [finder().find(base().make_doc(text)) for text in texts]
    assert list(finder().pipe(docs)) == alone
    assert list(finder().pipe(docs, batch_size=1)) == alone


@settings(max_examples=40, deadline=None)
@given(st.text(st.sampled_from("AaGDS .'’“”()[]@/:&,-–\n\u00a0é0é"), max_size=60))
def test_offsets_give_back_the_words(text: str) -> None:
    """No text makes it crash; quotes are what stands at the offsets, in order and apart."""
    found = finder().find(base().make_doc(text))
    assert all(text[e.start : e.end] == e.quote and e.quote.strip() == e.quote for e in found)
    assert all(left.end <= right.start for left, right in pairwise(found))


@given(st.text(), st.integers(0, 50), st.integers(0, 50))
def test_any_span_can_be_trimmed(text: str, start: int, end: int) -> None:
    """Whatever a model marks, what remains lies inside it, one bracket aside."""
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    cut = trimmed(text, Mention(start, end, Label.ORG, "model"))
    assert cut is None or start <= cut.start < cut.end <= end + 1


@pytest.mark.parametrize(
    "words", ["Aa ", "in Paris ", "Mayor's ", "ABCD ", "Ministry of A, ", 'Read on: "Aa b", ', "Aa Bb\n\n"]
)
def test_long_runs_of_capitals_are_read(words: str) -> None:
    """Runs of thousands of like words, as in a table that was flattened, end and leave spans apart."""
    found = resolved(words * 3000, [], *known())
    assert all(left.end <= right.start for left, right in pairwise(found))


def styles(name: str) -> tuple[int, int, int]:
    """Right, given and wanted mentions over the paragraphs of ``cases/<name>.jsonl``."""
    right = given_ = wanted = 0
    for line in (ROOT / "tests" / "cases" / f"{name}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        ours, theirs = Counter(names(row["text"])), Counter(map(tuple, row["mentions"]))
        right, given_, wanted = right + (ours & theirs).total(), given_ + ours.total(), wanted + theirs.total()
    return right, given_, wanted


@pytest.mark.parametrize(
    ("name", "floor"), [("entities_styles", 0.93), ("entities_styles_later", 0.85), ("entities_styles_last", 0.78)]
)
def test_names_are_found_in_posts_of_many_styles(name: str, floor: float) -> None:
    """Press releases, agendas, lists of people and blogs from all parts of the world: F1 stays above its floor."""
    right, given_, wanted = styles(name)
    assert 2 * right / (given_ + wanted) >= floor


def empty_models(folder: Path) -> Path:
    """A models folder without a trained pipeline."""
    shutil.copytree(MODELS / "gazetteer", folder / "gazetteer")
    return folder


def test_without_a_trained_pipeline_the_stock_one_helps_out(tmp_path: Path) -> None:
    """A warning tells how to make it, and names are found all the same."""
    with pytest.warns(UserWarning, match="convening train entities"):
        stock = EntityFinder.load(empty_models(tmp_path), vocab=base().vocab)
    found = stock.find(base().make_doc("Angela Merkel visited 18F in Berlin."))
    assert [(e.quote, e.label.value) for e in found] == [("Angela Merkel", "PERSON"), ("18F", "ORG"), ("Berlin", "GPE")]


@pytest.mark.parametrize(
    ("meta", "message"),
    [
        ({"spacy_version": ">=2.3,<2.4", "lang": "en", "name": "x", "version": "1"}, "made for spaCy >=2.3,<2.4"),
        ({"lang": "en"}, "unreadable"),
    ],
)
def test_a_pipeline_for_another_spacy_says_so(tmp_path: Path, meta: dict[str, str], message: str) -> None:
    """The message tells which spaCy it was made for and what to do."""
    folder = empty_models(tmp_path) / "entities"
    folder.mkdir()
    (folder / "config.cfg").write_text("[nlp]\n", "utf-8")
    (folder / "meta.json").write_text(json.dumps(meta), "utf-8")
    with pytest.raises(UnfitModelError, match=message) as caught:
        EntityFinder.load(tmp_path, vocab=base().vocab)
    assert "convening train entities" in str(caught.value)


def test_weights_that_do_not_fit_say_so(tmp_path: Path) -> None:
    """A truncated model is an error with the folder's name, not a crash in a library."""
    folder = empty_models(tmp_path) / "entities"
    shutil.copytree(MODELS / "entities", folder)
    (folder / "ner" / "model").write_bytes(b"\x80")
    with pytest.raises(UnfitModelError, match="does not load"):
        EntityFinder.load(tmp_path, vocab=base().vocab)


def test_entities_carry_name_id_and_place() -> None:
    """What is found is linked: canonical name, id, ISO code, and what found it."""
    entity = finder().find(base().make_doc("We met USDS."))[0]
    assert (entity.canonical, entity.ref, entity.iso) == (
        "United States Digital Service",
        "united-states-digital-service",
        "US",
    )
    assert entity.model == "gazetteer"


def test_the_component_marks_a_doc_of_any_pipeline() -> None:
    """A blank pipeline without vectors can use it as well; ids and codes stand on the spans."""
    import spacy

    import pipeline.extract.entity_component  # noqa: F401

    nlp = spacy.blank("en")
    nlp.add_pipe("convening_entities", config={"models": str(MODELS)})
    doc = nlp("18F met the Harvard Kennedy School.")
    assert [(ent.text, ent.label_, ent.id_, ent.kb_id_) for ent in doc.ents] == [
        ("18F", "ORG", "18f", "US"),
        ("Harvard Kennedy School", "ORG", "harvard-kennedy-school", "US-MA"),
    ]
    doc.to_bytes()


def test_measured_figures_hold_their_floors() -> None:
    """The committed figures are those of a pipeline that had not seen the posts; lowering a floor shows here."""
    rows: list[dict[str, Any]] = json.loads((MODELS / "entities" / "figures.json").read_text("utf-8"))
    figures = {row["measure"]: row["f1"] for row in rows}
    floors = read_floors(MODELS / "floors.toml")
    asked = {name.strip(): floor for name, floor in floors.items() if name.strip() in figures}
    assert set(asked) == {"entities", *(label.value for label in Label)}
    assert {name: figures[name] for name, floor in asked.items() if figures[name] < floor} == {}
