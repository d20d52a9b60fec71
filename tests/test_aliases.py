"""The names by which a thing may be asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import ROOT
from typer.testing import CliRunner

from pipeline import steps
from pipeline.cli import app
from pipeline.extract.aliases import names_of
from pipeline.settings import Settings

MODELS = ROOT / "models"


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("NSW", "New South Wales"),
        ("new south wales", "NSW"),
        ("USDS", "United States Digital Service"),
        ("US Digital Service", "USDS"),
        ("Notify", "GOV.UK Notify"),
        ("UK", "United Kingdom"),
        ("Lagos State", "Lagos"),
    ],
)
def test_every_name_leads_to_the_others(name: str, other: str) -> None:
    """Acronyms, spellings and doubtful names give the other names of the thing."""
    assert other in names_of(name, MODELS)


def test_what_nobody_knows_has_no_other_name(tmp_path: Path) -> None:
    """An unknown name, and a folder without tables, give nothing."""
    assert names_of("Lakeside Permit Office", MODELS) == ()
    assert names_of("NSW", tmp_path) == ()


def test_claims_are_asked_for_by_a_name_that_no_post_uses(tmp_path: Path) -> None:
    """The command finds the claims of a body by an acronym that stands in the gazetteer alone."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "one.md").write_text("The US Digital Service hired 43 designers in May.\n", "utf-8")
    (corpus / "two.md").write_text("New South Wales opened 12 offices in May.\n", "utf-8")
    settings = Settings.load(corpus=corpus, outputs=tmp_path / "outputs")
    steps.read_posts(settings)
    steps.extract_claims(settings)
    for name, quote in (("USDS", "43"), ("NSW", "12")):
        done = CliRunner().invoke(app, ["claims", "--corpus", str(corpus), "--subject", name, "--json"])
        assert [row["quote"] for row in json.loads(done.stdout)] == [quote], name
