"""What is in the tree and in the wheel: licences, an inventory, and a wheel that works where nothing else is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from supply import licences, sbom, wheel


def test_every_dependency_may_be_here() -> None:
    """Each is permissive, or somebody looked at it and said why it stays."""
    assert [row for row in licences.dependencies() if not row.allowed] == []


def test_notes_on_licences_are_about_what_is_installed() -> None:
    """A note on a package that left the tree is removed."""
    names = {row.name for row in licences.dependencies()}
    assert set(licences.RULES["looked_at"]) <= names


@pytest.mark.parametrize(
    ("said", "fine"),
    [("MIT", True), ("GPL-3.0-only", False), ("GPL-2.0-only OR MIT", True), ("MIT AND GPL-2.0-only", False),
     ("Apache-2.0 AND (BSD-3-Clause OR ISC)", True), ("not said", False), ("", False), ("__import__('os')", False)],
)  # fmt: skip
def test_expressions_of_licences(said: str, fine: bool) -> None:
    """Or leaves a choice, and does not; what is not an expression is refused."""
    assert licences.permissive(said) is fine


def test_the_lock_names_versions_and_hashes_and_no_address() -> None:
    """Whoever installs from it asks their own index."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in text
    assert "--hash=sha256:" in text


def test_the_inventory_names_every_package() -> None:
    """The SBOM is a CycloneDX file with a purl for each package, and names no path or address of this machine."""
    made = sbom.inventory()
    assert made["bomFormat"] == "CycloneDX"
    names = {row["name"].lower() for row in made["components"]}  # type: ignore[attr-defined]
    assert {"spacy", "prefect", "scikit-learn"} <= names
    assert "file://" not in str(made)
    assert str(ROOT) not in str(made)


def test_the_wheel_works_where_nothing_else_is(tmp_path: Path) -> None:
    """Built and put into a new environment, it reads a post, finds its figures and writes the report."""
    pytest.importorskip("build", reason="the package “build” is not installed")
    command = [
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--wheel",
        "--outdir",
        str(tmp_path / "dist"),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    made = next((tmp_path / "dist").glob("*.whl"))
    assert wheel.missing(made) == []
    found = wheel.tried(made, tmp_path)
    assert "$1.6 billion" in [row["quote"] for row in found["claims"]]  # type: ignore[attr-defined]
    assert found["report"]
