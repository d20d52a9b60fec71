"""The commands: each parses its words, calls one function and shows what it answers.

Results go to stdout, messages to stderr; exit code 0 is done, 1 is a sentence about what went wrong,
2 is a command that was not understood. Heavy libraries are imported by the commands that need them.
"""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli import (
    asking,
    copies,
    feeding,
    gold,
    judging,
    keeping,
    measuring,
    models,
    reading,
    running,
    scheduling,
    sources,
    theming,
    training,
)
from pipeline.settings import program_version

app = typer.Typer(
    name="convening",
    help="Find, check and compare the figures in posts about digital-government convenings.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (
    running,
    scheduling,
    feeding,
    sources,
    copies,
    reading,
    measuring,
    asking,
    theming,
    judging,
    keeping,
    gold,
    training,
    models,
):
    group.attach(app)


def main() -> None:
    """Run the command that was typed."""
    app()


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"convening {program_version()}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Find, check and compare the figures in posts about digital-government convenings."""
