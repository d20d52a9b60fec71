"""``add``, ``text`` and ``sources``: how posts come in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.common import AsJson, Corpus, errors_as_messages, print_json, printable, say, table
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.ingest.documents import Document


def attach(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(add)
    app.command()(text)
    app.add_typer(sources)


sources = typer.Typer(
    name="sources",
    help="Where new posts come from: feeds, sitemaps, pages, folders.\n\nExample: convening sources list",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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


@sources.command("add")
def add_source(
    address: Annotated[str, typer.Argument(help="The address, or the path of a folder, export or archive.")],
    kind: Annotated[str, typer.Option(help="feed, sitemap, page, folder, medium or warc.")] = "feed",
    name: Annotated[str | None, typer.Option(help="A short name (by default made from the address).")] = None,
    corpus: Corpus = None,
) -> None:
    """Add a source; `convening run` visits it when it is due.

    Example: convening sources add https://example.org/feed.xml
    """
    with errors_as_messages():
        from pipeline.ingest import add_source as write
        from pipeline.ingest import load_sources, source_for
        from pipeline.visiting import LISTING

        listing = Settings.load(corpus=corpus).corpus / LISTING
        taken = [source.name for source in load_sources(listing)]
        added = write(listing, source_for(address, kind=kind, name=name, taken=taken))
        typer.echo(f"{added.name}: {added.kind} {printable(added.url)}")


@sources.command("list")
def list_sources(corpus: Corpus = None, as_json: AsJson = False) -> None:
    """List the sources: when each was visited, when it is due, and what went wrong.

    Example: convening sources list
    """
    with errors_as_messages():
        import json

        from pipeline import steps
        from pipeline.ingest import load_sources
        from pipeline.visiting import LISTING

        settings = Settings.load(corpus=corpus)
        rows = []
        with steps.open_ledger(settings) as ledger:
            for source in load_sources(settings.corpus / LISTING):
                state = json.loads(ledger.source(source.name) or "{}")
                rows.append(
                    {
                        "name": source.name,
                        "kind": source.kind,
                        "url": source.url,
                        "state": "paused" if source.paused else "failing" if state.get("failures") else "on",
                        "visited": state.get("visited"),
                        "due": state.get("due"),
                        "problem": state.get("problem"),
                    }
                )
        if as_json:
            print_json(rows)
        elif rows:
            typer.echo(table(list(rows[0]), [list(row.values()) for row in rows]))
        else:
            typer.echo("No sources yet; `convening sources add ADDRESS` adds one.")


@sources.command("check")
def check_sources(
    names: Annotated[list[str] | None, typer.Argument(help="Names of sources (by default all).")] = None,
    corpus: Corpus = None,
) -> None:
    """Visit sources now without keeping anything, and say what they would bring.

    Example: convening sources check
    """
    with errors_as_messages():
        from dataclasses import replace
        from datetime import UTC, datetime

        from pipeline.ingest import Fetcher, Readers, State, load_sources, visit
        from pipeline.visiting import LISTING

        settings = Settings.load(corpus=corpus)
        amiss = False
        with Readers() as readers:
            fetcher = Fetcher(contact=settings.contact)
            for source in load_sources(settings.corpus / LISTING):
                if names and source.name not in names:
                    continue
                found = visit(
                    replace(source, limit=1), State(), fetcher, datetime.now(UTC), reads=readers, root=settings.corpus
                )
                problems = [f"{problem.url}: {problem.reason}" for problem in found.problems]
                amiss |= bool(problems)
                titles = [arrival.document.title or arrival.document.name for arrival in found.arrivals]
                typer.echo(printable(f"{source.name}: " + "; ".join(problems or titles or ["nothing new"])))
        if amiss:
            raise typer.Exit(1)


@sources.command("pause")
def pause(
    name: Annotated[str, typer.Argument(help="The source's name.")],
    go_on: Annotated[bool, typer.Option("--resume", help="Let it go on.")] = False,
    corpus: Corpus = None,
) -> None:
    """Leave a source out of runs until it is resumed.

    Example: convening sources pause example-org
    """
    with errors_as_messages():
        from pipeline.ingest import pause_source
        from pipeline.visiting import LISTING

        paused = pause_source(Settings.load(corpus=corpus).corpus / LISTING, name, paused=not go_on)
        typer.echo(f"{paused.name}: {'paused' if paused.paused else 'goes on'}")
