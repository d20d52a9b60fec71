"""The examples of the README and the docs do what they show."""

from __future__ import annotations

import doctest
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

PAGES = [path for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if path.is_file()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_examples_print_what_they_show(page: Path) -> None:
    """Every ``>>>`` example of the page, as a doctest."""
    failed, _ = doctest.testfile(str(page), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert failed == 0


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed, and the README's pipe uses it")
def test_the_pipe_of_the_readme_prints_what_it_shows(tmp_path: Path) -> None:
    """Each ``$`` line of a console block, run by a shell, prints the lines below it."""
    blocks = re.findall(r"```console\n\$ (.+?)\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert blocks
    bin_folder = str(Path(sys.executable).parent)
    for command, shown in blocks:
        done = subprocess.run(
            ["bash", "-c", f"export PATH={bin_folder}:$PATH; {command}"],
            capture_output=True, text=True, cwd=tmp_path, check=True,
        )  # fmt: skip
        assert done.stdout == shown


def test_what_the_readme_names_is_there() -> None:
    """Every command, file and make target that the README names exists."""
    from pipeline.cli import app

    text = (ROOT / "README.md").read_text("utf-8")
    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    commands |= {group.name for group in app.registered_groups}
    assert set(re.findall(r"^convening ([a-z]+)", text, re.MULTILINE)) <= commands
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z]+)", text)) - {"no"} <= targets
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (ROOT / link).is_file(), link
