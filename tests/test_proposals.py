"""Proposals: what people keep correcting in the same way is offered for the open claims that look alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ledgers import Written, keep_posts, said

from pipeline.ledger.decisions import deciding, undoing
from pipeline.ledger.decisions.deciding import Ruling
from pipeline.ledger.decisions.proposals import Proposal, proposals
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.viewing import Viewer, version_of
from pipeline.records import Claim, Decision, Extraction, Verdict, digest, passages_of

SIR = Viewer(name="ada")


def harbour(number: int, unit: str = "USD", publisher: str = "Harbour Times") -> Written:
    """A post in which a sum stands in the wrong currency."""
    return Written(
        slug=f"sum-{publisher}-{number}".replace(" ", "-"),
        title="A sum",
        when="2022-01-01",
        publisher=publisher,
        country="AU",
        paragraphs=((f"The quay cost ${number} million in all.", (said(f"${number} million", "money", f"{number}000000",
                     unit, subject="quay", measure="cost"),), ()),),
    )  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Ten sums of one publisher, three of another."""
    with Ledger(tmp_path / "ledger.db") as made:
        written = [harbour(n) for n in range(10, 20)] + [harbour(n, publisher="Far Post") for n in (5, 6, 7)]
        keep_posts(made, (w.post for w in written), at=datetime(2024, 1, 1, tzinfo=UTC))
        made.keep_extractions(
            (
                (w.post, Extraction(claims=tuple(w.claims()), entities=(), passages=tuple(passages_of(w.text))))
                for w in written
            ),
            extractor="invented 1",
        )
        yield made


def claims_of(ledger: Ledger, publisher: str) -> list[tuple[str, Claim]]:
    """The claims of one publisher, smallest sum first."""
    found = [(one.post, one.found) for one in ledger.claims() if one.publisher == publisher]
    return sorted(found, key=lambda pair: pair[1].value)


def decide(ledger: Ledger, pairs: list[tuple[str, Claim]], verdict: Verdict, **more: object) -> None:
    """Take down one verdict on each of *pairs*."""
    begin = datetime(2024, 2, 1, tzinfo=UTC)
    ledger.record(
        Decision(
            id=digest("d", claim.id, str(verdict)),
            target=claim.id,
            post=post,
            revision="r",
            seen="s",
            verdict=verdict,
            reviewer="ada",
            at=begin + timedelta(minutes=n),
            **more,  # type: ignore[arg-type]
        )
        for n, (post, claim) in enumerate(pairs)
    )


def test_three_corrections_alike_are_proposed_for_the_rest(ledger: Ledger) -> None:
    """Three dollars made Australian: the seven open ones of the same publisher are proposed, no other's."""
    mine = claims_of(ledger, "Harbour Times")
    decide(ledger, mine[:3], Verdict.CORRECT, changes={"unit": "AUD"})
    (one,) = proposals(ledger)
    assert (one.field, one.before, one.after) == ("unit", "USD", "AUD")
    assert set(one.claims) == {claim.id for _, claim in mine[3:]}
    assert set(one.learnt_from) == {claim.id for _, claim in mine[:3]}
    assert one.where["publisher"] == "Harbour Times"
    assert "7 like this" in one.title
    assert one.title.startswith("Unit “AUD” instead of “USD”")


def test_two_corrections_are_too_few(ledger: Ledger) -> None:
    """Twice is chance."""
    decide(ledger, claims_of(ledger, "Harbour Times")[:2], Verdict.CORRECT, changes={"unit": "AUD"})
    assert proposals(ledger) == []


def test_one_that_was_left_as_it_is_speaks_against(ledger: Ledger) -> None:
    """Where a claim that fits was accepted as it stood, nothing is proposed."""
    mine = claims_of(ledger, "Harbour Times")
    decide(ledger, mine[:3], Verdict.CORRECT, changes={"unit": "AUD"})
    decide(ledger, mine[3:4], Verdict.ACCEPT)
    assert proposals(ledger) == []


def test_a_correction_of_the_value_says_nothing_of_others(ledger: Ledger) -> None:
    """A misread figure is that figure's own affair."""
    decide(ledger, claims_of(ledger, "Harbour Times")[:4], Verdict.CORRECT, changes={"value": "1", "unit": "AUD"})
    assert proposals(ledger) == []


def test_rejections_alike_are_proposed_as_rejections(ledger: Ledger) -> None:
    """What is no claim three times over is probably none the next time."""
    mine = claims_of(ledger, "Harbour Times")
    decide(ledger, mine[:3], Verdict.REJECT, reason="not-a-claim")
    (one,) = proposals(ledger)
    assert (one.field, one.after, len(one.claims)) == ("verdict", "not-a-claim", 7)
    assert one.ruling("c", "v").verdict is Verdict.REJECT
    assert one.title.startswith("Not a claim: 7 like this")


def test_others_decisions_are_left_out_for_one_reviewer(ledger: Ledger) -> None:
    """Nobody learns through a proposal what others decided."""
    decide(ledger, claims_of(ledger, "Harbour Times")[:3], Verdict.CORRECT, changes={"unit": "AUD"})
    assert proposals(ledger, by="grace") == []
    assert len(proposals(ledger, by="ada")) == 1


def test_agreeing_is_one_act_that_can_be_undone(ledger: Ledger) -> None:
    """The bulk that keeps decisions takes a proposal's rulings; afterwards nothing is left to propose."""
    decide(ledger, claims_of(ledger, "Harbour Times")[:3], Verdict.CORRECT, changes={"unit": "AUD"})
    (one,) = proposals(ledger)
    act = deciding.record(ledger, rulings(ledger, one), act="bulk-0001", viewer=SIR)
    assert len(act.decisions) == 7
    assert proposals(ledger) == []
    assert {c.claim.unit for c in ledger.claims() if c.publisher == "Harbour Times"} == {"AUD"}
    undoing.undo(ledger, act="undo-0001", reviewer="ada")
    assert len(proposals(ledger)[0].claims) == 7


def rulings(ledger: Ledger, one: Proposal) -> list[Ruling]:
    """A ruling on each claim of *one*, as after a preview."""
    found = {c.found.id: c.found for c in ledger.claims()}
    return [one.ruling(name, version_of(found[name], [])) for name in one.claims]


def test_an_empty_ledger_proposes_nothing(tmp_path: Path) -> None:
    """No decisions, no proposals."""
    with Ledger(tmp_path / "empty.db") as empty:
        assert proposals(empty) == []
