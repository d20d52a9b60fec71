"""What becomes of decisions when a post is edited or the extractor changes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ledgers import keep_posts
from sqlalchemy import select

from pipeline.ledger import schema
from pipeline.ledger.decisions import deciding, quotes, undoing
from pipeline.ledger.decisions.deciding import RefusedDecisionError, Ruling
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.queue import next_card
from pipeline.ledger.queue.filters import Wanted
from pipeline.ledger.queue.items import GONE, refresh_queue
from pipeline.ledger.standing import viewing
from pipeline.ledger.standing.made import decisions_on
from pipeline.ledger.standing.sights import critical
from pipeline.ledger.standing.viewing import Viewer
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
    keep_posts(ledger, [post])
    found = Extraction(claims=(claim,), entities=(), passages=tuple(passages_of(text)))
    ledger.keep_extractions([(post, found)], extractor=f"test {digest(sentence, before, repr(more))}")
    refresh_queue(ledger)
    return claim


def decided(ledger: Ledger, claim: Claim, verdict: Verdict, **more: Any) -> None:
    """Take down one verdict of ada's."""
    with ledger.reading() as connection:
        version = viewing.version_of(claim, decisions_on(connection, claim.id))
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
    refresh_queue(ledger)
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


def forgotten(ledger: Ledger, text: str, *claims: Claim) -> None:
    """Read the post as *text*, in which the extractor finds just *claims*."""
    post = Post(id="post", text=text, title="A post")
    keep_posts(ledger, [post])
    found = Extraction(claims=claims, entities=(), passages=tuple(passages_of(text)))
    ledger.keep_extractions([(post, found)], extractor=f"test {digest(text, *(claim.id for claim in claims))}")
    refresh_queue(ledger)


def queued(ledger: Ledger) -> dict[str, str]:
    """Each claim of the queue with its reason."""
    item = schema.review_items.c
    with ledger.reading() as connection:
        return {row.claim: row.why for row in connection.execute(select(item.claim, item.why))}


def test_an_accepted_claim_stays_where_its_words_stand(ledger: Ledger) -> None:
    """An extractor that does not find it any more takes nothing away, wherever in the post the sentence now stands."""
    decided(ledger, told(ledger, SENTENCE), Verdict.ACCEPT)
    for text in (SENTENCE, f"Something new.\n\n{SENTENCE}", f"New.  {SENTENCE.replace(' ', chr(10), 1)}"):
        forgotten(ledger, text)
        (claim,) = ledger.claims()
        assert claim.status == "accepted"
        assert text[claim.found.start : claim.found.end] == claim.found.quote == "US$ 25 million"


def test_an_accepted_claim_whose_words_are_gone_waits_in_the_queue(ledger: Ledger) -> None:
    """It is stale and no longer live, comes first, and counts again if its words come back."""
    claim = told(ledger, SENTENCE)
    decided(ledger, claim, Verdict.ACCEPT)
    forgotten(ledger, "The harbour board met, and it may receive less.")
    assert list(ledger.claims()) == []
    assert queued(ledger) == {claim.id: GONE}
    with ledger.reading() as connection:
        place = next_card.next_place(connection, Wanted(), Viewer(name="ada"))
    assert place is not None
    assert place.claim == claim.id
    with pytest.raises(RefusedDecisionError, match="no longer in the post"):
        decided(ledger, claim, Verdict.ACCEPT)
    told(ledger, SENTENCE)
    assert status(ledger) == "accepted"


def test_an_orphan_is_let_go_by_a_decision(ledger: Ledger) -> None:
    """Rejected as gone it leaves the queue, stays in the log, and no later reading brings it up again."""
    claim = told(ledger, SENTENCE)
    decided(ledger, claim, Verdict.CORRECT, changes={"unit": "AUD"})
    forgotten(ledger, "Nothing of it.")
    decided(ledger, claim, Verdict.REJECT, reason="gone")
    forgotten(ledger, "Nothing of it, nor of anything.")
    assert queued(ledger) == {}
    assert ledger.standings()[claim.id].status == "rejected"
    assert [d.verdict for d in ledger.decisions() if d.reviewer == "ada"] == [Verdict.CORRECT, Verdict.REJECT]


def test_a_rejected_claim_that_is_not_found_any_more_asks_nothing(ledger: Ledger) -> None:
    """The extractor has learned; the decision stays in the log."""
    decided(ledger, told(ledger, SENTENCE), Verdict.REJECT, reason="not-a-claim")
    forgotten(ledger, SENTENCE)
    assert list(ledger.claims()) == []
    assert queued(ledger) == {}


@pytest.mark.parametrize(("unit", "expected"), [("USD", "accepted"), ("AUD", "stale")])
def test_another_reading_of_the_same_words_takes_over(ledger: Ledger, unit: str, expected: str) -> None:
    """Where the extractor now marks other words, the answer goes there, and counts if all says the same."""
    old = told(ledger, SENTENCE)
    decided(ledger, old, Verdict.ACCEPT)
    new = replace(old, id="other", quote="25 million", start=old.start + 4, unit=unit)
    for _ in range(2):
        forgotten(ledger, SENTENCE, new)
        forgotten(ledger, f"{SENTENCE} More.", new)
    assert status(ledger) == expected
    assert list(queued(ledger)) == ["other"]
    decided(ledger, new, Verdict.ACCEPT)
    forgotten(ledger, SENTENCE, new)
    assert status(ledger) == "accepted"


def test_two_alike_corrections_that_were_carried_over_agree(ledger: Ledger) -> None:
    """What was handed from an old claim to a new one is no dispute where both people said the same."""
    claim = told(ledger, SENTENCE)
    for name in ("ada", "grace"):
        with ledger.reading() as connection:
            version = viewing.version_of(claim, decisions_on(connection, claim.id))
        ruling = Ruling(claim=claim.id, version=version, verdict=Verdict.CORRECT, changes={"unit": "AUD"})
        deciding.record(ledger, [ruling], act=f"act-of-{name}", viewer=Viewer(name=name))
    told(ledger, KEPT["a word that does not matter"][1])
    assert status(ledger) == "corrected"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("He said: “It’s  5 tons.” Then more.", "5"),
        ("It's 5 tons. It's 5 tons.", None),
        ("It's 6 tons.", None),
        ("First. It's\u00a05 tons.", "5"),
    ],
)
def test_words_stand_where_typography_alone_differs(text: str, place: str | None) -> None:
    """Spaces and quotation marks do not hide a sentence; two of it, or another figure, are not it."""
    claim = Claim(
        id="c", start=12, end=13, quote="5", sentence="It's 5 tons.", sentence_start=7, kind=Kind.MEASURE,
        value=Decimal(5), unit="ton",
    )  # fmt: skip
    found = quotes.stands(text, claim)
    assert (found and found.quote) == place
    if found:
        assert text[found.start : found.start + len(found.quote)] == "5"


def test_the_nearest_sentence_is_a_hint_only() -> None:
    """The most alike sentence is named, and nothing where all is different."""
    text = "The board met.\nThe harbour board will now receive US$ 20 million. It rained."
    assert quotes.nearest(text, SENTENCE) == (15, "The harbour board will now receive US$ 20 million.")
    assert quotes.nearest("Something else altogether.", SENTENCE) is None


def test_critical_tokens() -> None:
    """Figures, scales, currencies, bounds, negations and modality, whatever the typography."""
    assert critical("It didn’t get more than €2.5bn.") == ("n't", "more than", "€", "2.5", "bn")
    assert critical("A fine day in spring.") == ()
