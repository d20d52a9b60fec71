"""``add``, ``text`` and ``sources``: how posts come in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.common import AsJson, Corpus, errors_as_messages, print_json, printable, say
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.ingest.documents import Document


def attach(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(add)
    app.command()(text)


def add(
    what: Annotated[list[str], typer.Argument(help="Files, folders, patterns, addresses, or - for standard input.")],
    corpus: Corpus = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what is understood, and keep nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add posts to the corpus; the next run reads them.

    Example: convening add saved-page.html notes/*.md
    """
    with errors_as_messages():
        settings = Settings.load(corpus=corpus)
        from pipeline import adding

        failed = False
        rows = []
        for added in adding.add(what, settings, dry_run=dry_run):
            failed |= added.reason is not None
            rows.append(added.row())
            if not as_json:
                typer.echo(printable(added.sentence()), err=added.reason is not None)
        if as_json:
            print_json(rows)
        if failed:
            raise typer.Exit(1)


def text(
    files: Annotated[list[Path], typer.Argument(help="Saved pages or other posts; several give a JSON line each.")],
    as_json: AsJson = False,
) -> None:
    """Print the main text of a post, or with --json its metadata too.

    Example: convening text page.html
    """
    with errors_as_messages():
        import json

        from pipeline.ingest.documents import UnreadableError
        from pipeline.ingest.readers import read_bytes, read_file

        failed = False
        for path in files:
            try:
                found = read_bytes(sys.stdin.buffer.read(), name="-") if str(path) == "-" else read_file(path)
            except UnreadableError as error:
                say(str(error))
                failed = True
                if len(files) > 1:
                    typer.echo(json.dumps({"file": str(path), "error": error.reason}))
                continue
            if len(files) > 1:
                typer.echo(json.dumps({"file": str(path)} | document_row(found), ensure_ascii=False))
            elif as_json:
                print_json(document_row(found))
            else:
                typer.echo(found.text.encode("utf-8", "backslashreplace").decode())
        if failed:
            raise typer.Exit(1)


def document_row(found: Document) -> dict[str, Any]:
    """A document's text and metadata as plain values."""
    return {
        "text": found.text,
        "title": found.title,
        "authors": list(found.authors),
        "date": found.date.isoformat() if found.date else None,
        "publisher": found.publisher,
        "language": found.language,
        "url": found.url,
        "country": found.country,
        "sources": dict(found.sources),
        "warnings": list(found.warnings),
    }
