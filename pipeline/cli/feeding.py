"""``add``, ``text``, ``original`` and ``details``: posts as they come in, by hand and one by one."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.common import AsJson, Corpus, errors_as_messages, print_json, printable, say
from pipeline.cli.detailing import details
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.ingest.documents import Document, UnreadableError


def attach(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(add)
    app.command()(text)
    app.command()(original)
    app.command()(details)


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
        from pipeline.intake import adding

        failed = False
        rows = []
        for added in adding.add(what, settings, dry_run=dry_run):
            failed |= added.reason is not None
            rows.append(added.row())
            for line in [] if as_json else added.sentence().splitlines():
                typer.echo(line[: len(line) - len(line.lstrip())] + printable(line.lstrip()), err=bool(added.reason))
        if as_json:
            print_json(rows)
        if failed:
            raise typer.Exit(1)


def text(
    files: Annotated[list[Path], typer.Argument(help="Saved pages or other posts; several give a JSON line each.")],
    as_json: AsJson = False,
) -> None:
    """Print the main text of a post, or with --json its metadata too; several posts give a JSON line each, in order.

    Each is read in a process of its own with limits of time and memory. One that cannot be read has its reason in
    its line, and the exit code is 1.

    Example: convening text page.html
    """
    with errors_as_messages():
        from pipeline.ingest.children import Readers, children_for, read_files
        from pipeline.ingest.documents import UnreadableError

        alone = len(files) == 1
        failed = False
        children = children_for(len(files))
        with Readers(children=children) as readers:
            for path, found in zip(files, read_files(files, readers, children=children), strict=True):
                if isinstance(found, UnreadableError):
                    say(str(found))
                    failed = True
                if not alone:
                    _write_line({"file": str(path)} | document_row(found))
                elif not isinstance(found, UnreadableError) and as_json:
                    print_json(document_row(found))
                elif not isinstance(found, UnreadableError):
                    typer.echo(found.text.encode("utf-8", "backslashreplace").decode())
        if failed:
            raise typer.Exit(1)


def _write_line(row: dict[str, Any]) -> None:
    """Print a row as one line of JSON, at once, in UTF-8 wherever it goes."""
    line = json.dumps(row, ensure_ascii=False)
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def original(
    post: Annotated[str, typer.Argument(help="A post's id or its file in the corpus.")],
    to: Annotated[Path | None, typer.Option(help="The file to write (by default standard output).")] = None,
    feed: Annotated[bool, typer.Option("--feed", help="What the feed had of it, beside the page.")] = False,
    corpus: Corpus = None,
) -> None:
    """Give the bytes that a post was read from, as they came: the page, the PDF, the Word file.

    Example: convening original 2015-07-03-govhack-2015.md --to post.md
    """
    with errors_as_messages():
        from pipeline import steps
        from pipeline.ledger.corpus.copies import UnknownPostError
        from pipeline.ledger.corpus.originals import post_at, told_of

        with steps.open_ledger(Settings.load(corpus=corpus)) as ledger:
            find = partial(told_of, ledger) if feed else ledger.raw
            data = find(post) or find(post_at(ledger, post) or "")
        if data is None and feed:
            raise UnknownPostError(post, "no post has this id or this file, or no feed had a text of it")
        if data is None:
            raise UnknownPostError(post, "no post has this id or this file, or its original was not kept")
        if to is None:
            sys.stdout.buffer.write(data)
        else:
            to.write_bytes(data)
            say(f"{to}: {len(data):,} bytes")


def document_row(found: Document | UnreadableError) -> dict[str, Any]:
    """A document's text and metadata as plain values, or why there are none."""
    if isinstance(found, Exception):
        return {"text": None, "error": found.reason}
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
