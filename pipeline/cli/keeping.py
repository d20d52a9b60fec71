"""``ledger``: where the ledger lies, copies of it in other databases, backups."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.common import AsJson, Corpus, command_group, errors_as_messages, print_json, say, table
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.ledger.backups import TableCopy

ledger = command_group(
    "ledger",
    "Copies and backups of the ledger.\n\nExample: convening ledger backup ledger-2026-11-22.db",
)


def attach(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.add_typer(ledger)


@ledger.command("copy")
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A SQLite file or a database URL.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="A new SQLite file, or the URL of an empty database.")],
    as_json: AsJson = False,
) -> None:
    """Copy a whole ledger into another database, and check that both are equal.

    Example: convening ledger copy corpus/ledger.db postgresql://anna@db/ledger
    """
    with errors_as_messages():
        from pipeline.ledger.backups import copy_ledger
        from pipeline.ledger.errors import LedgerError
        from pipeline.ledger.ledger import Ledger

        if "://" not in source and not Path(source).is_file():
            raise LedgerError(source, "there is no such ledger to copy")
        with Ledger(source) as here, Ledger(target) as there:
            _show(copy_ledger(here, there), as_json=as_json)


@ledger.command("backup")
def back_up(
    to: Annotated[Path, typer.Argument(help="The new file; it appears when it is whole.")],
    corpus: Corpus = None,
    as_json: AsJson = False,
) -> None:
    """Write a backup of the ledger to one SQLite file, also while a run or a review is at work.

    Example: convening ledger backup ledger-2026-11-22.db
    """
    with errors_as_messages():
        from pipeline import steps
        from pipeline.ledger import backups

        with steps.open_ledger(Settings.load(corpus=corpus)) as here:
            copied = backups.back_up(here, to)
        _show(copied, as_json=as_json)


@ledger.command("restore")
def restore(
    backup: Annotated[Path, typer.Argument(help="A file that `convening ledger backup` wrote.")],
    corpus: Corpus = None,
) -> None:
    """Put a backup in place of the ledger; decisions made since stay, and the old ledger is set aside.

    Stop the review and wait for runs first. Example: convening ledger restore ledger-2026-11-22.db
    """
    with errors_as_messages():
        from pipeline import steps
        from pipeline.ledger import backups

        settings = Settings.load(corpus=corpus)
        with steps.only_run(settings), steps.open_ledger(settings) as here:
            aside = backups.restore(backup, here)
        typer.echo(f"the ledger holds what {backup} held")
        if aside is not None:
            say(f"the ledger as it was lies in {aside}")


def _show(copied: Sequence[TableCopy], *, as_json: bool) -> None:
    if as_json:
        print_json([{"table": one.table, "rows": one.rows, "digest": one.digest} for one in copied])
        return
    typer.echo(table(["table", "rows", "digest"], [[c.table, c.rows, c.digest[:16]] for c in copied], right=["rows"]))
    say(f"{sum(one.rows for one in copied)} rows, equal on both sides")
