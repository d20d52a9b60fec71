"""``gold …``: what people annotated or decided, as files that models are trained and measured on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.common import AsJson, Corpus, command_group, errors_as_messages, print_json, say
from pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.learn.gold import GoldPost

app = command_group(
    "gold",
    "Annotated posts: made of decisions, looked over, exchanged with other tools.\n\n"
    "Example: convening gold build --to gold",
)
To = Annotated[Path, typer.Option("--to", help="The folder for gold.jsonl, index.jsonl and posts/.")]
Format = Annotated[str | None, typer.Option("--format", help="docbin, prodigy or gold; by default told by the name.")]


def attach(parent: typer.Typer) -> None:
    """Add the commands to *parent*."""
    parent.add_typer(app)


@app.command()
def build(to: To = Path("gold"), corpus: Corpus = None, as_json: AsJson = False) -> None:
    """Write what was decided as annotated posts, each for ever in one split: train, calibration or frozen.

    Only a post that somebody read to the end says what is not there; of the others it is noted what was looked at.

    Example: convening gold build --to gold
    """
    with errors_as_messages():
        from pipeline import steps
        from pipeline.learn.gold import write_gold
        from pipeline.learn.gold_build import gold_from

        with steps.open_ledger(Settings.load(corpus=corpus)) as ledger:
            posts = list(gold_from(ledger))
        write_gold(posts, to)
        whole = sum("claims" not in one.covered for one in posts)
        splits = {name: sum(one.split == name for one in posts) for name in ("train", "calibration", "frozen")}
        claims = sum(len(one.claims) for one in posts)
        if as_json:
            print_json({"posts": len(posts), "read_to_the_end": whole, "claims": claims, "splits": splits})
            return
        shares = ", ".join(f"{count} {name}" for name, count in splits.items())
        typer.echo(f"{to / 'gold.jsonl'}: {len(posts)} posts ({shares}), {whole} read to the end, {claims} claims")
        if not posts:
            say("nothing was decided yet; `convening review` opens the claims")


@app.command("import")
def take_in(
    source: Annotated[Path, typer.Argument(help="A DocBin (.spacy), Prodigy's JSON lines, or another gold.jsonl.")],
    to: To = Path("gold"),
    kind: Format = None,
    replace: Annotated[bool, typer.Option("--replace", help="Let posts that are there already be replaced.")] = False,
) -> None:
    """Take in annotations of others, beside those that are in the folder already.

    Example: convening gold import annotated.spacy --to gold
    """
    with errors_as_messages():
        from pipeline.learn.gold import GoldError, read_gold, write_gold

        new = {one.post.id: one for one in _read(source, kind)}
        held = {one.post.id: one for one in read_gold(to / "gold.jsonl")} if (to / "gold.jsonl").exists() else {}
        both = sorted(name for name in new.keys() & held.keys() if new[name] != held[name])
        if both and not replace:
            raise GoldError(to, f"{len(both)} posts are there already ({', '.join(both[:5])}); --replace takes the new")
        write_gold((held | new).values(), to)
        typer.echo(f"{to / 'gold.jsonl'}: {len(new)} posts taken in, {len(held | new)} in all")


@app.command()
def export(
    gold: Annotated[Path, typer.Argument(help="A gold.jsonl with index.jsonl and posts/ beside it.")],
    out: Annotated[Path, typer.Argument(help="The file to write: .spacy or .jsonl, a folder for gold.")],
    kind: Format = None,
    split: Annotated[list[str] | None, typer.Option(help="Only this split; may be repeated.")] = None,
) -> None:
    """Write annotated posts for another tool: spaCy's DocBin, Prodigy's JSON lines, or our own again.

    Example: convening gold export gold/gold.jsonl train.spacy --split train
    """
    with errors_as_messages():
        from pipeline.learn import gold_exchange
        from pipeline.learn.gold import read_gold, write_gold

        posts = list(read_gold(gold, splits=split or ()))
        match _kind(out, kind):
            case "docbin":
                count = gold_exchange.write_docbin(posts, out)
            case "prodigy":
                count = gold_exchange.write_prodigy(posts, out)
            case _:
                count = sum(write_gold(posts, out).values())
        typer.echo(f"{out}: {count} posts")


@app.command()
def check(
    gold: Annotated[Path, typer.Argument(help="A gold.jsonl with index.jsonl and posts/ beside it.")],
) -> None:
    """Look annotations over; every fault is a line with its file and line. Exit code 1 where a row cannot be used.

    Example: convening gold check gold/gold.jsonl
    """
    with errors_as_messages():
        from pipeline.cli.common import printable
        from pipeline.learn.gold_check import check as faults

        grave = small = 0
        for found in faults(gold):
            typer.echo(printable(str(found)))
            grave, small = grave + found.grave, small + (not found.grave)
        say(f"{gold}: {grave} faults that have to be mended, {small} that need not")
        if grave:
            raise typer.Exit(1)


def _read(source: Path, kind: str | None) -> Iterable[GoldPost]:
    from pipeline.learn import gold_exchange
    from pipeline.learn.gold import numbered_rows, read_gold

    match _kind(source, kind):
        case "docbin":
            return gold_exchange.read_docbin(source)
        case "prodigy" if kind or any("text" in row for _, row in numbered_rows(source)):
            return gold_exchange.read_prodigy(source)
    return read_gold(source)


def _kind(path: Path, kind: str | None) -> str:
    from pipeline.learn.gold import GoldError
    from pipeline.learn.gold_exchange import FORMATS

    if kind is not None and kind not in FORMATS:
        raise GoldError(f"--format {kind}", f"is none of {', '.join(FORMATS)}")
    if kind is not None:
        return kind
    return {".spacy": "docbin", ".jsonl": "prodigy"}.get(path.suffix.lower(), "gold")
