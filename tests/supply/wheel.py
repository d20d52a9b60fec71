"""Try a built wheel in a new environment and an empty folder: ``python -m tests.supply.wheel dist``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

INSIDE = (
    "pipeline/shipped_models/themes.toml",
    "pipeline/shipped_models/gazetteer/",
    "pipeline/shipped_models/entities/",
    "pipeline/ledger/migrations/versions/0001_first_tables.py",
    "pipeline/review/",
)
POST = """---
title: A post to try
url: https://example.org/try
date: 2021-06-17
country: AU
---

More than 60 teams from 12 countries came, and New South Wales put $1.6 billion into its fund.
"""


def missing(wheel: Path) -> list[str]:
    """What should lie in the wheel and does not."""
    names = zipfile.ZipFile(wheel).namelist()
    return [wanted for wanted in INSIDE if not any(name.startswith(wanted) for name in names)]


def tried(wheel: Path, folder: Path) -> dict[str, object]:
    """What the installed wheel found in one post, in an environment made in *folder* beside what is installed here.

    The wheel lies in the new environment; its dependencies are those of this one, so no network is needed.
    """
    place = folder / "venv"
    venv.create(place, with_pip=False)
    here = place / ("Scripts" if os.name == "nt" else "bin")
    site = next((place / "lib").glob("python*/site-packages")) if os.name != "nt" else place / "Lib" / "site-packages"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    theirs = [path for path in map(Path, sys.path) if path.name == "site-packages"]
    (site / "dependencies.pth").write_text("\n".join(map(str, theirs)) + "\n", "utf-8")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "post.md").write_text(POST, "utf-8")

    def call(*words: str) -> str:
        code = "import sys; from pipeline.cli import main; main()"
        clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "SYSTEMROOT")}
        done = subprocess.run(
            [str(here / "python"), "-c", code, *words],
            cwd=folder,
            env=clean,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"convening {' '.join(words)} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    where = subprocess.run(
        [str(here / "python"), "-c", "import pipeline; print(pipeline.__file__)"],
        cwd=folder, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    if not where.startswith(str(place)):
        raise SystemExit(f"the environment ran another copy of the program: {where}")
    call("run")
    asked = f"import pipeline; print(*(claim.confidence for claim in pipeline.extract({POST!r}).claims))"
    alone = subprocess.run(
        [str(here / "python"), "-W", "error::UserWarning:pipeline", "-c", asked],
        cwd=folder, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    claims = json.loads(call("claims", "--json"))
    report = (folder / "outputs" / "report" / "index.html").is_file()
    return {"claims": claims, "report": report, "confidences": {float(word) for word in alone.split()}}


def main() -> None:
    """Say whether the wheel holds what it needs and does its main job."""
    wheel = next(Path(sys.argv[1]).glob("*.whl")).resolve()
    lacking = missing(wheel)
    if lacking:
        sys.exit(f"{wheel.name} lacks {', '.join(lacking)}")
    with tempfile.TemporaryDirectory() as folder:
        found = tried(wheel, Path(folder))
    quotes = [row["quote"] for row in found["claims"]]  # type: ignore[attr-defined]
    if "$1.6 billion" not in quotes or not found["report"]:
        sys.exit(f"{wheel.name} runs, but found {quotes}")
    if found["confidences"] == {0.5}:
        sys.exit(f"{wheel.name} reads without what was learnt: its models were not found")
    print(f"{wheel.name}: installed in a clean environment, it found {len(quotes)} figures and wrote its report")


if __name__ == "__main__":
    main()
