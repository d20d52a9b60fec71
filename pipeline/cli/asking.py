"""``claims``, ``themes`` and ``findings``: questions to the ledger."""

from __future__ import annotations

import csv
import sys
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from pipeline.cli.common import AsJson, Corpus, errors_as_messages, print_json, say, table
from pipeline.settings import Settings


def attach(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(claims)
    app.command()(findings)


def claims(
    kind: Annotated[str | None, typer.Option(help="money, percent, ratio, count, duration, measure or rank.")] = None,
    unit: Annotated[str | None, typer.Option(help="AUD, citizen, percent, year, …")] = None,
    least: Annotated[str | None, typer.Option("--min", help="Only values from this on, e.g. 1e6.")] = None,
    most: Annotated[str | None, typer.Option("--max", help="Only values up to this.")] = None,
    subject: Annotated[str | None, typer.Option(help="A name of the subject, or any alias of it.")] = None,
    theme: Annotated[str | None, typer.Option(help="The slug of a theme.")] = None,
    year: Annotated[int | None, typer.Option(help="The year that the claim, or else its post, is of.")] = None,
    status: Annotated[str | None, typer.Option(help="proposed, accepted, corrected, rejected, …")] = None,
    flag: Annotated[str | None, typer.Option(help="Only claims with this flag.")] = None,
    words: Annotated[str | None, typer.Option("--text", help="Words that the sentence has.")] = None,
    limit: Annotated[int, typer.Option(help="How many at most; 0 for all.", min=0)] = 50,
    corpus: Corpus = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print as CSV.")] = False,
) -> None:
    """List claims of the ledger, the largest first within a unit.

    Example: convening claims --unit AUD --min 1e6 --subject "New South Wales"
    """
    with errors_as_messages():
        from pipeline import steps
        from pipeline.extract.aliases import names_of
        from pipeline.ledger.asking import ClaimFilter, ask
        from pipeline.plain import asked_row

        wanted = ClaimFilter(
            kind=kind,
            unit=unit,
            least=_number("--min", least),
            most=_number("--max", most),
            subject=subject,
            theme=theme,
            year=year,
            status=status,
            flag=flag,
            words=words,
        )
        settings = Settings.load(corpus=corpus)
        with steps.open_ledger(settings) as ledger:
            found = list(ask(ledger, wanted, aliases=names_of(subject, settings.models) if subject else ()))
        rows = [asked_row(one) for one in found[: limit or None]]
        if as_json:
            print_json(rows)
        elif as_csv:
            writer = csv.writer(sys.stdout)
            if rows:
                writer.writerow(rows[0])
                writer.writerows([safe_cell(cell) for cell in row.values()] for row in rows)
        else:
            heads = ["value", "unit", "bound", "subject", "measure", "when", "status", "quote", "post"]
            shown = [[row[head] for head in heads] for row in rows]
            typer.echo(table(heads, shown, right=["value"]) if rows else "No claim fits.")
            if len(found) > len(rows):
                say(f"{len(rows)} of {len(found)} shown; --limit 0 shows all")


def findings(
    kind: Annotated[str | None, typer.Option(help="duplicate, agreement, update, contradiction or doubt.")] = None,
    corpus: Corpus = None,
    as_json: AsJson = False,
) -> None:
    """List what comparing the claims came to, with the reasons.

    Example: convening findings --kind contradiction
    """
    with errors_as_messages():
        from pipeline import steps

        settings = Settings.load(corpus=corpus)
        with steps.open_ledger(settings) as ledger:
            found = [one for one in ledger.findings() if kind in (None, one.kind)]
        if as_json:
            print_json(
                [
                    {
                        "id": f.id,
                        "kind": f.kind,
                        "rule": f.rule,
                        "claims": list(f.claims),
                        "reason": f.reason,
                        "confidence": f.confidence,
                    }
                    for f in found
                ]
            )
        elif found:
            typer.echo("\n\n".join(f"{one.kind} ({one.rule}, {one.confidence:.2f})\n{one.reason}" for one in found))
        else:
            typer.echo("No finding.")


def safe_cell(cell: Any) -> Any:
    """*cell* with an apostrophe before text that a spreadsheet would take for a formula.

    >>> safe_cell("=1+1"), safe_cell("-5 %"), safe_cell(-5)
    ("'=1+1", "'-5 %", -5)
    """
    risky = isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
    return f"'{cell}" if risky else cell


def _number(option: str, words: str | None) -> Decimal | None:
    if words is None:
        return None
    try:
        found = Decimal(words.replace(",", "").replace("_", ""))
    except InvalidOperation as error:
        raise typer.BadParameter(f"{words!r} is not a number", param_hint=option) from error
    if not found.is_finite():
        raise typer.BadParameter(f"{words!r} is not a number", param_hint=option)
    return found
