"""``add``, ``text`` and ``sources``: how posts come in."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.common import AsJson, Corpus, errors_as_messages, print_json, printable, say, table
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
    app.add_typer(sources)
    app.add_typer(copies)


sources = typer.Typer(
    name="sources",
    help="Where new posts come from: feeds, sitemaps, pages, folders.\n\nExample: convening sources list",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


copies = typer.Typer(
    name="copies",
    help="Posts that repeat an earlier one, whose figures count once.\n\nExample: convening copies list",
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
        from pipeline.ingest.documents import UnreadableError
        from pipeline.ingest.workers import Readers, read_files, workers_for

        alone = len(files) == 1
        failed = False
        workers = workers_for(len(files))
        with Readers(workers=workers) as readers:
            for path, found in zip(files, read_files(files, readers, workers=workers), strict=True):
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

    Example: convening original posts/forty-teams.md --to page.html
    """
    with errors_as_messages():
        from pipeline import steps
        from pipeline.ledger.copies import UnknownPostError
        from pipeline.ledger.originals import post_at, told_of

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


@sources.command("add")
def add_source(
    address: Annotated[str, typer.Argument(help="The address, or the path of a folder, export or archive.")],
    kind: Annotated[
        str | None, typer.Option(help="feed, sitemap, page, folder, medium or warc (by default told from the address).")
    ] = None,
    name: Annotated[str | None, typer.Option(help="A short name (by default made from the address).")] = None,
    match: Annotated[
        str | None, typer.Option(help="Only pages in whose path this regular expression is found, such as ^/blog/.")
    ] = None,
    corpus: Corpus = None,
) -> None:
    """Add a source; `convening run` visits it when it is due.

    Example: convening sources add https://example.org/feed.xml
    """
    with errors_as_messages():
        from dataclasses import replace

        from pipeline.ingest import SourceError, load_sources, source_for
        from pipeline.ingest import add_source as write
        from pipeline.ingest.sources import ON_THE_WEB, kind_of_address
        from pipeline.intake.visiting import LISTING

        kind = kind or kind_of_address(address)
        if kind not in ON_THE_WEB:
            place = Path(address).expanduser().resolve()
            if not place.exists():
                raise SourceError(address, "there is no such file or folder")
            address = str(place)
        listing = Settings.load(corpus=corpus).corpus / LISTING
        taken = [source.name for source in load_sources(listing)]
        added = write(listing, replace(source_for(address, kind=kind, name=name, taken=taken), match=match))
        typer.echo(f"{added.name}: {added.kind} {printable(added.url)}")
        say(f"the next run visits it; `convening sources check {added.name}` tries it now")


@sources.command("list")
def list_sources(corpus: Corpus = None, as_json: AsJson = False) -> None:
    """List the sources: when each was visited, when it is due, and what went wrong.

    Example: convening sources list
    """
    with errors_as_messages():
        from pipeline import steps
        from pipeline.ingest import load_sources
        from pipeline.ingest.states import address_of
        from pipeline.intake.visiting import LISTING, state_of

        settings = Settings.load(corpus=corpus)
        rows: list[dict[str, Any]] = []
        with steps.open_ledger(settings) as ledger:
            for source in load_sources(settings.corpus / LISTING):
                state = state_of(ledger, source.name)
                moved = address_of(source, state)
                rows.append(
                    {
                        "name": source.name,
                        "kind": source.kind,
                        "state": "paused" if source.paused else "failing" if state.failures else "on",
                        "visited": state.visited and state.visited.isoformat(timespec="seconds"),
                        "due": state.due and state.due.isoformat(timespec="seconds"),
                        "posts": len(state.entries) + len(state.files),
                        "url": source.url,
                        "moved_to": moved if moved != source.url else None,
                        "failures": state.failures,
                        "problem": state.problem,
                    }
                )
        if as_json:
            print_json(rows)
        elif rows:
            heads = ["name", "kind", "state", "visited", "due", "posts", "address"]
            typer.echo(table(heads, [_source_cells(row) for row in rows], right=["posts"]))
            for row in rows:
                for said in _source_notes(row):
                    typer.echo(printable(f"{row['name']}: {said}"))
        else:
            typer.echo("No sources yet; `convening sources add ADDRESS` adds one.")


