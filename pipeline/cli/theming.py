"""``themes …``: what the themes are, what they hold, how they grow, and what a person does to them."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from pipeline.cli.common import AsJson, Corpus, errors_as_messages, print_json, printable, table
from pipeline.settings import Settings

app = typer.Typer(
    name="themes",
    help="List, read and change the themes.\n\nExample: convening themes list",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Slug = Annotated[str, typer.Argument(help="The theme's slug, as `convening themes list` shows it.")]


def attach(parent: typer.Typer) -> None:
    """Add the commands to *parent*."""
    parent.add_typer(app)


@app.command("list")
def list_themes(
    candidates: Annotated[bool, typer.Option("--candidates", help="Also those that a run suggests.")] = False,
    corpus: Corpus = None,
    as_json: AsJson = False,
) -> None:
    """List the themes with how many passages and posts each has.

    Example: convening themes list --candidates
    """
    with errors_as_messages():
        from pipeline import steps, theming

        with steps.open_ledger(Settings.load(corpus=corpus)) as ledger:
            state = theming.load_state(ledger)
        rows = []
        for row in sorted(state.themes, key=lambda row: row.number) if state else ():
            if row.status not in ("active", "candidate") or (row.status == "candidate" and not candidates):
                continue
            held = [
                (post, a)
                for post, themes in (state.posts.items() if state else ())
                for a in (*themes.assignments, *themes.suggested)
                if a.theme == row.slug
            ]
            rows.append(
                {
                    "number": row.number,
                    "slug": row.slug,
                    "name": row.name,
                    "status": str(row.status),
                    "origin": row.origin,
                    "passages": len(held),
                    "posts": len({post for post, _ in held}),
                }
            )
        if as_json:
            print_json(rows)
        elif rows:
            typer.echo(
                table(list(rows[0]), [list(row.values()) for row in rows], right=["number", "passages", "posts"])
            )
        else:
            typer.echo("There are no themes yet; `convening run` gives passages theirs.")


@app.command()
def show(
    slug: Slug,
    count: Annotated[int, typer.Option(help="How many passages.", min=1)] = 5,
    corpus: Corpus = None,
    as_json: AsJson = False,
) -> None:
    """Print the passages that show best what a theme is, from several posts.

    Example: convening themes show funding
    """
    with errors_as_messages():
        from pipeline import steps, theming
        from pipeline.themes.encoders import default_encoder
        from pipeline.themes.representatives import representatives

        with steps.open_ledger(Settings.load(corpus=corpus)) as ledger:
            state = theming.load_state(ledger)
            if state is None:
                raise theming.NoThemesError("there are no themes yet", "run `convening run` first")
            found = representatives(theming.passages_of_theme(ledger, state, slug), default_encoder(), count=count)
            titles = {row["id"]: row["title"] or row["id"] for row in ledger.post_rows()}
        row = state.row(slug)
        shown = [{"post": titles[c.post], "passage": c.passage, "score": c.score, "text": c.text} for c in found]
        if as_json:
            print_json({"slug": row.slug, "name": row.name, "keywords": list(row.keywords), "passages": shown})
        else:
            typer.echo(f"{row.name} ({row.slug}): {row.description or ', '.join(row.keywords)}")
            for one in shown:
                typer.echo(f"\n{printable(str(one['post']))}, {one['score']:.2f}\n  {printable(str(one['text']))}")


@app.command()
def trend(corpus: Corpus = None, as_json: AsJson = False) -> None:
    """Show each theme's share of the passages of each year, with small numbers marked.

    Example: convening themes trend
    """
    with errors_as_messages():
        from pipeline import steps, theming
        from pipeline.themes.trends import trends

        with steps.open_ledger(Settings.load(corpus=corpus)) as ledger:
            state = theming.load_state(ledger)
            years = {row["id"]: int(row["date"][:4]) for row in ledger.post_rows() if row["date"]}
        rows = trends(state, years) if state else ()
        if as_json:
            from dataclasses import asdict

            print_json([asdict(row) for row in rows])
            return
        span = sorted({row.year for row in rows})
        cells: dict[str, dict[int, str]] = {}
        for row in rows:
            share = "–" if row.share is None else f"{100 * row.share:.0f}%{'*' if row.small else ''}"
            cells.setdefault(row.theme, {})[row.year] = share
        heads = ["theme", *map(str, span)]
        typer.echo(table(heads, [[slug, *(of[year] for year in span)] for slug, of in cells.items()], right=heads[1:]))
        typer.echo("\nShares of the year's passages; * fewer than 20 passages in that year.")


def _act(corpus: Corpus, what: str, **given: object) -> None:
    with errors_as_messages():
        settings = Settings.load(corpus=corpus)
        from pipeline import steps, theming

        with steps.open_ledger(settings) as ledger:
            theming.act(ledger, what, settings.reviewer or getpass.getuser(), **given)
        typer.echo("Done; the next run writes it to the outputs.")


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What people call it.")],
    description: Annotated[str, typer.Option(help="One sentence on what belongs to it.")] = "",
    keyword: Annotated[list[str] | None, typer.Option(help="A telling word; may be repeated.")] = None,
    corpus: Corpus = None,
) -> None:
    """Add a theme; the next run gives it its passages.

    Example: convening themes add Climate --keyword "carbon emissions"
    """
    _act(corpus, "add", name=name, description=description, keywords=list(keyword or ()))


@app.command()
def rename(slug: Slug, name: Annotated[str, typer.Argument(help="The new name.")], corpus: Corpus = None) -> None:
    """Give a theme another name, which no later run changes; its slug stays.

    Example: convening themes rename funding Money
    """
    _act(corpus, "rename", slug=slug, name=name)


@app.command()
def merge(
    slug: Slug, into: Annotated[str, typer.Argument(help="The theme that gets all.")], corpus: Corpus = None
) -> None:
    """Put one theme's passages, now and from now on, into another theme.

    Example: convening themes merge open-data code-sharing
    """
    _act(corpus, "merge", slug=slug, into=into)


@app.command()
def split(
    slug: Slug, parts: Annotated[int, typer.Option(help="Into how many.", min=2)] = 2, corpus: Corpus = None
) -> None:
    """Split a theme by what its passages say; the largest part keeps the slug.

    Example: convening themes split citizen-services
    """
    _act(corpus, "split", slug=slug, parts=parts)


@app.command()
def promote(
    slug: Slug, name: Annotated[str | None, typer.Option(help="What people call it.")] = None, corpus: Corpus = None
) -> None:
    """Make a candidate that a run suggested a theme like the others.

    Example: convening themes promote open-data --name "Open data"
    """
    _act(corpus, "promote", slug=slug, name=name)


@app.command()
def retire(slug: Slug, corpus: Corpus = None) -> None:
    """Close a theme; its slug and number are never given to another.

    Example: convening themes retire measurement
    """
    _act(corpus, "retire", slug=slug)
