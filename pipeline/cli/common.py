"""What the commands share: their common options, errors as sentences, and tables for a terminal."""

from __future__ import annotations

import json
import os
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.errors import PipelineError

Corpus = Annotated[Path | None, typer.Option(help="The folder of posts (by default: corpus).")]
Outputs = Annotated[Path | None, typer.Option(help="Where the outputs go (by default: outputs).")]
Models = Annotated[Path | None, typer.Option(help="What the pipeline knows (by default: models).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print data as JSON.")]


def command_group(name: str, about: str) -> typer.Typer:
    """A group of commands called *name*; alone it prints its help, whose last paragraph is an example."""
    return typer.Typer(
        name=name,
        help=about,
        no_args_is_help=True,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


@contextmanager
def errors_as_messages() -> Iterator[None]:
    """End with a sentence on stderr and exit code 1 where something that a user can mend went wrong."""
    plain = warnings.showwarning
    warnings.showwarning = _warned(plain)
    try:
        yield
    except PipelineError as error:
        say(str(error))
        raise typer.Exit(1) from error
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left; nobody is there to be told
        raise typer.Exit(1) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        say(f"{where}{error.strerror or error}")
        raise typer.Exit(1) from error
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] == "pipeline":
            raise  # a bug of ours, and no broken set-up
        say(f"{error.name} is not installed; `convening doctor` lists what is missing, `make setup` installs it")
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        say("stopped; what was done so far is kept, and the next run goes on from there")
        raise typer.Exit(130) from None
    finally:
        warnings.showwarning = plain


def _warned(plain: Callable[..., None]) -> Callable[..., None]:
    """What shows a warning: ours as a sentence for a person, others as Python shows them."""

    def show(message: Warning | str, category: type[Warning], filename: str, *more: Any, **named: Any) -> None:
        if category is UserWarning and "pipeline" in Path(filename).parts:
            say(str(message))
        else:
            plain(message, category, filename, *more, **named)

    return show


def say(message: str) -> None:
    """Print a message for the person at the terminal."""
    typer.echo(f"convening: {printable(message)}", err=True)


def printable(text: str) -> str:
    r"""*text* with control characters shown as escapes, so that a title cannot steer the terminal.

    >>> printable("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return "".join(c if c.isprintable() else " " if c.isspace() else c.encode("unicode_escape").decode() for c in text)


def print_json(data: Any) -> None:
    """Print *data* as JSON; lone surrogates as escapes, since UTF-8 has none."""
    text = json.dumps(data, ensure_ascii=False, indent=2, default=str)
    typer.echo(text.encode("utf-8", "backslashreplace").decode())


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[str] = ()) -> str:
    """*rows* under *heads* in columns that fit the terminal; the last column takes what is left, the longest is cut.

    >>> print(table(["unit", "n"], [["AUD", 12], ["person", 3]], right=["n"]))
    unit     n
    AUD     12
    person   3
    """
    cells = [[printable("" if cell is None else str(cell)) for cell in row] for row in [list(heads), *rows]]
    widths = [max(len(row[n]) for row in cells) for n in range(len(heads))]
    room = shutil.get_terminal_size((160, 24)).columns if sys.stdout.isatty() else 10**6
    while sum(widths) + 2 * (len(widths) - 1) > room and max(widths) > 12:
        widths[widths.index(max(widths))] -= 1
    lines = []
    for row in cells:
        fitted = [
            cell if len(cell) <= width else cell[: width - 1] + "…" for cell, width in zip(row, widths, strict=True)
        ]
        aligned = [
            cell.rjust(width) if head in right else cell.ljust(width)
            for head, cell, width in zip(heads, fitted, widths, strict=True)
        ]
        lines.append("  ".join(aligned).rstrip())
    return "\n".join(lines)
