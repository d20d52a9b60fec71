"""The flow under Prefect: the few tests that start it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def convening(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the program as a person does, with Prefect's own things in *home*."""
    env = os.environ | {"PREFECT_HOME": str(home)}
    code = "from pipeline.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False, env=env, timeout=600
    )


def test_run_goes_through_prefect_once_and_then_has_nothing_to_do(small_corpus: Path, tmp_path: Path) -> None:
    """`convening run` does the main job, tells what it did, and a second one says that nothing is new.

    A ledger that breaks between two runs ends the third with a sentence.
    """
    at = ("run", "--corpus", str(small_corpus), "--outputs", str(tmp_path / "outputs"))
    first = convening(*at, "--json", home=tmp_path / "home")
    assert first.returncode == 0, first.stderr
    summary = json.loads(first.stdout)
    assert summary["posts"] == {"new": 3}
    assert summary["claims"]["money"] == 1
    second = convening(*at, home=tmp_path / "home")
    assert second.returncode == 0
    assert "3 unchanged" in second.stdout
    assert "nothing to extract" in second.stdout
    (small_corpus / "ledger.db").write_bytes(b"garbage" * 1000)
    for journal in small_corpus.glob("ledger.db-*"):
        journal.unlink()
    third = convening(*at, home=tmp_path / "home")
    assert third.returncode == 1
    assert "Traceback" not in third.stderr
    assert "damaged" in third.stderr
