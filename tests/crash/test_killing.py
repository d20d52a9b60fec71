"""Runs that are killed at any write or instant: the next one ends as if nothing had happened.

A few of these trials run each time; ``CONVENING_CRASHES=100`` runs a hundred instants and every write, also of a
first run.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crash.scenes import Trials, copy, decided, decisions, from_nothing, half_files, outputs, trials

MANY = int(os.environ.get("CONVENING_CRASHES", "0"))  # read before the tests' fixture takes settings away
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="trials fork, which this system cannot")


@pytest.fixture(scope="module")
def runs() -> Iterator[Trials]:
    """The process that runs trials."""
    with trials() as made:
        yield made


class Scene:
    """A state of affairs, and what an undisturbed run makes of it."""

    def __init__(self, runs: Trials, place: Path, scene: Path) -> None:
        self.runs, self.place, self.scene = runs, place / "trial", scene
        undisturbed = copy(scene, self.place)
        begun = time.monotonic()
        self.told = runs.run(undisturbed)
        self.seconds = time.monotonic() - begun
        assert self.told["status"] == "done", self.told
        self.outputs, self.decisions = outputs(undisturbed), decisions(undisturbed)
        assert self.outputs

    def disturbed(self, **how: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """How a disturbed run ended, and the one after it; all must be as it would have been."""
        place = copy(self.scene, self.place)
        first = self.runs.run(place, **how)
        assert first["status"] != "broken", (how, first)
        for path in place.rglob("*.part"):
            os.utime(path, (0, 0))  # as if some time had passed: a young one may be another program's
        before = self.kept(place)
        second = self.runs.run(place)
        assert second["status"] == "done", (how, first, second)
        assert outputs(place) == self.outputs, (how, first)
        assert decisions(place) == self.decisions, (how, first)
        assert before in ([], self.decisions), how
        assert half_files(place) == [], (how, first)
        return first, second

    @staticmethod
    def kept(place: Path) -> list[str]:
        """The decisions right after the disturbance; none where there is no ledger yet."""
        try:
            return decisions(place)
        except sqlite3.OperationalError:
            return []


@pytest.fixture(scope="module", params=["from nothing", "decided"] if MANY else ["decided"])
def scene(request: pytest.FixtureRequest, runs: Trials, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Each of the two states of affairs."""
    place = tmp_path_factory.mktemp("crash")
    made = from_nothing(place / "scene") if request.param == "from nothing" else decided(place / "scene", runs)
    return Scene(runs, place, made)


def chosen(events: int, few: int) -> list[int]:
    """Which of the events are tried: every one, or a few all over the run."""
    if MANY:
        return list(range(1, events + 1))
    return sorted({1 + round(n * (events - 1) / (few - 1)) for n in range(few)})


def test_killed_at_any_write(scene: Scene) -> None:
    """Kill -9 before a file or row is written, renamed, removed or committed."""
    said = 0
    for event in chosen(scene.told["events"], 4):
        first, second = scene.disturbed(die_at=event)
        assert first["status"] == "killed", (event, first)
        said += bool(second["summary"]["repaired"])
    assert said > 0, "the run after a killed one says what it repaired"


def test_killed_at_any_instant(scene: Scene) -> None:
    """Kill -9 at random instants, in the midst of whatever is written."""
    dice = random.Random(7)
    for _ in range(MANY or 2):
        scene.disturbed(after=dice.random() * scene.seconds)


@pytest.mark.parametrize("number", [28, 30], ids=["the disk is full", "the disk is read-only"])
def test_refused_at_any_write(scene: Scene, number: int) -> None:
    """A file that cannot be written ends the run with a sentence, and the next one does it all."""
    for event in chosen(scene.told["events"], 2):
        scene.disturbed(fail_at=event, number=number)


def mounted(place: Path, size: str) -> bool:
    """Whether a small disk of that size could be put at *place*."""
    place.mkdir(parents=True, exist_ok=True)
    return (
        shutil.which("mount") is not None and os.system(f"mount -t tmpfs -o size={size} tmpfs {place} 2>/dev/null") == 0
    )


def test_on_a_disk_that_fills_up(scene: Scene, tmp_path: Path) -> None:
    """A real small disk, full at one place or another; once there is room, the next run does it all."""
    disk = tmp_path / "disk"
    if not mounted(disk, "64m"):
        pytest.skip("a small disk can only be made by root")
    try:
        for spare in range(0, 1200, 60) if MANY else (0, 400):  # blocks of 4 KB beyond what the scene takes
            copy(scene.scene, disk / "trial")
            filler = disk / "filler"
            free = os.statvfs(disk).f_bavail - spare
            with filler.open("wb") as file:
                file.write(b"x" * (4096 * max(free, 0)))
            first = scene.runs.run(disk / "trial")
            assert first["status"] in ("failed", "done"), first
            if spare == 0:
                assert first["status"] == "failed"
                assert "disk" in first["said"] or "space" in first["said"], first
            filler.unlink()
            for path in disk.rglob("*.part"):
                os.utime(path, (0, 0))
            assert scene.runs.run(disk / "trial")["status"] == "done"
            assert outputs(disk / "trial") == scene.outputs
            assert decisions(disk / "trial") == scene.decisions
            assert half_files(disk / "trial") == []
            shutil.rmtree(disk / "trial")
    finally:
        os.system(f"umount -l {disk}")


@pytest.mark.parametrize("part", ["outputs", "corpus"])
def test_on_a_disk_that_turned_read_only(scene: Scene, tmp_path: Path, part: str) -> None:
    """Outputs or corpus that cannot be written end the run with a sentence; writable again, all is done."""
    disk = tmp_path / "disk"
    if not mounted(disk, "64m"):
        pytest.skip("a disk can only be made read-only by root")
    place = tmp_path / "trial"
    try:
        copy(scene.scene, place)
        shutil.rmtree(disk / part, ignore_errors=True)
        if (place / part).exists():
            shutil.move(place / part, disk / part)
        else:
            (disk / part).mkdir()
        (place / part).symlink_to(disk / part)
        assert os.system(f"mount -o remount,ro {disk}") == 0
        first = scene.runs.run(place)
        assert first["status"] == "failed", first
        assert "writ" in first["said"], first
        assert os.system(f"mount -o remount,rw {disk}") == 0
        assert scene.runs.run(place)["status"] == "done"
        kept = {str(path): digest for path, digest in outputs(place).items()}
        assert kept == scene.outputs
        assert decisions(place) == scene.decisions
    finally:
        os.system(f"umount -l {disk}")
