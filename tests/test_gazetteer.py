"""Rows of named things and the table of places: reading them, finding them, and what is wrong with a row."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract import gazetteer, places
from pipeline.extract.gazetteer import BrokenGazetteerError, Gazetteer, Row, key_of
from pipeline.records import Label

FOLDER = ROOT / "models" / "gazetteer"
HEAD = "name\taliases\tlabel\tiso\tkind\n"


def table(folder: Path, *rows: str, name: str = "bodies.tsv") -> Path:
    """A table of *rows* in *folder*."""
    path = folder / name
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), "utf-8")
    return path


def test_the_committed_gazetteer_can_be_read() -> None:
    """All tables read, with three hundred rows or more of each sort of thing together and no name empty."""
    rows = gazetteer.load(FOLDER).rows
    assert len(rows) >= 900
    assert {row.label for row in rows} >= {Label.ORG, Label.PROGRAM, Label.PRODUCT, Label.EVENT, Label.WORK, Label.GPE}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("GDS\t\tORG\tGB", "4 cells instead of 5"),
        ("GDS\t\tBODY\tGB\tunit", "label 'BODY'"),
        ("GDS\t\tORG\tBritain\tunit", "'Britain' is no ISO 3166 code"),
        ("GDS\tGDS\tORG\tGB\tunit", "'GDS' stands twice"),
        ("GDS\tX||Y\tORG\tGB\tunit", "a name is empty"),
        ("\t\tORG\tGB\tunit", "a name is empty"),
    ],
)
def test_a_broken_row_names_file_and_line(tmp_path: Path, row: str, reason: str) -> None:
    """The message tells where the row is and what is wrong with it."""
    path = table(tmp_path, "18F\t\tORG\tUS\tunit", "# a comment", row)
    with pytest.raises(BrokenGazetteerError) as caught:
        gazetteer.load(tmp_path)
    assert f"{path}, line 4" in str(caught.value)
    assert reason in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).line == 4


def test_a_row_that_stands_twice_names_the_second(tmp_path: Path) -> None:
    """Two tables may not hold one name, or ids would be shared."""
    table(tmp_path, "18F\t\tORG\tUS\tunit")
    second = table(tmp_path, "Other\t\tORG\tUS\tunit", "18F\t\tPRODUCT\tUS\tunit", name="products.tsv")
    with pytest.raises(BrokenGazetteerError, match=r"stands in bodies\.tsv too") as caught:
        gazetteer.load(tmp_path)
    assert (caught.value.path, caught.value.line) == (second, 3)


def test_bytes_that_are_no_text_name_their_line(tmp_path: Path) -> None:
    """A file in another encoding stops with the line of the first wrong byte."""
    (tmp_path / "bodies.tsv").write_bytes(HEAD.encode() + b"Caf\xe9\t\tORG\tFR\tunit\n")
    with pytest.raises(BrokenGazetteerError, match=r"line 2.*not UTF-8"):
        gazetteer.load(tmp_path)


def test_names_met_in_a_split_can_be_left_out(tmp_path: Path) -> None:
    """A measure on a split does not see the rows that the split gave."""
    table(tmp_path, "18F\t\tORG\tUS\tunit")
    table(tmp_path, "Skype\t\tPRODUCT\t\tservice", name="split-dev.tsv")
    assert len(gazetteer.load(tmp_path).rows) == 2
    assert [row.name for row in gazetteer.load(tmp_path, without=("dev",)).rows] == ["18F"]


def found(text: str, *rows: Row) -> list[str]:
    """The words of *text* that *rows* are found in."""
    return [text[match.start : match.end] for match in Gazetteer(rows).find(text)]


GDS = Row(id="gds", name="Government Digital Service", aliases=("GDS",), label=Label.ORG)
NOTIFY = Row(id="n", name="GOV.UK Notify", aliases=("Notify",), doubtful=frozenset({"Notify"}), label=Label.PRODUCT)
GOV = Row(id="g", name="GOV.UK", label=Label.PRODUCT)


def test_the_longest_name_wins() -> None:
    """A name inside a longer one is not found as well."""
    assert found("GOV.UK Notify is part of GOV.UK.", GOV, NOTIFY) == ["GOV.UK Notify", "GOV.UK"]


def test_doubtful_names_are_known_but_never_found() -> None:
    """An ordinary word is no name until something else says so."""
    assert found("Notify us about GDS.", NOTIFY, GDS) == ["GDS"]
    assert Gazetteer((NOTIFY,)).named("notify") == (NOTIFY,)


@pytest.mark.parametrize(
    "text", ["mail team@GDS.example", "see https://example.org/GDS/page", "@GDS", "#GDS", "GDS.example.org", "file_GDS"]
)
def test_parts_of_addresses_and_handles_are_no_names(text: str) -> None:
    """A name inside an address, a handle or a file's name is left alone."""
    assert found(text, GDS) == []


@pytest.mark.parametrize("text", ["GDS's work", "(GDS)", "GDS-led", "“GDS”", "GDS, 18F", "by GDS."])
def test_punctuation_around_a_name_does_not_matter(text: str) -> None:
    """A possessive, brackets, hyphens and quotation marks end a name."""
    assert found(text, GDS) == ["GDS"]


def test_a_name_may_break_across_lines() -> None:
    """White space between the words of a name is any white space."""
    assert found("the Government\nDigital  Service", GDS) == ["Government\nDigital  Service"]


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    """No text makes it crash, and what is found is a name as written, white space apart."""
    for match in Gazetteer((GDS, NOTIFY, GOV)).find(text):
        assert " ".join(text[match.start : match.end].split()) in match.rows[0].names or match.rows[0] is GOV


@given(st.text())
def test_keys_are_stable(name: str) -> None:
    """Taking the key of a key changes nothing that a comparison would notice twice."""
    assert key_of(name) == key_of(f"  {name} ")


def test_spellings_share_a_key() -> None:
    """Case, dots, hyphens, quotation marks and an article do not make another name."""
    assert key_of("The U.S. Digital-Service") == key_of("US digital service")
    assert key_of("GOV.UK") != key_of("GOVUK")


def test_a_broken_place_names_file_and_line(tmp_path: Path) -> None:
    """The derived table is checked as well."""
    path = tmp_path / "places.tsv"
    path.write_text("kind\tiso\tname\taliases\tpopulation\ncountry\tPE\tPeru\t\t\nvillage\tPE\tX\t\t12\n", "utf-8")
    with pytest.raises(BrokenGazetteerError, match="line 3"):
        places.read(path)
    path.write_text("country\tPE\tPeru\n", "utf-8")
    with pytest.raises(BrokenGazetteerError, match="3 cells instead of 5"):
        places.read(path)


def test_every_country_of_iso_3166_is_there() -> None:
    """The table holds the 249 countries and territories, each once, and the states that posts speak of."""
    table = places.read(FOLDER / "places.tsv")
    codes = [place.iso for place in table.countries()]
    assert len(codes) == len(set(codes)) >= 249
    for iso, name in {
        "AU-NSW": "New South Wales",
        "ID-JB": "West Java",
        "US-AK": "Alaska",
        "GB-SCT": "Scotland",
    }.items():
        assert table.named(name)[0].iso == iso
