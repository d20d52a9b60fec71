"""A comparison that goes on where the last one stopped comes to what one from nothing comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from bench.invented import add, corpus

from pipeline import steps
from pipeline.compare.claims import ComparedClaim, compared_claim, ref_of
from pipeline.compare.comparison import Comparison
from pipeline.compare.memory import Memory
from pipeline.compare.naming import Named
from pipeline.ledger.ledger import Ledger
from pipeline.records import Finding
from pipeline.settings import Settings

type Said = tuple[list[ComparedClaim], Named]


def posts(number: int, *, bodies: int) -> dict[str, Said]:
    """Invented posts, by id, as a comparison takes them."""
    made = {}
    for post, found, _ in corpus(number, bodies=bodies):
        claims = [
            compared_claim(claim, post=post.id, date=post.date, publisher=post.publisher, entities=found.entities)
            for claim in found.claims
        ]
        made[post.id] = claims, Named({ref_of(entity): entity for entity in found.entities})
    return made


def from_nothing(said: Mapping[str, Said]) -> dict[str, Finding]:
    """What all of *said* comes to at once."""
    comparison = Comparison()
    for post, (claims, named) in said.items():
        comparison.add(post, "", claims, named)
    return {finding.id: finding for finding in comparison.finish().found}


class Growing:
    """Findings that are kept in step, one change of the corpus after another; the memory goes through its file."""

    def __init__(self, folder: Path) -> None:
        self.findings: dict[str, Finding] = {}
        self.memory: Memory | None = None
        self.path = folder / "memory"

    def change(self, said: Mapping[str, Said], changed: Iterable[str]) -> None:
        """Take in the posts *changed* of *said*; what the memory knows beyond it goes."""
        comparison = Comparison(self.memory)
        changed = set(changed)
        comparison.keep(said.keys() - changed)
        for post in changed:
            comparison.add(post, "", *said[post])
        outcome = comparison.finish()
        assert not outcome.gone & {finding.id for finding in outcome.found}
        assert outcome.gone <= self.findings.keys()
        for gone in outcome.gone:
            del self.findings[gone]
        self.findings |= {finding.id: finding for finding in outcome.found}
        outcome.memory.save(self.path)
        self.memory = Memory.load(self.path)


@pytest.mark.parametrize("bodies", [4, 30])
def test_one_by_one_is_all_at_once(tmp_path: Path, bodies: int) -> None:
    """Posts that come one by one, in any order, give the findings of all at once, crowded names or not."""
    said = posts(60, bodies=bodies)
    order = sorted(said)
    Random(1).shuffle(order)
    growing, there = Growing(tmp_path), dict[str, Said]()
    for post in order:
        there[post] = said[post]
        growing.change(there, [post])
    assert growing.findings == from_nothing(said)
    assert len(growing.findings) > 50


def test_what_changes_and_goes_leaves_nothing_behind(tmp_path: Path) -> None:
    """A post that says another figure, one that goes and one that comes back leave the findings of what is there."""
    said = posts(50, bodies=8)
    growing, random = Growing(tmp_path), Random(2)
    growing.change(said, said)
    there = dict(said)
    for _ in range(25):
        changed = random.sample(sorted(there), 3)
        for post in changed[:2]:
            claims, named = there[post]
            there[post] = [replace(one, claim=replace(one.claim, value=one.claim.value + 7)) for one in claims], named
        del there[changed[2]]
        back = random.choice(sorted(said.keys() - there.keys()))
        there[back] = said[back]
        growing.change(there, {*changed[:2], back})
        assert growing.findings == from_nothing(there)


def test_only_new_topics_are_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more post asks of few pairs whether they are one topic; what was judged before is remembered."""
    from pipeline.compare import threads

    said = posts(200, bodies=40)
    last = max(said)
    growing = Growing(tmp_path)
    growing.change({post: one for post, one in said.items() if post != last}, said.keys() - {last})
    asked = []
    judge = threads.likeness
    monkeypatch.setattr(threads, "likeness", lambda *pair, **more: asked.append(pair) or judge(*pair, **more))
    growing.change(said, [last])
    few = len(asked)
    from_nothing(said)
    assert few < (len(asked) - few) / 10


def test_memory_that_is_none_is_not_read(tmp_path: Path) -> None:
    """A file that is cut short, empty or of another kind is no memory, and nothing breaks on it."""
    place = tmp_path / "memory"
    assert Memory.load(place) is None
    for content in (b"", b"something else", b"convening-compare-1\n" + b"\xff" * 40):
        place.write_bytes(content)
        assert Memory.load(place) is None


def test_a_run_writes_only_findings_that_changed(tmp_path: Path) -> None:
    """The step leaves the same rows in the ledger whether it went on from a memory, lost it, or began anew."""
    corpus_folder = tmp_path / "corpus"
    corpus_folder.mkdir()
    settings = Settings.load(corpus=corpus_folder, outputs=tmp_path / "outputs", models=tmp_path)
    with Ledger(settings.ledger_address) as ledger:
        made = tuple(corpus(40, bodies=8))
        add(ledger, made[:30])
        counts = steps.compare_claims(settings)
        assert sum(counts.values()) == len(list(ledger.findings()))
        for place in range(30, 40):
            add(ledger, made[place : place + 1])
            steps.compare_claims(settings)
        grown = list(ledger.findings())
        ledger.set_state([made[3][0].id, made[35][0].id], "gone")
        steps.compare_claims(settings)
        fewer = list(ledger.findings())
        assert len(fewer) < len(grown)
        ledger.set_state([made[3][0].id, made[35][0].id], "live")
        steps.compare_claims(settings)
        assert list(ledger.findings()) == grown
        (corpus_folder / ".cache" / "compared").unlink()
        add(ledger, tuple(corpus(1, first=70, bodies=8)))
        steps.compare_claims(settings)
        with_last = list(ledger.findings())
        ledger.keep_state("compared", b"")
        steps.compare_claims(settings)
        assert list(ledger.findings()) == with_last
