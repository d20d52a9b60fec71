"""Fills the reference pages of the docs site from the program itself, so that they cannot grow old."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Sequence
from typing import Any

import typer.main


def setup(app: Any) -> dict[str, bool]:
    """Take part in the build: Sphinx calls this."""
    app.connect("source-read", fill)
    return {"parallel_read_safe": True}


def fill(_app: Any, _page: str, source: list[str]) -> None:
    """Replace each marker of a page by what it names, and show a file of the tutorial as what it is."""
    text = source[0]
    for marker, make in MAKERS.items():
        if f"<!-- {marker} -->" in text:
            text = text.replace(f"<!-- {marker} -->", "\n".join(make()))
    source[0] = re.sub(r"^```file (\S+)$", r"```{code-block} yaml\n:caption: \1\n", text, flags=re.MULTILINE)


def leaves(command: Any, path: Sequence[str]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command that does something, with the words that call it."""
    for name, below in sorted(getattr(command, "commands", {}).items()):
        yield from leaves(below, (*path, name))
    if not getattr(command, "commands", None):
        yield tuple(path), command


def commands() -> Iterator[str]:
    """Every command with its arguments and flags."""
    from pipeline.cli import app

    for path, command in leaves(typer.main.get_command(app), ("convening",)):
        yield f"## {' '.join(path)}\n"
        about, _, example = inspect.cleandoc(command.help or "").partition("Example: ")
        yield about.strip() + "\n"
        if example:
            yield f"```sh\n{example.strip()}\n```\n"
        rows = [(_names(parameter), getattr(parameter, "help", "") or "") for parameter in command.params]
        yield from _table(("argument or flag", "what it says"), rows)


def settings() -> Iterator[str]:
    """Every setting, from the comments beside its field."""
    from pipeline import settings as module

    tree = inspect.getsource(module).splitlines()
    fields = next(node for node in ast.parse("\n".join(tree)).body if getattr(node, "name", "") == "Settings")
    rows = []
    for node in fields.body:  # type: ignore[attr-defined]
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            _, _, comment = tree[node.lineno - 1].partition("  # ")
            name = ast.unparse(node.target)
            default = ast.unparse(node.value).removeprefix("Path(").removesuffix(")").strip("'")
            rows.append((f"`CONVENING_{name.upper()}`", f"`{default}`" if default else "", comment))
    rows.append(("`DATABASE_URL`", "", "the ledger's database, where `CONVENING_LEDGER` is not set"))
    yield from _table(("in the environment", "default", "what it says"), rows)


def outputs() -> Iterator[str]:
    """Every table and column of the outputs."""
    from pipeline.publish.columns import ALL

    for table in ALL:
        yield f"## {table.name}\n\n{table.description}\n\nKey: {', '.join(f'`{name}`' for name in table.key)}.\n"
        rows = []
        for column in table.columns:
            more = f" One of {', '.join(f'`{word}`' for word in column.enum)}." if column.enum else ""
            unit = f" In {column.unit}." if column.unit else ""
            rows.append((f"`{column.name}`", str(column.type), f"{column.description}{unit}{more}"))
        yield from _table(("column", "type", "what it says"), rows)


def ledger() -> Iterator[str]:
    """Every table of the ledger with its columns."""
    from pipeline.ledger.schema import metadata

    for table in metadata.tables.values():
        key = {column.name for column in table.primary_key.columns}
        columns = ", ".join(f"**{c.name}**" if c.name in key else c.name for c in table.columns)
        yield f"### {table.name}\n\n{columns}\n"


def _names(parameter: Any) -> str:
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    return names if parameter.opts[0].startswith("-") else f"`{parameter.opts[0].upper()}`"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in row) + " |"
    yield ""


MAKERS = {"commands": commands, "settings": settings, "outputs": outputs, "ledger": ledger}
