"""Outputs that grow with the ledger are those that would be made at once."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bench.invented import add, corpus
from ledgers import keep_findings
from test_publish import held

from pipeline.ledger.ledger import Ledger
from pipeline.publish import publish, publishing, repair, rows
from pipeline.publish.parts import cut
from pipeline.records import Decision, Finding, FindingKind, Theme, Verdict

GROWING = ("csv", "jsonl", "parquet", "report")
POSTS = 230


def decided(claim: str, post: str, number: int) -> Decision:
    """A correction of a claim's value."""
    return Decision(
        id=f"d{number}",
        target=claim,
        post=post,
        revision="",
        seen="",
        verdict=Verdict.CORRECT,
        reviewer="ada",
        at=datetime(2024, 1, 1, number % 24, tzinfo=UTC),
        changes={"value": str(number)},
    )


@pytest.fixture(scope="module")
def made() -> tuple[Any, ...]:
    """Invented posts."""
    return tuple(corpus(POSTS, bodies=20))


def same_at_once(ledger: Ledger, grown: Path, folder: Path, **more: Any) -> None:
    """The files in *grown* are those that a first publication writes."""
    publish(ledger, folder, formats=GROWING, **more)
    assert held(folder) == held(grown)


def test_growing_outputs_are_the_same_bytes(made: tuple[Any, ...], tmp_path: Path) -> None:
    """Posts that come, change and go, decisions, findings and themes: each time the files of a fresh start."""
    grown = tmp_path / "grown"
    with Ledger(tmp_path / "ledger.db") as ledger:
        ledger.keep_themes([Theme(slug=f"theme-{n}", number=n, name=f"Theme {n}") for n in range(1, 41)], {})
        add(ledger, made[:200])
        publish(ledger, grown, formats=GROWING)
        for turn, place in enumerate(range(200, 206)):
            add(ledger, made[place : place + 1])
            publish(ledger, grown, formats=GROWING)
            same_at_once(ledger, grown, tmp_path / f"posts {turn}")
        ledger.set_state([made[5][0].id], "gone")
        claim = made[7][1].claims[0]
        ledger.record([decided(claim.id, made[7][0].id, 3)])
        publish(ledger, grown, formats=GROWING)
        same_at_once(ledger, grown, tmp_path / "decided")
        other = made[90][1].claims[1]
        found = Finding(
            id="f", kind=FindingKind.UPDATE, rule="r", claims=(claim.id, other.id), reason="Moved.", confidence=0.5
        )
        keep_findings(ledger, [found])
        ledger.keep_themes(ledger.themes(), {made[50][0].id: made[51][2]})
        publish(ledger, grown, formats=GROWING)
        same_at_once(ledger, grown, tmp_path / "compared")
        publish(ledger, grown, formats=GROWING, currency="EUR")
        same_at_once(ledger, grown, tmp_path / "euros", currency="EUR")


