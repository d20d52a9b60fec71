"""What becomes of decisions when a post is edited or the extractor changes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.ledger import deciding, review_queue, undoing, viewing
from pipeline.ledger.deciding import Ruling
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.sights import critical
from pipeline.ledger.viewing import Viewer
from pipeline.records import Claim, Extraction, Kind, Post, Verdict, digest, passages_of

SENTENCE = "The harbour board will not receive US$ 25 million."


def told(ledger: Ledger, sentence: str, *, before: str = "", **more: Any) -> Claim:
    """Read a post that says *sentence* after *before*; the claim of its sum."""
    text = f"{before}{sentence}"
    post = Post(id="post", text=text, title="A post")
    quote = "US$ 25 million" if "US$ 25 million" in sentence else "US$ 25\u00a0million"
    start = text.index(quote)
    plain = " ".join(sentence.split()).casefold()
    claim = Claim(
        id=digest("post", plain, quote.replace("\u00a0", " ")),
        start=start,
        end=start + len(quote),
        quote=quote,
        sentence=sentence,
        sentence_start=len(before),
        kind=Kind.MONEY,
        value=Decimal(25_000_000),
        unit="USD",
        subject="harbour board",
    )
    claim = replace(claim, **more)
    ledger.keep_posts([post])
    found = Extraction(claims=(claim,), entities=(), passages=tuple(passages_of(text)))
    ledger.keep_extractions([(post, found)], extractor=f"test {digest(sentence, before, repr(more))}")
    review_queue.refresh(ledger)
    return claim


def decided(ledger: Ledger, claim: Claim, verdict: Verdict, **more: Any) -> None:
    """Take down one verdict of ada's."""
    with ledger.reading() as connection:
        version = viewing.version_of(claim, viewing.decisions_on(connection, claim.id))
    ruling = Ruling(claim=claim.id, version=version, verdict=verdict, **more)
    deciding.record(ledger, [ruling], act=f"act-{digest(claim.id, verdict, version)}", viewer=Viewer(name="ada"))


def status(ledger: Ledger) -> str:
    """The status of the one live claim."""
    (claim,) = ledger.claims()
    return claim.status


@pytest.fixture
def ledger(tmp_path: Path, both_databases: str) -> Any:
    """An empty ledger."""
    with Ledger(tmp_path / "ledger.db") as made:
        yield made


KEPT = {
    "edited elsewhere": ("A new first paragraph.\n\n", SENTENCE),
    "another space": ("", SENTENCE.replace("25 million", "25\u00a0million")),
    "a word that does not matter": ("", SENTENCE.replace("The harbour board", "Alas, the harbour board")),
}
STALE = {
    "the negation is gone": SENTENCE.replace("will not", "will"),
    "the modality changed": SENTENCE.replace("will not", "may not"),
    "another figure came in": SENTENCE.replace(".", ", nor 3 ships."),
}


@pytest.mark.parametrize("case", KEPT)
def test_a_decision_is_kept_where_nothing_that_matters_changed(ledger: Ledger, case: str) -> None:
    """Edits around a figure keep what was decided on it."""
    decided(ledger, told(ledger, SENTENCE), Verdict.ACCEPT)
    before, sentence = KEPT[case]
    told(ledger, sentence, before=before)
    assert status(ledger) == "accepted"


@pytest.mark.parametrize("case", STALE)
def test_a_decision_is_asked_again_where_the_sentence_says_something_else(ledger: Ledger, case: str) -> None:
    """The old answer is kept in the log and no longer counts."""
    decided(ledger, told(ledger, SENTENCE), Verdict.ACCEPT)
    claim = told(ledger, STALE[case])
    assert status(ledger) == "stale"
    decided(ledger, claim, Verdict.REJECT, reason="wrong-value")
    assert status(ledger) == "rejected"
    review_queue.refresh(ledger)
    assert status(ledger) == "rejected"


def test_a_decision_comes_back_with_the_old_words(ledger: Ledger) -> None:
    """An edit that is taken back restores what was decided before it."""
    decided(ledger, told(ledger, SENTENCE), Verdict.ACCEPT)
    told(ledger, SENTENCE, value=Decimal(26_000_000))
    assert status(ledger) == "stale"
    told(ledger, SENTENCE)
    assert status(ledger) == "accepted"


def test_an_extractor_that_learned_the_correction_keeps_it(ledger: Ledger) -> None:
    """A corrected claim stays decided when the extractor now finds just what the reviewer said."""
    claim = told(ledger, SENTENCE, unit="AUD")
    decided(ledger, claim, Verdict.CORRECT, changes={"unit": "USD"})
    told(ledger, SENTENCE, unit="USD")
    assert status(ledger) == "corrected"
    told(ledger, SENTENCE, unit="USD", subject="the mayor")
    assert status(ledger) == "stale"


def test_what_was_carried_over_is_nobodys_last_act(ledger: Ledger) -> None:
    """Undo takes back what the reviewer did, not what the ledger handed on."""
    decided(ledger, told(ledger, SENTENCE), Verdict.ACCEPT)
    told(ledger, KEPT["a word that does not matter"][1])
    with ledger.reading() as connection:
        last = undoing.undoable(connection, "ada")
    assert last is not None
    assert not last.id.startswith(deciding.CARRIED)


def test_critical_tokens() -> None:
    """Figures, scales, currencies, bounds, negations and modality, whatever the typography."""
    assert critical("It didn’t get more than €2.5bn.") == ("n't", "more than", "€", "2.5", "bn")
    assert critical("A fine day in spring.") == ()
