"""``review`` and ``decisions``: what people decide."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.common import Corpus, Models, command_group, errors_as_messages, say
from pipeline.settings import Settings


def attach(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(review)
    app.add_typer(decisions)
    app.add_typer(people)


decisions = command_group(
    "decisions", "What people decided: read it, keep copies, take it back.\n\nExample: convening decisions log"
)
people = command_group("accounts", "Who may review from other machines.\n\nExample: convening accounts add anna")


def review(
    corpus: Corpus = None,
    models: Models = None,
    host: Annotated[
        str, typer.Option(help="The address to serve on; beyond this machine it needs accounts.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)] = 8765,
    reviewer: Annotated[
        str | None,
        typer.Option(help="Whose decisions these are (by default the login name; with accounts, who logs in)."),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Check the claims in the browser.

    Example: convening review --reviewer anna
    """
    with errors_as_messages():
        settings = Settings.load(corpus=corpus, models=models, reviewer=reviewer)
        from pipeline import steps
        from pipeline.extract.quantities import find_quantities
        from pipeline.review.serve import serve

        with steps.open_ledger(settings) as ledger:
            serve(
                ledger=ledger,
                corpus=settings.corpus,
                host=host,
                port=port,
                reviewer=settings.reviewer or None,  # nobody named: with accounts, everybody logs in
                open_browser=browser,
                say=say,
                read_quantities=find_quantities,
                add_post=lambda path: steps.take_in(settings, path),
                contact=settings.contact,
            )


@decisions.command("log")
def log(
    by: Annotated[str | None, typer.Option(help="Only what this reviewer decided.")] = None,
    corpus: Corpus = None,
) -> None:
    """Print every decision in the order they were made, a JSON line each.

    Example: convening decisions log --by anna
    """
    with errors_as_messages():
        import json

        from pipeline import steps
        from pipeline.ledger.decisions import decision_log

        with steps.open_ledger(Settings.load(corpus=corpus)) as ledger:
            for line in decision_log.lines(ledger, by=by):
                typer.echo(json.dumps(line, ensure_ascii=False, sort_keys=True))


@decisions.command("export")
def export(
    to: Annotated[Path | None, typer.Option("--to", help="The folder (by default decisions/ in the corpus).")] = None,
    corpus: Corpus = None,
) -> None:
    """Write every decision as JSON lines, a file a month, so that git can keep them.

    Example: convening decisions export
    """
    with errors_as_messages():
        from pipeline import steps
        from pipeline.ledger.decisions import decision_log

        settings = Settings.load(corpus=corpus)
        with steps.open_ledger(settings) as ledger:
            folder = to or settings.corpus / "decisions"
            changed = decision_log.export(ledger, folder)
        typer.echo(f"{folder}: {len(changed)} {'file' if len(changed) == 1 else 'files'} changed")


@decisions.command("import")
def take_in(
    folder: Annotated[Path, typer.Argument(help="A folder of exported decisions.")],
    corpus: Corpus = None,
) -> None:
    """Take in decisions that the ledger does not have; what it has stays.

    Example: convening decisions import corpus/decisions
    """
    with errors_as_messages():
        from pipeline import steps
        from pipeline.ledger.decisions import decision_log

        with steps.open_ledger(Settings.load(corpus=corpus)) as ledger:
            typer.echo(f"{decision_log.take_in(ledger, folder)} decisions taken in")


@decisions.command("revert")
def revert(
    by: Annotated[str, typer.Option(help="Whose decisions.")],
    since: Annotated[datetime, typer.Option(help="From this time on, e.g. 2026-11-20.")],
    corpus: Corpus = None,
) -> None:
    """Take back all that somebody decided since a time, as one act that can itself be undone.

    Example: convening decisions revert --by anna --since 2026-11-20
    """
    with errors_as_messages():
        settings = Settings.load(corpus=corpus)
        from pipeline import steps
        from pipeline.ledger.decisions import undoing

        with steps.open_ledger(settings) as ledger:
            at = since if since.tzinfo else since.astimezone()
            who = settings.reviewer or getpass.getuser()
            typer.echo(f"{undoing.revert(ledger, by=by, since=at, reviewer=who)} decisions taken back")


@people.command("add")
def add_account(
    name: Annotated[str, typer.Argument(help="The reviewer's name.")],
    role: Annotated[str, typer.Option(help="reviewer, adjudicator or reader.")] = "reviewer",
    corpus: Corpus = None,
) -> None:
    """Let somebody review from another machine; asks for the password.

    Example: convening accounts add anna --role adjudicator
    """
    with errors_as_messages():
        from pipeline import steps
        from pipeline.ledger import accounts

        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        with steps.open_ledger(Settings.load(corpus=corpus)) as ledger:
            accounts.add(ledger, name, password, role=role)
        typer.echo(f"{name}: {role}")


@people.command("list")
def list_accounts(corpus: Corpus = None) -> None:
    """List who may review, and as what.

    Example: convening accounts list
    """
    with errors_as_messages():
        from pipeline import steps
        from pipeline.ledger import accounts

        with steps.open_ledger(Settings.load(corpus=corpus)) as ledger:
            known = accounts.names(ledger)
        typer.echo("\n".join(f"{name}: {role}" for name, role in sorted(known.items())) or "No accounts.")


@people.command("disable")
def disable(name: Annotated[str, typer.Argument(help="The reviewer's name.")], corpus: Corpus = None) -> None:
    """End somebody's access; what they decided stays.

    Example: convening accounts disable anna
    """
    with errors_as_messages():
        from pipeline import steps
        from pipeline.ledger import accounts

        with steps.open_ledger(Settings.load(corpus=corpus)) as ledger:
            accounts.disable(ledger, name)
        typer.echo(f"{name} may no longer log in")
