"""``claims``, ``themes`` and ``findings``: questions to the ledger."""

from __future__ import annotations

import csv
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.common import AsJson, Corpus, errors_as_messages, print_json, printable, say, table
from pipeline.days import iso_day
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.ledger.found import LedgerClaim


def attach(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(claims)
    app.command()(findings)


def claims(
    kind: Annotated[str | None, typer.Option(help="money, percent, ratio, count, duration, measure or rank.")] = None,
    unit: Annotated[str | None, typer.Option(help="AUD, citizen, percent, year, …")] = None,
    least: Annotated[str | None, typer.Option("--min", help="Only values from this on, e.g. 1e6.")] = None,
    most: Annotated[str | None, typer.Option("--max", help="Only values up to this.")] = None,
    currency: Annotated[
        str | None, typer.Option(help="Sums of all currencies; --min and --max hold for their worth in this one.")
    ] = None,
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
        from pipeline.ledger.asking import ClaimFilter, ask
        from pipeline.ledger.themes.edits import themes_now
        from pipeline.plain import asked_row
        from pipeline.publish.rates import rate_of

        wanted = ClaimFilter(
            kind=kind,
            unit=unit,
            least=_number("--min", least),
            most=_number("--max", most),
            currency=currency,
            subject=subject,
            theme=theme,
            year=year,
            status=status,
            flag=flag,
            words=words,
        )
        settings = Settings.load(corpus=corpus)
        with steps.open_ledger(settings) as ledger:
            found = ask(ledger, wanted, aliases=steps.aliases_of(settings, subject), rate=rate_of)
            if theme is not None and not found:
                themes_now(ledger).table.open_row(theme)  # a theme that there is not is said, and which there are
        shown = found.claims[: limit or None]
        rows = [asked_row(one) for one in shown]
        unrated = Counter[str]() if currency is None else _converted(shown, rows, currency.upper())
        if as_json:
            print_json(rows)
        elif as_csv:
            _print_csv(rows)
        else:
            typer.echo(_claims_table(shown, rows) if rows else "No claim fits.")
            if unrated:
                reasons = "; ".join(f"{count:,}: {reason}" for reason, count in sorted(unrated.items()))
                say(f"{unrated.total():,} sums have no rate ({reasons})")
        if found.said:
            say(found.said)
        if len(found) > len(rows):
            say(f"{len(rows)} of {len(found)} shown; --limit 0 shows all")


def _print_csv(rows: Sequence[dict[str, Any]]) -> None:
    """Print *rows* as CSV, no cell of which a spreadsheet would run."""
    from pipeline.formulas import guard

    writer = csv.writer(sys.stdout)
    if rows:
        writer.writerow(rows[0])
        writer.writerows([guard(cell) if isinstance(cell, str) else cell for cell in row.values()] for row in rows)


def _converted(shown: Sequence[LedgerClaim], rows: Sequence[dict[str, Any]], currency: str) -> Counter[str]:
    """Put what each claim is worth in *currency* into its row; why how many have no worth in it."""
    from pipeline.plain import simple
    from pipeline.publish.rates import convert

    unrated: Counter[str] = Counter()
    for row, one in zip(rows, shown, strict=True):
        claim, day = one.claim, iso_day(one.date)
        worth = convert(claim.value, claim.unit, day, currency, value_max=claim.value_max)
        row |= {name: simple(value) for name, value in worth.columns.items()}
        if worth.value is None:
            unrated[worth.source] += 1
    return unrated


NARROW = 100  # columns of a terminal below which the post and the status are left out


def _claims_table(shown: Sequence[LedgerClaim], rows: Sequence[dict[str, Any]]) -> str:
    """The claims in columns, as many as a terminal has room for."""
    from pipeline.publish.wording import said

    heads = ["figure", "subject", "measure", "when"]
    if any("converted_value" in row for row in rows):
        heads.insert(1, "worth")
    if not sys.stdout.isatty() or shutil.get_terminal_size().columns >= NARROW:
        heads = [*heads[:-3], "quote", *heads[-3:], "status", "post"]
    told = []
    for one, row in zip(shown, rows, strict=True):
        claim = one.claim
        figure = {"value": claim.value, "value_max": claim.value_max, "unit": claim.unit}
        row = row | {"figure": said(figure | {"kind": claim.kind, "bound": claim.bound})}
        row |= {"worth": _worth(row), "post": one.title or one.post}
        told.append([row[head] for head in heads])
    return table(heads, told)


def _worth(row: dict[str, Any]) -> str:
    """The converted sum to three digits, as no rate makes a rounded figure exact.

    >>> _worth({"converted_value": 15855901575.25, "converted_max": None, "converted_currency": "EUR"})
    'EUR 15.9 billion'
    """
    from pipeline.publish.figures import short

    if row.get("converted_value") is None:
        return "no rate"
    ends = [Decimal(f"{value:.3g}") for value in (row["converted_value"], row["converted_max"]) if value is not None]
    return f"{row['converted_currency']} {' to '.join(map(short, ends))}"


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
        from pipeline.plain import finding_row
        from pipeline.records import FindingKind

        if kind is not None and kind not in FindingKind:
            raise typer.BadParameter(f"there are {', '.join(FindingKind)}", param_hint="--kind")
        settings = Settings.load(corpus=corpus)
        with steps.open_ledger(settings) as ledger:
            found = [one for one in ledger.findings() if kind in (None, one.kind)]
        if as_json:
            print_json([finding_row(one) for one in found])
        elif found:
            width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 10**6
            for place, one in enumerate(found):
                said = textwrap.fill(printable(one.reason), width, break_long_words=False, subsequent_indent="  ")
                typer.echo(f"{chr(10) if place else ''}{one.kind} ({one.rule}, {one.confidence:.2f})\n{said}")
        else:
            typer.echo("No finding.")


def _number(option: str, words: str | None) -> Decimal | None:
    from pipeline.ledger.asking import FilterError, number_of

    try:
        return number_of(option, words)
    except FilterError as error:
        raise typer.BadParameter(f"{words!r} is not a number", param_hint=option) from error
