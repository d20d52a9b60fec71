"""``copies …``: posts that repeat an earlier one, by their words or by a person's."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.common import AsJson, Corpus, command_group, errors_as_messages, print_json, table
from pipeline.settings import Settings

copies = command_group(
    "copies",
    "Posts that repeat an earlier one, whose figures count once.\n\nExample: convening copies list",
)


def attach(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.add_typer(copies)


@copies.command("list")
def list_copies(corpus: Corpus = None, as_json: AsJson = False) -> None:
    """List the posts that repeat an earlier one, and who says so: their words, or a person.

    Example: convening copies list
    """
    with errors_as_messages():
        from pipeline import steps
        from pipeline.ledger.corpus.copies import listed

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
    post: Annotated[str, typer.Argument(help="The post's id or its file in the corpus.")],
    repeats: Annotated[str | None, typer.Option(help="The post that it repeats, likewise.")] = None,
    alone: Annotated[bool, typer.Option("--alone", help="It repeats no other post.")] = False,
    corpus: Corpus = None,
) -> None:
    """Say whether a post repeats another; what a person says stays, whatever the words say.

    Example: convening copies rule 2015-07-20-five-years-of-challenges.md --alone
    """
    with errors_as_messages():
        import getpass
        from uuid import uuid4

        from pipeline import steps
        from pipeline.ledger.corpus.copies import UnknownPostError, rule
        from pipeline.ledger.corpus.originals import post_at
        from pipeline.steps.copies import link_copies

        if alone == bool(repeats):
            raise UnknownPostError(post, "say either --repeats POST or --alone")
        settings = Settings.load(corpus=corpus)
        with steps.open_ledger(settings) as ledger:
            name, earlier = post_at(ledger, post) or post, repeats and (post_at(ledger, repeats) or repeats)
            rule(ledger, name, earlier, reviewer=settings.reviewer or getpass.getuser(), act=str(uuid4()))
            link_copies(ledger)
        typer.echo(f"{post}: " + (f"repeats {repeats}" if repeats else "repeats no other post"))
