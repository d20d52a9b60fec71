"""``details``: what is known of a post beside its text, where each came from, and a person's word on it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pipeline.cli.common import AsJson, Corpus, errors_as_messages, print_json, printable
from pipeline.settings import Settings


def details(
    post: Annotated[str, typer.Argument(help="The post's id, or its file in the corpus.")],
    title: Annotated[str | None, typer.Option(help="Its right title.")] = None,
    date: Annotated[str | None, typer.Option(help="Its right day, as 2021-06-17.")] = None,
    publisher: Annotated[str | None, typer.Option(help="Who published it.")] = None,
    country: Annotated[str | None, typer.Option(help="Its country, as a code of two letters.")] = None,
    language: Annotated[str | None, typer.Option(help="Its language, as a tag such as en or pt-BR.")] = None,
    url: Annotated[str | None, typer.Option(help="Its address.")] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="The guessed day is right.")] = False,
    corpus: Corpus = None,
    as_json: AsJson = False,
) -> None:
    """Show a post's title, day and the like, each with where it was stated; or say what is right.

    What a person says counts before what was read, also after the page changes. The next run reads the post anew.

    Example: convening details 2021-06-17-digital-teams-in-2020-1.md --date 2021-06-17
    """
    with errors_as_messages():
        import getpass
        from uuid import uuid4

        from pipeline import steps
        from pipeline.ledger.corpus.details import FIELDS, WrongDetailError, checked, known_details, state_details
        from pipeline.ledger.corpus.originals import post_at

        settings = Settings.load(corpus=corpus)
        given: dict[str, str | None] = {
            name: value
            for name, value in zip(FIELDS, (title, date, publisher, country, language, url), strict=True)
            if value is not None
        }
        with steps.open_ledger(settings) as ledger:
            name = post_at(ledger, post) or post
            known = known_details(ledger, name)
            if confirm and "date" not in given:
                if known["guessed_date"] is None:
                    raise WrongDetailError(post, "no day was guessed of it that could be confirmed")
                given["date"] = known["guessed_date"]
            if given:
                given = checked(given)
                state_details(
                    ledger, name, given, reviewer=settings.reviewer or getpass.getuser(), act=str(uuid4())
                )  # fmt: skip
                known = known_details(ledger, name)
        if as_json:
            print_json(known)
            return
        for line in _lines(known):
            typer.echo(printable(line))


def _lines(known: dict[str, Any]) -> list[str]:
    """A post's details as lines, each with where it was stated."""
    lines = [f"id: {known['id']}"]
    for name, value in known["details"].items():
        origin = known["sources"].get(name)
        lines.append(f"{name}: {value or '-'}" + (f" ({origin})" if value and origin else ""))
    if known["guessed_date"]:
        lines.append(f"a guess, not used: {known['guessed_date']}; --confirm says that it is right")
    return lines
