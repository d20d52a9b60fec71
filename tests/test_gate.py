"""The gate: a version that is worse, breaks a correction, or learnt from wrong decisions does not go live."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import GOLD, needs_gold
from ledgers import Written, keep_posts, said

from pipeline.learn.corrections import corrections
from pipeline.learn.gate import Judgement, judge
from pipeline.learn.gold import GoldPost, Row, read_gold
from pipeline.learn.gold_build import gold_from
from pipeline.learn.suspicion import suspicions
from pipeline.ledger.decisions.undoing import revert
from pipeline.ledger.ledger import Ledger
from pipeline.records import Bound, Claim, Decision, Extraction, Kind, Post, Verdict, digest, passages_of

BEGIN = datetime(2024, 5, 1, 9, tzinfo=UTC)
LIVE, NEW = Path("live"), Path("new")


def quay(number: int, confidence: float = 0.96) -> Written:
    """A post with one figure that the extractor is nearly sure of."""
    return Written(
        slug=f"quay-{number}",
        title="A quay",
        when="2022-01-01",
        publisher="Harbour Times",
        country="AU",
        paragraphs=((f"Quay {chr(97 + number % 26)} cost ${number + 2} million in all.",
                     (said(f"${number + 2} million", "money", f"{number + 2}000000", "AUD", subject="Quay",
                           confidence=confidence),), ()),),
    )  # fmt: skip


def keep(ledger: Ledger, pairs: Sequence[tuple[Post, Sequence[Claim]]]) -> None:
    """Put posts and what was found in them into the ledger."""
    keep_posts(ledger, (post for post, _ in pairs), at=BEGIN)
    read = [
        (post, Extraction(claims=tuple(found), entities=(), passages=tuple(passages_of(post.text))))
        for post, found in pairs
    ]
    ledger.keep_extractions(read, extractor="invented 1")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Two hundred posts with a figure each."""
    with Ledger(tmp_path / "ledger.db") as made:
        keep(made, [(one.post, list(one.claims())) for one in map(quay, range(200))])
        yield made


def decide(ledger: Ledger, rulings: Sequence[tuple[str, Claim, Verdict, dict[str, object]]], who: str = "ada",
           since: datetime = BEGIN) -> None:  # fmt: skip
    """Take down *who*'s rulings, a minute apart."""
    ledger.record(
        Decision(
            id=digest("d", who, claim.id, since.isoformat()),
            target=claim.id,
            post=post,
            revision="r",
            seen="s",
            verdict=verdict,
            reviewer=who,
            at=since + timedelta(minutes=n),
            reason="not-a-claim" if verdict is Verdict.REJECT else None,
            changes=changes,
        )
        for n, (post, claim, verdict, changes) in enumerate(rulings)
    )


def found_in(ledger: Ledger) -> list[tuple[str, Claim]]:
    """Every claim with its post, by post."""
    return [(one.post, one.found) for one in ledger.claims()]


def batch(claims: Sequence[tuple[str, Claim]], *, wrong: int, seed: int = 1) -> list[tuple[str, Claim, Verdict, Any]]:
    """Rulings that accept all but *wrong* of the claims, which are denied without cause."""
    denied = set(random.Random(seed).sample(range(len(claims)), wrong))
    made: list[tuple[str, Claim, Verdict, Any]] = []
    for n, (post, claim) in enumerate(claims):
        if n not in denied:
            made.append((post, claim, Verdict.ACCEPT, {}))
        elif n % 2:
            made.append((post, claim, Verdict.CORRECT, {"value": "7"}))
        else:
            made.append((post, claim, Verdict.REJECT, {}))
    return made


# Poisoned batches


