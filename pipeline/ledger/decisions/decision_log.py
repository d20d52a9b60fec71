"""The decisions as plain lines beside the ledger, so that version control can keep them and a lost one be rebuilt."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pipeline.errors import PipelineError
from pipeline.ledger import rows, schema
from pipeline.ledger.decisions.added_claims import keep_added
from pipeline.ledger.decisions.deciding import catch_up
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.appending import append
from pipeline.ledger.statements import on_conflict
from pipeline.records import Decision, Verdict

TOGETHER = 500  # decisions read at once


class BadLogError(PipelineError):
    """A line of a decision log cannot be read; nothing of its file was taken in."""


def lines(ledger: Ledger, *, by: str | None = None) -> Iterator[dict[str, Any]]:
    """Yield each decision as a plain object, in order, with the record that was seen."""
    decided = schema.decisions.c
    with ledger.reading() as connection:
        last = 0
        while True:
            query = (
                select(schema.decisions, schema.shown.c.record)
                .outerjoin(schema.shown, schema.shown.c.digest == decided.seen)
                .where(decided.seq > last)
                .order_by(decided.seq)
                .limit(TOGETHER)
            )
            if by is not None:
                query = query.where(decided.reviewer == by)
            found = connection.execute(query).mappings().all()
            for row in found:
                yield _line(row)
            if len(found) < TOGETHER:
                return
            last = found[-1]["seq"]


def _line(row: Mapping[Any, Any]) -> dict[str, Any]:
    made = {name: row[name] for name in ("seq", "id", "at", "reviewer", "verdict", "target_kind", "target", "post")}
    made |= {"revision": row["revision"], "seen": row["seen"], "changes": json.loads(row["changes"])}
    for name in ("reason", "note"):
        if row[name] is not None:
            made[name] = row[name]
    if row["record"]:
        made["shown"] = json.loads(row["record"])
    return made


def export(ledger: Ledger, folder: Path) -> list[Path]:
    """Write every decision to *folder*, a file a month, the same bytes for the same decisions; which files changed."""
    folder.mkdir(parents=True, exist_ok=True)
    by_month: dict[str, list[str]] = {}
    for line in lines(ledger):
        text = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        by_month.setdefault(str(line["at"])[:7], []).append(text)
    changed = []
    for month, texts in by_month.items():
        path = folder / f"{month}.jsonl"
        body = "".join(text + "\n" for text in texts).encode()
        if path.exists() and path.read_bytes() == body:
            continue
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        changed.append(path)
    return changed


def take_in(ledger: Ledger, folder: Path) -> int:
    """Take in the decisions of every log in *folder* that the ledger does not have; how many there were.

    Raises ``BadLogError`` for a line that is no decision. Claims that people added come back with them.
    """
    told: list[_Line] = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if text.strip():
                told.append(_decision(text, f"{path.name}, line {number}"))
    added = 0
    with ledger.writing() as connection:
        insert_or = on_conflict(connection)
        known = set(connection.execute(select(schema.posts.c.id)).scalars())
        for decision, shown, _ in _in_order(told):
            if shown is not None:
                row = {"digest": decision.seen, "record": rows.packed(shown)}
                connection.execute(insert_or(schema.shown).values(row).on_conflict_do_nothing())
            if decision.verdict is Verdict.ADD and decision.post in known and "claim" in decision.changes:
                keep_added(connection, decision)
            added += append(connection, [decision])
    catch_up(ledger)
    return added


type _Line = tuple[Decision, dict[str, Any] | None, int | None]  # what was seen, and the number in its ledger


def _decision(text: str, where: str) -> _Line:
    try:
        told = json.loads(text)
        row = {"reason": None, "note": None} | told | {"changes": json.dumps(told["changes"])}
        decision = rows.decision_of(row)
        if decision.at.tzinfo is None:
            raise ValueError("its time has no zone")
        return decision, told.get("shown"), told.get("seq")
    except (ValueError, KeyError, TypeError) as error:
        raise BadLogError(where, f"is not a decision ({error})") from error


def _in_order(told: Sequence[_Line]) -> list[_Line]:
    """*told* as they were made: by number, since a clock may go back; by time where several ledgers gave numbers."""
    numbers = {number for _, _, number in told}
    if len(numbers) == len(told) and None not in numbers:
        return sorted(told, key=lambda line: line[2] or 0)
    return sorted(told, key=lambda line: line[0].at)  # stable: lines of one file keep their order
