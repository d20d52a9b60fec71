"""``themes …``: what the themes are, what they hold, how they grow, and what a person does to them."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from pipeline.cli.common import AsJson, Corpus, command_group, errors_as_messages, print_json, printable, table
from pipeline.settings import Settings

app = command_group(
    "themes",
    "List, read and change the themes.\n\nExample: convening themes list",
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
        from pipeline import steps
        from pipeline.ledger.themes.edits import refresh_themes, themes_now
        from pipeline.ledger.themes.views import Sizes, theme_sizes

        with steps.open_ledger(Settings.load(corpus=corpus)) as ledger:
            refresh_themes(ledger)
            themes = themes_now(ledger).table
            shown = (*themes.active, *(themes.candidates if candidates else ()))
            held = theme_sizes(ledger, themes.candidates if candidates else ())
        rows = [
            {
                "number": row.number,
                "slug": row.slug,
                "name": row.name,
                "status": str(row.status),
                "origin": row.origin,
                "passages": held.get(row.slug, Sizes(passages=0, posts=0)).passages,
                "posts": held.get(row.slug, Sizes(passages=0, posts=0)).posts,
            }
            for row in sorted(shown, key=lambda row: row.number)
        ]
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
        settings = Settings.load(corpus=corpus)
        from pipeline import steps
        from pipeline.ledger.themes.edits import refresh_themes, themes_now
        from pipeline.reading.loading import load_encoder
        from pipeline.steps import retheming
        from pipeline.themes.representatives import representatives

        with steps.open_ledger(settings) as ledger:
            refresh_themes(ledger)
            table_now = themes_now(ledger).table
            if not table_now.rows:
                raise retheming.NoThemesError("there are no themes yet", "run `convening run` first")
            row = table_now.open_row(slug)
            found = representatives(retheming.passages_of_theme(ledger, slug), load_encoder(settings), count=count)
            wanted = {c.post for c in found}
            titles = {post.id: post.title or post.id for post in ledger.posts(wanted)}
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
        from pipeline import steps
        from pipeline.ledger.themes.edits import refresh_themes
        from pipeline.ledger.themes.views import post_years
        from pipeline.themes.trends import trends

        with steps.open_ledger(Settings.load(corpus=corpus)) as ledger:
            refresh_themes(ledger)
            rows = trends([theme.slug for theme in ledger.themes()], post_years(ledger))
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


def _act(corpus: Corpus, slug: str, op: str, **given: object) -> None:
    with errors_as_messages():
        settings = Settings.load(corpus=corpus)
        from uuid import uuid4

        from pipeline import steps
        from pipeline.ledger.themes.edits import change_theme, themes_now
        from pipeline.steps import retheming

        with steps.open_ledger(settings) as ledger:
            if op != "new" and not themes_now(ledger).table.rows:
                raise retheming.NoThemesError("there are no themes yet", "run `convening run` first")
            change = {"op": op} | {name: value for name, value in given.items() if value is not None}
            found = change_theme(ledger, slug, change, act=uuid4().hex, reviewer=settings.reviewer or getpass.getuser())
        typer.echo(f"Done: {found}. The next run writes it to the outputs.")


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
    _act(corpus, "", "new", name=name, description=description, keywords=list(keyword or ()))


@app.command()
def rename(slug: Slug, name: Annotated[str, typer.Argument(help="The new name.")], corpus: Corpus = None) -> None:
    """Give a theme another name, which no later run changes; its slug stays.

    Example: convening themes rename funding Money
    """
    _act(corpus, slug, "rename", name=name)


@app.command()
def merge(
    slug: Slug, into: Annotated[str, typer.Argument(help="The theme that gets all.")], corpus: Corpus = None
) -> None:
    """Put one theme's passages, now and from now on, into another theme.

    Example: convening themes merge inclusion citizen-services
    """
    _act(corpus, slug, "merge", into=into)


@app.command()
def split(
    slug: Slug, parts: Annotated[int, typer.Option(help="Into how many.", min=2)] = 2, corpus: Corpus = None
) -> None:
    """Split a theme by what its passages say; the largest part keeps the slug.

    Example: convening themes split citizen-services
    """
    with errors_as_messages():
        settings = Settings.load(corpus=corpus)
        from pipeline import steps
        from pipeline.reading.loading import load_encoder
        from pipeline.steps import retheming

        with steps.open_ledger(settings) as ledger:
            reviewer = settings.reviewer or getpass.getuser()
            made = retheming.split(ledger, slug, load_encoder(settings), reviewer=reviewer, parts=parts)
        for row in made:
            typer.echo(f"{row.slug}: {row.name}")


@app.command()
def promote(
    slug: Slug, name: Annotated[str | None, typer.Option(help="What people call it.")] = None, corpus: Corpus = None
) -> None:
    """Make a candidate that a run suggested a theme like the others.

    Example: convening themes promote department-code --name "Code in departments"
    """
    _act(corpus, slug, "promote", name=name)


@app.command()
def retire(slug: Slug, corpus: Corpus = None) -> None:
    """Close a theme; its slug and number are never given to another.

    Example: convening themes retire measurement
    """
    _act(corpus, slug, "retire")


@app.command()
def pin(
    post: Annotated[str, typer.Argument(help="The post's id or its file in the corpus.")],
    passage: Annotated[int, typer.Argument(help="The passage's number, from 0.", min=0)],
    theme: Annotated[list[str] | None, typer.Option(help="A theme that it has; may be repeated; none without.")] = None,
    corpus: Corpus = None,
) -> None:
    """Say which themes a passage has; no later run moves it.

    Example: convening themes pin 2014-12-08-prizes-and-crowds.md 4 --theme funding
    """
    with errors_as_messages():
        settings = Settings.load(corpus=corpus)
        from uuid import uuid4

        from pipeline import steps
        from pipeline.ledger.corpus.copies import UnknownPostError
        from pipeline.ledger.corpus.originals import post_at
        from pipeline.ledger.themes.edits import change_theme

        with steps.open_ledger(settings) as ledger:
            name = post_at(ledger, post) or post
            revision = ledger.live_posts().get(name)
            if revision is None:
                raise UnknownPostError(post, "no post has this id or this file")
            change = {"op": "move", "passage": passage, "themes": list(theme or ())}
            reviewer = settings.reviewer or getpass.getuser()
            change_theme(ledger, "", change, act=uuid4().hex, reviewer=reviewer, post=name, revision=revision)
        typer.echo("Done. The next run writes it to the outputs.")
