"""The main job on a small corpus: only what is new is worked on, and nothing is lost on the way."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import steps
from pipeline.records import Decision, Verdict
from pipeline.settings import Settings


def run(settings: Settings) -> dict[str, object]:
    """All steps in order, as the flow runs them."""
    with steps.only_run(settings), steps.recorded(settings) as report:
        report.read = steps.read_posts(settings)
        report.extracted = steps.extract_claims(settings)
        report.themes = steps.assign_themes(settings)
        report.findings = steps.compare_claims(settings)
        report.outputs = steps.publish_outputs(settings)
    return report.summary()


def bytes_of(folder: Path) -> dict[str, str]:
    """The digest of every file below *folder*."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


@pytest.fixture
def settings(small_corpus: Path, tmp_path: Path) -> Settings:
    """Settings for the small corpus."""
    return Settings.load(corpus=small_corpus, outputs=tmp_path / "outputs")


def claims(settings: Settings) -> dict[str, object]:
    """The ledger's claims by their words: value, unit and subject."""
    with steps.open_ledger(settings) as ledger:
        return {one.claim.quote: (float(one.claim.value), one.claim.unit, one.status) for one in ledger.claims()}


def test_the_main_job_end_to_end(settings: Settings) -> None:
    """Posts become claims, entities, themes and outputs; a second run has nothing to do; one new post is one post."""
    first = run(settings)
    assert first["posts"] == {"new": 3}
    found = claims(settings)
    assert found["$1.5b"] == (1.5e9, "AUD", "proposed")
    assert found["More than 60"][:2] == (60, "team")
    assert found["fifth"][:2] == (5, "rank")
    with steps.open_ledger(settings) as ledger:
        themes = {assignment.theme for _, assignment in ledger.assignments()}
        texts = {post.id: post.text for post in ledger.posts()}
        for one in ledger.claims():
            assert texts[one.post][one.claim.start : one.claim.end] == one.claim.quote
    assert {"funding", "covid-response", "code-sharing"} <= themes
    assert (settings.outputs / "report" / "index.html").is_file()
    quiet = steps.outlook(settings).quiet
    assert quiet is not None
    assert quiet.summary()["posts"] == {"unchanged": 3}

    before = bytes_of(settings.outputs)
    (settings.corpus / "four.txt").write_text("The city hired 12 designers.", "utf-8")
    assert steps.outlook(settings).quiet is None
    again = run(settings)
    assert (again["posts"], again["extracted"]) == ({"new": 1, "unchanged": 3}, 1)
    (settings.corpus / "four.txt").unlink()
    assert run(settings)["posts"] == {"gone": 1, "unchanged": 3}
    assert bytes_of(settings.outputs) == before, "the same corpus gives the same bytes"


def test_outputs_can_be_deleted_and_made_again(settings: Settings) -> None:
    """Deleting the outputs loses nothing, and a fresh ledger over the same corpus gives the same bytes."""
    import shutil

    run(settings)
    before = bytes_of(settings.outputs)
    shutil.rmtree(settings.outputs)
    for ledger in settings.corpus.glob("ledger.db*"):
        ledger.unlink()
    run(settings)
    assert bytes_of(settings.outputs) == before


def test_what_cannot_be_read_is_a_row_and_not_the_end(settings: Settings) -> None:
    """Broken, empty and foreign files are left out with their reasons; broken front matter costs only itself."""
    corpus = settings.corpus
    (corpus / "binary.md").write_bytes(b"\x00\x01\x02\xff" * 100)
    (corpus / "empty.txt").write_bytes(b"")
    (corpus / "broken.md").write_text("---\ntitle: [unclosed\n---\n\nSeven towns took part.\n", "utf-8")
    (corpus / "copy.md").write_text((corpus / "one.md").read_text("utf-8") + "\n", "utf-8")
    read = steps.read_posts(settings)
    left = {item: reason for item, (outcome, reason) in read.rows.items() if outcome == "left out"}
    assert set(left) == {"binary.md", "empty.txt", "one.md"}
    assert "the same post as copy.md" in left["one.md"]
    assert any(item.startswith("broken.md") and outcome == "warning" for item, (outcome, _) in read.rows.items())
    assert read.posts == {"new": 4}
    (corpus / "copy.md").unlink()
    assert steps.read_posts(settings).posts == {"unchanged": 4}