def test_a_batch_with_a_fifth_wrong_is_told_and_can_be_taken_back(ledger: Ledger) -> None:
    """Ada is careful; of Mal's eighty decisions a fifth is wrong. He is named, with the time, and taken back by it."""
    claims = found_in(ledger)
    decide(ledger, batch(claims[:100], wrong=4), "ada")
    late = BEGIN + timedelta(days=1)
    decide(ledger, batch(claims[100:180], wrong=16), "mal", late)
    (one,) = suspicions(ledger)
    assert one.reviewer == "mal"
    assert one.since >= late
    assert f"revert --by mal --since {one.since.isoformat(timespec='seconds')}" in str(one)
    before = [post.post.id for post in gold_from(ledger)]
    taken = revert(ledger, by="mal", since=late, reviewer="ada")
    assert taken == 80
    assert suspicions(ledger) == []
    assert len(before) - len([post.post.id for post in gold_from(ledger)]) == 80


@needs_gold
def test_a_poisoned_batch_of_real_claims_is_told_and_an_honest_one_is_not(tmp_path: Path) -> None:
    """The same on 25 annotated posts, whatever the seed; honest reviewers who deny what was promised are left alone."""
    posts = list(read_gold(GOLD, splits=["train"]))[:60]
    with Ledger(tmp_path / "ledger.db") as ledger:
        keep(ledger, [(one.post, [claim_of(one.post, mark) for mark in one.claims]) for one in posts])
        claims = found_in(ledger)
        half = len(claims) // 2
        decide(ledger, batch(claims[:half], wrong=half // 20), "ada")
        assert suspicions(ledger) == []
        decide(ledger, batch(claims[half:], wrong=len(claims[half:]) // 5), "mal", BEGIN + timedelta(days=2))
        assert {one.reviewer for one in suspicions(ledger)} == {"mal"}


def claim_of(post: Post, mark: Row) -> Claim:
    """An annotated claim as if it had been found."""
    from decimal import Decimal

    return Claim(id=digest(post.id, str(mark["start"])), start=mark["start"], end=mark["end"], quote=mark["quote"],
                 sentence=mark["quote"], sentence_start=mark["start"], kind=Kind(mark["kind"]),
                 value=Decimal(str(mark["value"])), unit=mark["unit"], bound=Bound(mark["bound"]),
                 confidence=0.95)  # fmt: skip


def test_a_reviewer_who_differs_from_all_others_is_told(ledger: Ledger) -> None:
    """Where two decide on the same claims, the one against whom the others agree is named."""
    claims = found_in(ledger)[:60]
    unsure = [(post, claim) for post, claim in claims]
    decide(ledger, [(p, c, Verdict.ACCEPT, {}) for p, c in unsure], "ada")
    decide(ledger, [(p, c, Verdict.ACCEPT, {}) for p, c in unsure], "grace", BEGIN + timedelta(days=1))
    other: dict[str, object] = {"subject": "Nobody"}
    wrong = [
        (p, c, Verdict.ACCEPT if n % 5 else Verdict.CORRECT, {} if n % 5 else other) for n, (p, c) in enumerate(unsure)
    ]
    decide(ledger, wrong, "mal", BEGIN + timedelta(days=2))
    assert [one.reviewer for one in suspicions(ledger)] == ["mal"]


# The gate


def marked(count: int) -> list[GoldPost]:
    """Frozen posts with a figure each, all read to the end."""
    made = []
    for one in map(quay, range(count)):
        (claim,) = one.claims()
        made.append(
            GoldPost(post=one.post, split="frozen", claims=[row(claim)], covered={"entities": (), "themes": ()})
        )
    return made  # fmt: skip


def row(claim: Claim, **changes: object) -> dict[str, Any]:
    """The row of a claim."""
    names = ("start", "end", "quote", "kind", "value", "value_max", "unit", "bound", "subject", "measure", "modality")
    return {name: getattr(claim, name) for name in (*names, "attributed_to")} | changes


def asked(
    frozen: Sequence[GoldPost], after: Mapping[str, Row], corrected: Sequence[Any] = (), doubts: Sequence[str] = ()
) -> Judgement:
    """What the gate says where the live models find all that is annotated and the new ones find *after*."""
    live = {one.post.id: {"claims": one.claims} for one in frozen}
    for post, _ in corrected:
        live.setdefault(post.id, {"claims": []})

    def read(posts: Sequence[Post], models: Path) -> Mapping[str, Row]:
        rows = live if models == LIVE else {**live, **after}
        return {post.id: rows[post.id] for post in posts}

    return judge(LIVE, NEW, frozen=frozen, corrected=corrected, read=read, suspicions=doubts)


def test_the_same_answers_pass() -> None:
    """What is no worse goes live."""
    verdict = asked(marked(30), {})
    assert verdict.passed
    assert verdict.reasons == ()
    assert {one.measure: one.change for one in verdict.measured}["claims found"] == 0


@pytest.mark.parametrize(("field", "value"), [("unit", "USD"), ("modality", "planned"), ("subject", "Nobody")])
def test_a_field_that_drops_beyond_chance_is_a_reason_in_words(field: str, value: str) -> None:
    """A fifth of one field wrong on thirty posts is refused; the sentence names the field and both figures."""
    frozen = marked(30)
    worse = {one.post.id: {"claims": [dict(one.claims[0]) | {field: value}]} for one in frozen[:6]}
    verdict = asked(frozen, worse)
    assert not verdict.passed
    assert any(reason.startswith(f"{field}, of those found drops from 1.000 to 0.800") for reason in verdict.reasons)
    assert asked(frozen, dict(list(worse.items())[:1])).passed  # one in thirty is within chance


def test_too_few_frozen_posts_are_a_reason() -> None:
    """Nothing can be said on three posts, so nothing goes live on them."""
    verdict = asked(marked(3), {})
    assert "there are 3 frozen posts" in verdict.reasons[0]


def test_suspicions_are_a_reason() -> None:
    """Decisions that look wrong keep a version from going live."""
    assert asked(marked(30), {}, doubts=["80 decisions of mal look wrong"]).reasons == (
        "80 decisions of mal look wrong",
    )


def test_a_correction_that_no_longer_holds_is_a_reason(ledger: Ledger) -> None:
    """What a reviewer put right, and is read so today, must be read so tomorrow; what never was need not be."""
    (first, one), (second, two), (third, three) = found_in(ledger)[:3]
    decide(ledger, [(first, one, Verdict.CORRECT, {"unit": "NZD"}), (second, two, Verdict.REJECT, {}),
                    (third, three, Verdict.CORRECT, {"subject": "The pier"})])  # fmt: skip
    made = list(corrections(ledger))
    assert sorted(str(c).split(" in post")[0] for _, each in made for c in each) == sorted(
        [f"unit of “{one.quote}”", f"“{two.quote}”", f"subject of “{three.quote}”"]
    )
    frozen = marked(30)
    posts = {one.post.id: one.post for one in frozen}

    def verdict(before: Mapping[str, list[Row]], after: Mapping[str, list[Row]]) -> Judgement:
        def read(wanted: Sequence[Post], models: Path) -> Mapping[str, Row]:
            rows = before if models == LIVE else after
            return {
                p.id: {"claims": rows.get(p.id, [row(c) for q, c in found_in(ledger) if q == p.id])} for p in wanted
            }

        outside = [
            GoldPost(post=posts[o.post.id], split="frozen", claims=o.claims, covered=o.covered) for o in frozen[5:]
        ]
        return judge(LIVE, NEW, frozen=outside, corrected=made, read=read)  # fmt: skip

    learnt: dict[str, list[Row]] = {first: [row(one, unit="NZD")], second: []}
    assert verdict(learnt, learnt).passed
    assert verdict({}, {}).passed  # they were never read right, so nothing is lost
    lost = verdict(learnt, {})
    assert not lost.passed
    assert lost.reasons[0] == "2 earlier corrections that hold today would hold no longer"
    assert any("was corrected to 'NZD'" in reason for reason in lost.reasons)
    assert any("was rejected as no claim" in reason for reason in lost.reasons)
