"""The docs: they build, their examples do what they show, and nothing that a person can type or read is left out."""

from __future__ import annotations

import inspect
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
from conftest import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
sys.path.insert(0, str(DOCS))

from reference_pages import MAKERS, leaves  # noqa: E402


def commands() -> dict[tuple[str, ...], Any]:
    """Every command by the words that call it."""
    from pipeline.cli import app

    return dict(leaves(typer.main.get_command(app), ("convening",)))


def written() -> str:
    """What people wrote: the README and the pages, without what is made from the program."""
    return "\n".join(page.read_text("utf-8") for page in (ROOT / "README.md", *PAGES))


def shown_commands() -> list[tuple[str, str]]:
    """Each line of a code block that calls the program, with its page."""
    found = []
    for page in (ROOT / "README.md", *PAGES):
        for block in re.findall(r"^```(?:sh|console)\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE):
            for line in block.splitlines():
                said = re.search(r"(?:^|\| )\$?\s*(convening .*)", line.split("  #")[0].split(" | jq")[0])
                if said:
                    found.append((page.name, said[1].split(" > ")[0].strip()))
    return found


@pytest.mark.parametrize(("page", "line"), shown_commands())
def test_a_command_in_the_docs_can_be_typed(page: str, line: str) -> None:
    """Every command that a page shows exists, with the flags that it shows."""
    words = shlex.split(line)
    known = commands()
    path = next((path for path in known if tuple(words[: len(path)]) == path), None)
    assert path is not None or words[1].startswith("-"), f"{page} shows a command that is not there: {line}"
    if path is not None:
        flags = {flag for parameter in known[path].params for flag in (*parameter.opts, *parameter.secondary_opts)}
        used = {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert used <= flags | {"--help"}, f"{page}: {line}"


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_a_command_is_documented(path: tuple[str, ...]) -> None:
    """It has an example in its help, a sentence for every flag, and a place in a page that a person wrote."""
    command = commands()[path]
    about, marker, example = inspect.cleandoc(command.help or "").partition("Example: ")
    assert about.strip()
    assert marker, "its help has no line that begins with “Example: ”"
    assert " ".join(path) in example
    for parameter in command.params:
        assert parameter.help, f"{parameter.opts[0]} has no help"
    shown = " ".join(path) in written()
    assert shown, "no page of the docs shows it"


def test_every_setting_is_documented() -> None:
    """Each field of the settings is on the page of settings, with a sentence."""
    from dataclasses import fields

    from pipeline.settings import Settings

    page = "\n".join(MAKERS["settings"]())
    for field in fields(Settings):
        row = next((line for line in page.splitlines() if f"`CONVENING_{field.name.upper()}`" in line), "")
        assert row.strip("| ").count("|") == 2, f"{field.name} has no row"
        assert row.split("|")[3].strip(), f"{field.name} has no comment beside it in settings.py"


def test_every_table_of_the_ledger_is_documented() -> None:
    """A person said of each table what it holds."""
    from pipeline.ledger.schema import metadata

    page = (DOCS / "reference" / "ledger.md").read_text("utf-8")
    assert [name for name in metadata.tables if f"`{name}`" not in page] == []


def test_every_column_of_the_outputs_is_documented() -> None:
    """Each has a description of more than its own name."""
    from pipeline.publish.columns import ALL

    for table in ALL:
        for column in table.columns:
            assert len(column.description.split()) > 1, f"{table.name}.{column.name}"


def test_every_format_of_the_outputs_is_documented() -> None:
    """The page of outputs has a row for each format."""
    from pipeline.publish.publishing import FORMATS

    page = (DOCS / "reference" / "outputs.md").read_text("utf-8")
    assert [name for name in FORMATS if f"| `{name}` |" not in page] == []


def test_pages_lead_to_pages_that_are_there() -> None:
    """Every link and picture within the docs leads somewhere."""
    for page in PAGES:
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
    for place in re.findall(r"`docs/([\w./-]+)`", written()):
        assert (DOCS / place).exists(), f"docs/{place}"


def test_the_site_builds(tmp_path: Path) -> None:
    """Every page is built without a warning, and the pages ask no other host for anything."""
    pytest.importorskip("sphinx", reason="Sphinx is not installed")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    done = subprocess.run([*command, str(DOCS), str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for page in tmp_path.rglob("*.html"):
        loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?://[^"]+)"', page.read_text("utf-8"))
        assert loaded == [], page.name


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed, and the tutorial's pipe uses it")
def test_the_tutorial_works_as_it_is_written(tmp_path: Path) -> None:
    """Its files are written and its commands typed, in order; each prints what is shown, “…” for anything."""
    text = (DOCS / "tutorial.md").read_text("utf-8")
    blocks = re.findall(r"^```(file \S+|console)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert [kind for kind, _ in blocks].count("console") >= 4
    place = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "100"}
    for kind, body in blocks:
        if kind.startswith("file "):
            path = tmp_path / kind.removeprefix("file ")
            path.parent.mkdir(exist_ok=True)
            path.write_text(body, "utf-8")
            continue
        for said in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", body, re.MULTILINE):
            command, shown = said
            done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=place, capture_output=True, text=True)
            assert done.returncode == 0, f"{command}\n{done.stderr}"
            wanted = ".*".join(re.escape(part) for part in shown.split("…"))
            assert re.fullmatch(wanted, done.stdout, re.DOTALL), f"{command}\n{done.stdout}"
    assert (tmp_path / "outputs" / "report" / "index.html").is_file()


def test_tables_that_a_page_shows_can_be_read(tmp_path: Path) -> None:
    """The rows of names and the theme that the guides show are ones that the program takes."""
    from pipeline.extract import gazetteer
    from pipeline.themes.guided import load_guided

    shown = {"names": ("text", "shown.tsv"), "themes": ("toml", "themes.toml")}
    for page, (kind, name) in shown.items():
        text = (DOCS / "guides" / f"{page}.md").read_text("utf-8")
        block = re.findall(rf"^```{kind}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)[0]
        (tmp_path / name).write_text(block, "utf-8")
    assert [row.id for row in gazetteer.load(tmp_path).rows] == ["harbour-digital-fund"]
    assert [theme.slug for theme in load_guided(tmp_path / "themes.toml")] == ["climate"]