def test_a_decision_survives_edits_and_a_deleted_file(settings: Settings) -> None:
    """A decision stays when its post is edited elsewhere, and when the file goes away."""
    run(settings)
    with steps.open_ledger(settings) as ledger:
        (one,) = (found for found in ledger.claims() if found.claim.quote == "$1.5b")
        ledger.record(
            [
                Decision(
                    id="d1",
                    target=one.claim.id,
                    post=one.post,
                    revision=one.revision,
                    seen="",
                    verdict=Verdict.ACCEPT,
                    reviewer="ada",
                    at=datetime.now(UTC),
                )
            ]
        )
    path = settings.corpus / "one.md"
    path.write_text(path.read_text("utf-8").replace("took 3,000 calls", "took 4,000 calls"), "utf-8")
    assert run(settings)["posts"] == {"changed": 1, "unchanged": 2}
    found = claims(settings)
    assert found["$1.5b"][2] == "accepted"
    assert "3,000" not in found
    path.unlink()
    run(settings)
    with steps.open_ledger(settings) as ledger:
        assert [decision.id for decision in ledger.decisions()] == ["d1"]


def test_a_moved_file_is_the_same_post(settings: Settings) -> None:
    """A post without an address keeps its id when its file is moved, and when it is edited there."""
    text = settings.corpus / "plain.txt"
    text.write_text("Nine towns took part.", "utf-8")
    steps.read_posts(settings)
    with steps.open_ledger(settings) as ledger:
        (before,) = (post.id for post in ledger.posts() if post.path == "plain.txt")
    (settings.corpus / "sub").mkdir()
    text.rename(settings.corpus / "sub" / "moved.txt")
    assert steps.read_posts(settings).posts == {"unchanged": 4}
    (settings.corpus / "sub" / "moved.txt").write_text("Ten towns took part.", "utf-8")
    assert steps.read_posts(settings).posts == {"changed": 1, "unchanged": 3}
    with steps.open_ledger(settings) as ledger:
        assert [post.id for post in ledger.posts() if post.path == "sub/moved.txt"] == [before]


def test_two_runs_at_once(settings: Settings) -> None:
    """The second run says that another one is at work, and leaves."""
    with steps.only_run(settings), pytest.raises(steps.BusyError, match="another run"), steps.only_run(settings):
        pass


def test_a_run_that_fails_is_kept_as_failed(settings: Settings) -> None:
    """The report of a failed run says so in the ledger."""
    with pytest.raises(ZeroDivisionError), steps.recorded(settings):
        1 / 0  # noqa: B018
    with steps.open_ledger(settings) as ledger:
        assert [run["status"] for run in ledger.runs()] == ["failed"]


def test_an_empty_corpus_gives_empty_outputs(tmp_path: Path) -> None:
    """No posts, no claims, and outputs that say so."""
    (tmp_path / "corpus").mkdir()
    settings = Settings.load(corpus=tmp_path / "corpus", outputs=tmp_path / "outputs")
    summary = run(settings)
    assert (summary["posts"], summary["claims"]) == ({}, {})
    assert json.loads((settings.outputs / "datapackage.json").read_text("utf-8"))["resources"]


def test_a_missing_corpus_is_named(tmp_path: Path) -> None:
    """A folder that is not there gets a sentence that names it."""
    with pytest.raises(steps.CorpusError, match=r"nowhere.*is not there.*--corpus"):
        steps.read_posts(Settings.load(corpus=tmp_path / "nowhere"))