def _source_cells(row: dict[str, Any]) -> list[object]:
    """A source as a line of the table: times to the minute, in UTC."""
    visited = str(row["visited"])[:16].replace("T", " ") if row["visited"] else "never"
    due = "-" if row["state"] == "paused" else str(row["due"])[:16].replace("T", " ") if row["due"] else "next run"
    return [row["name"], row["kind"], row["state"], visited, due, row["posts"], row["url"]]


def _source_notes(row: dict[str, Any]) -> list[str]:
    """What else is to be known of a source, as sentences."""
    said = []
    if row["problem"]:
        times = row["failures"]
        said.append(f"{row['problem']} (failed {times} time{'' if times == 1 else 's'} in a row)")
    if row["moved_to"]:
        said.append(f"moved for good to {row['moved_to']}, which is asked now")
    return said


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

        from pipeline.ingest import Fetcher, Readers, SourceError, State, load_sources, visit
        from pipeline.intake.visiting import LISTING

        settings = Settings.load(corpus=corpus)
        listed = load_sources(settings.corpus / LISTING)
        if unknown := sorted(set(names or []) - {source.name for source in listed}):
            raise SourceError(unknown[0], "no source has this name; `convening sources list` shows them")
        if not listed:
            typer.echo("No sources yet; `convening sources add ADDRESS` adds one.")
        amiss = False
        with Readers() as readers:
            fetcher = Fetcher(contact=settings.contact)
            for source in listed:
                if names and source.name not in names:
                    continue
                found = visit(
                    replace(source, limit=1), State(), fetcher, datetime.now(UTC), reads=readers, root=settings.corpus
                )
                amiss |= bool(found.problems)
                lines = [f"{problem.url}: {problem.reason}" for problem in found.problems]
                lines += [_would_bring(arrival.document) for arrival in found.arrivals[:1]]
                if len(found.arrivals) > 1:
                    lines.append(f"and {len(found.arrivals) - 1} more")
                lines += found.warnings
                typer.echo(printable(f"{source.name}: {'; '.join(lines or ['it answers, and lists nothing'])}"))
        if amiss:
            raise typer.Exit(1)


def _would_bring(found: Document) -> str:
    """What a visit would bring, in a few words."""
    day = found.date.isoformat() if found.date else "no date"
    guess = " (a guess)" if found.date and found.sources.get("date") == "guess" else ""
    return f"would bring “{found.title or found.name}”, {day}{guess}, {found.words} words"


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
        from pipeline.intake.visiting import LISTING

        paused = pause_source(Settings.load(corpus=corpus).corpus / LISTING, name, paused=not go_on)
        typer.echo(f"{paused.name}: {'paused; --resume lets it go on' if paused.paused else 'goes on'}")


@copies.command("list")
def list_copies(corpus: Corpus = None, as_json: AsJson = False) -> None:
    """List the posts that repeat an earlier one, and who says so: their words, or a person.

    Example: convening copies list
    """
    with errors_as_messages():
        from pipeline import steps
        from pipeline.ledger.copies import listed

        with steps.open_ledger(Settings.load(corpus=corpus)) as ledger:
            rows = list(listed(ledger))
        if as_json:
            print_json(rows)
        elif rows:
            heads = ["post", "date", "repeats", "its_date", "said_by", "title"]
            typer.echo(table(heads, [[row[head] for head in heads] for row in rows]))
        else:
            typer.echo("No post repeats another.")


@copies.command("rule")
def rule_on_copy(
    post: Annotated[str, typer.Argument(help="The post's id.")],
    repeats: Annotated[str | None, typer.Option(help="The id of the post that it repeats.")] = None,
    alone: Annotated[bool, typer.Option("--alone", help="It repeats no other post.")] = False,
    corpus: Corpus = None,
) -> None:
    """Say whether a post repeats another; what a person says stays, whatever the words say.

    Example: convening copies rule 4f1c0d2e5a6b7c8d --alone
    """
    with errors_as_messages():
        import getpass
        from uuid import uuid4

        from pipeline import steps
        from pipeline.ledger.copies import UnknownPostError, rule
        from pipeline.steps.copies import link_copies

        if alone == bool(repeats):
            raise UnknownPostError(post, "say either --repeats POST or --alone")
        settings = Settings.load(corpus=corpus)
        with steps.open_ledger(settings) as ledger:
            rule(ledger, post, repeats, reviewer=settings.reviewer or getpass.getuser(), act=str(uuid4()))
            link_copies(ledger)
        typer.echo(f"{post}: " + (f"repeats {repeats}" if repeats else "repeats no other post"))
