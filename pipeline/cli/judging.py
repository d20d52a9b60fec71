"""``review`` and ``decisions``: what people decide."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from pipeline.cli.common import Corpus, Models, errors_as_messages, say
from pipeline.settings import Settings


def attach(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(review)


def review(
    corpus: Corpus = None,
    models: Models = None,
    host: Annotated[
        str, typer.Option(help="The address to serve on; beyond this machine it needs accounts.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)] = 8765,
    reviewer: Annotated[str | None, typer.Option(help="Whose decisions these are (by default the login name).")] = None,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
) -> None:
    """Check the claims in the browser.

    Example: convening review --reviewer anna
    """
    with errors_as_messages():
        settings = Settings.load(corpus=corpus, models=models, reviewer=reviewer)
        from pipeline import steps
        from pipeline.review.serve import serve

        with steps.open_ledger(settings) as ledger:
            serve(
                ledger=ledger,
                corpus=settings.corpus,
                host=host,
                port=port,
                reviewer=settings.reviewer or getpass.getuser(),
                open_browser=browser,
                say=say,
            )
