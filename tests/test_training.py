"""``convening train``: its help, and gold that nothing can be learnt from."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app

runner = CliRunner()
PARTS = ("entities", "roles", "confidence", "themes")


def test_help_names_what_can_be_trained() -> None:
    """Whoever types ``convening train`` sees each part and an example."""
    shown = runner.invoke(app, ["train", "--help"])
    assert shown.exit_code == 0
    assert "Example: convening train entities" in shown.stdout
    assert all(part in shown.stdout for part in PARTS)


@pytest.mark.parametrize("part", PARTS)
def test_each_part_has_help_with_an_example(part: str) -> None:
    """The help of a part shows how it is typed, and that the gold and the split can be named."""
    shown = runner.invoke(app, ["train", part, "--help"])
    assert shown.exit_code == 0
    assert f"Example: convening train {part}" in shown.stdout
    assert "--gold" in shown.stdout
    assert "--split" in shown.stdout


@pytest.mark.parametrize("part", PARTS)
def test_a_missing_gold_is_one_sentence(part: str, tmp_path: Path) -> None:
    """A wrong path ends with a sentence that names it, and nothing is written."""
    done = runner.invoke(app, ["train", part, "--gold", str(tmp_path / "none.jsonl")])
    assert (done.exit_code, done.stdout) == (1, "")
    assert str(tmp_path) in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("part", PARTS)
def test_a_split_without_posts_is_one_sentence(part: str, tmp_path: Path) -> None:
    """Nothing is learnt from nothing; the message names the split."""
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.txt").write_text("Ana met Olu.", "utf-8")
    (tmp_path / "gold.jsonl").write_text('{"post": "a", "split": "other"}\n', "utf-8")
    (tmp_path / "index.jsonl").write_text('{"post": "a", "split": "other"}\n', "utf-8")
    done = runner.invoke(app, ["train", part, "--gold", str(tmp_path / "gold.jsonl"), "--split", "train"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "split train" in done.stderr
