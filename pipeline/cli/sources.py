"""``sources …``: where new posts come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.common import AsJson, Corpus, command_group, errors_as_messages, print_json, printable, say, table
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.ingest.documents import Document

sources = command_group(
    "sources",
    "Where new posts come from: feeds, sitemaps, pages, folders.\n\nExample: convening sources list",
)


def attach(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.add_typer(sources)


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