def test_one_more_post_reads_one_part(made: tuple[Any, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was published and has not changed is not read again."""
    with Ledger(tmp_path / "ledger.db") as ledger:
        add(ledger, made)
        publish(ledger, tmp_path / "outputs", formats=("csv", "jsonl", "parquet"))
        add(ledger, tuple(corpus(1, first=900, bodies=20)))
        asked: list[str] = []
        reading = rows.claim_rows

        def noted(ledger: Any, choice: Any, posts: Any = None) -> Any:
            asked.extend(posts or ["all"])
            return reading(ledger, choice, posts)

        monkeypatch.setattr(rows, "claim_rows", noted)
        publish(ledger, tmp_path / "outputs", formats=("csv", "jsonl", "parquet"))
        assert 0 < len(asked) < POSTS


def test_a_changed_file_is_not_taken_over(made: tuple[Any, ...], tmp_path: Path) -> None:
    """What somebody wrote into an output, or the disk lost of it, does not stay."""
    outputs = tmp_path / "outputs"
    with Ledger(tmp_path / "ledger.db") as ledger:
        add(ledger, made[:100])
        publish(ledger, outputs, formats=GROWING)
        before = held(outputs)
        for name, new in (("claims.csv", "mine"), ("posts.jsonl", ""), ("entities.parquet", "PAR1")):
            (outputs / name).write_text(new)
        publish(ledger, outputs, formats=GROWING)
        assert held(outputs) == before


@pytest.mark.parametrize("noted", [b"", b"no zlib", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_a_note_that_cannot_be_read_costs_nothing_but_time(made: tuple[Any, ...], tmp_path: Path, noted: bytes) -> None:
    """What the last publication noted may be damaged or another program's; the outputs are made anew, the same."""
    with Ledger(tmp_path / "ledger.db") as ledger:
        add(ledger, made[:20])
        publish(ledger, tmp_path / "outputs", formats=GROWING)
        before = held(tmp_path / "outputs")
        ledger.keep_state("parts", noted)
        publish(ledger, tmp_path / "outputs", formats=GROWING)
        assert held(tmp_path / "outputs") == before


def test_equal_outputs_are_equal_folders(made: tuple[Any, ...], tmp_path: Path) -> None:
    """Hidden files, too, are the same in two folders that were made at different times; nothing but an empty lock."""
    folders = []
    for name in ("one", "other"):
        with Ledger(tmp_path / f"{name}.db") as ledger:
            add(ledger, made[:20])
            publish(ledger, tmp_path / name, formats=GROWING)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        folders.append({str(path.relative_to(tmp_path / name)): path.read_bytes() for path in files})
    assert folders[0] == folders[1]
    assert {name for name in folders[0] if name.startswith(".")} == {".lock"}


def test_what_a_power_cut_left_is_written_again(made: tuple[Any, ...], tmp_path: Path) -> None:
    """After a start of the machine the files' digests are looked at, and what the disk lost is told and made anew."""
    outputs = tmp_path / "outputs"
    with Ledger(tmp_path / "ledger.db") as ledger:
        add(ledger, made[:20])
        publish(ledger, outputs, formats=("csv",))
        before = held(outputs)
        os.utime(outputs / "manifest.json", (0, 0))  # from before this start
        assert repair(outputs) is None
        assert (outputs / "manifest.json").stat().st_mtime > 0, "looked at once a start"
        os.utime(outputs / "manifest.json", (0, 0))
        claims = outputs / "claims.csv"
        claims.write_bytes(bytes(claims.stat().st_size))
        assert "written again" in str(repair(outputs))
        publish(ledger, outputs, formats=("csv",))
        assert held(outputs) == before


def test_parts_depend_on_ids_alone() -> None:
    """A post more changes the part that it is in, or splits it, and no other."""
    marks = {f"{number:05}": "x" for number in range(2000)}
    before = {part.key for part in cut(marks, "salt")}
    after = [part.key for part in cut(marks | {"00777x": "y"}, "salt")]
    assert 50 < len(before) < 130
    assert len(set(after) - before) in (1, 2)
    assert sum(len(part.posts) for part in cut(marks, "salt")) == 2000


def test_a_large_ledger_gets_its_workbook_on_request(
    made: tuple[Any, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond a size, a run leaves the workbook out, and says so where it is looked for."""
    monkeypatch.setattr(publishing, "WORKBOOK", 30)
    with Ledger(tmp_path / "ledger.db") as ledger:
        add(ledger, made[:20])
        result = publish(ledger, tmp_path / "outputs")
        told = json.loads((tmp_path / "outputs" / "manifest.json").read_text())
        assert "export --format xlsx" in result.left_out["xlsx"]
        assert told["left_out"] == dict(result.left_out)
        assert not list((tmp_path / "outputs").glob("*.xlsx"))
        publish(ledger, tmp_path / "outputs", formats=("xlsx",))
        assert list((tmp_path / "outputs").glob("*.xlsx"))
