"""Who may import whom: the table of the design, held over every file of the package."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

BASE = {"records", "errors", "shares", "formulas", "days", "processors", "model_files", "theme_table"}
FINDING = {"ingest", "extract", "themes", "compare"}
KNOWN = BASE | FINDING | {"ledger", "publish", "learn", "settings", "reading", "plain", "intake"}
ALLOWED = {
    "__init__": set(),
    "records": set(),
    "errors": set(),
    "shares": set(),
    "formulas": set(),
    "days": set(),
    "processors": set(),
    "model_files": {"errors"},
    "prefect_home": BASE,
    **dict.fromkeys(FINDING, BASE),
    "ledger": BASE,
    "publish": BASE | {"ledger", "compare"},
    "review": BASE | {"ledger", "ingest", "compare", "learn", "intake"},
    "learn": BASE | FINDING | {"ledger"},
    "settings": BASE,
    "plain": BASE | {"ledger"},
    "reading": BASE | FINDING | {"settings", "plain"},
    "intake": BASE | {"ingest", "extract", "ledger", "settings"},
    "checks": KNOWN | {"steps"},
    "library": KNOWN,
    "theme_table": BASE,
    "workers": BASE | {"extract", "reading", "settings"},
    "steps": KNOWN | {"workers"},
    "flows": KNOWN | {"steps", "workers", "prefect_home"},
    "cli": KNOWN | {"review", "steps", "flows", "checks", "prefect_home"},
}
ONLY_IN = {  # a library → the rooms that may know it
    "prefect": {"flows"},
    "prefect_dask": {"flows"},
    "distributed": {"flows"},
    "spacy": {"extract", "learn", "publish", "checks"},
    "fastapi": {"review"},
    "starlette": {"review"},
    "uvicorn": {"review"},
    "sqlalchemy": {"ledger", "publish", "review"},
    "typer": {"cli"},
    "sklearn": {"themes", "learn", "compare"},
}


def modules() -> list[Path]:
    """Every Python file of the package but the migrations, which Alembic runs by itself."""
    return sorted(path for path in (ROOT / "pipeline").rglob("*.py") if "migrations" not in path.parts)


def room_of(path: Path) -> str:
    """The room of a file: the folder or module right below the package."""
    return path.relative_to(ROOT / "pipeline").parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """The dotted names that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module == "pipeline":
                yield from (f"pipeline.{alias.name}" for alias in node.names)
            else:
                yield node.module


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_only_what_its_room_may_know(path: Path) -> None:
    """Imports point down the table, and a heavy library is known in few rooms."""
    room = room_of(path)
    assert room in ALLOWED, f"{room} is a new room: say in this table what it may know"
    for name in imported(path):
        first, *rest = name.split(".")
        if first == "pipeline" and rest:
            assert rest[0] == room or rest[0] in ALLOWED[room], f"{room} may not know {name}"
        elif first in ONLY_IN:
            assert room in ONLY_IN[first], f"{room} may not know {first}"


@pytest.mark.parametrize("command", ["--help", "claims --help", "--version"])
def test_light_commands_load_nothing_heavy(command: str) -> None:
    """Help comes at once: neither Prefect nor spaCy nor scikit-learn is imported for it."""
    import subprocess
    import sys

    code = (
        "import sys\nfrom pipeline.cli import app\n"
        f"try:\n    app({command.split()!r})\nexcept SystemExit:\n    pass\n"
        "heavy = {'prefect', 'spacy', 'sklearn', 'pyarrow', 'fastapi'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_pages_and_the_api_do_not_know_each_other() -> None:
    """What two of them need lies beside them, so that each only parses, calls and shows."""
    edges = [path for path in modules() if room_of(path) == "review" and path.stem.endswith(("_pages", "api"))]
    assert len(edges) > 10
    for path in edges:
        known = re.findall(r"^from pipeline\.review(?:\.(\w+))? import (.*)", path.read_text("utf-8"), re.MULTILINE)
        strange = re.findall(r"\w+_pages\b|\bapi\b", " ".join(f"{place} {names}" for place, names in known))
        assert not strange, f"{path.name} may not know {strange}"
