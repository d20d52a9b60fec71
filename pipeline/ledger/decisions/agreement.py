"""How far two reviewers agree, field by field: in percent, and beyond chance by Krippendorff's alpha."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from pipeline.ledger import rows, schema
from pipeline.ledger.standing.made import decisions_on_each
from pipeline.ledger.standing.sights import FIELDS
from pipeline.ledger.standing.verdicts import FIELD_VERDICTS, META, OUTCOMES, in_force
from pipeline.ledger.statements import chunks
from pipeline.records import Claim, Decision, Verdict

DRAWS = 200  # for the interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """On one field: how many claims two people judged, how often alike, alpha and its 95 % interval."""

    field: str
    claims: int
    percent: float
    alpha: float | None
    low: float | None
    high: float | None


def measure(connection: Connection) -> list[Agreement]:
    """The agreement on the verdict and on each field, over the claims that two or more people decided."""
    decided = schema.decisions.c
    query = (
        select(decided.target)
        .where(decided.target_kind == "claim", decided.verdict.in_([v.value for v in OUTCOMES]))
        .group_by(decided.target)
        .having(func.count(decided.reviewer.distinct()) > 1)
    )
    units: dict[str, list[list[str]]] = {}
    claims = schema.claims
    for ids in chunks(connection.execute(query).scalars()):
        made = decisions_on_each(connection, ids)
        for row in connection.execute(select(claims).where(claims.c.id.in_(ids)).order_by(claims.c.id)).mappings():
            answers = _answers(made[row["id"]])
            if len(answers) > 1:
                _add(units, rows.claim_of(row), answers)
    return [_measured(name, said) for name, said in units.items()]


def _add(units: dict[str, list[list[str]]], found: Claim, answers: Sequence[Decision]) -> None:
    units.setdefault("verdict", []).append([answer.verdict.value for answer in answers])
    if all(answer.verdict in (Verdict.ACCEPT, Verdict.CORRECT) for answer in answers):
        for name in FIELDS:
            said = [str(answer.changes.get(name, getattr(found, name))) for answer in answers]
            units.setdefault(name, []).append(said)


def _answers(made: Sequence[Decision]) -> list[Decision]:
    last: dict[str, Decision] = {}
    for decision in in_force(made):
        if decision.verdict in OUTCOMES and not (META - {FIELD_VERDICTS}) & set(decision.changes):
            last[decision.reviewer] = decision
    return [last[who] for who in sorted(last)]


def _measured(name: str, units: list[list[str]]) -> Agreement:
    alike = sum(len(set(unit)) == 1 for unit in units)
    alpha = alpha_of(units)
    low = high = None
    if alpha is not None and len(units) >= 5:
        draw = random.Random(20)  # noqa: S311  # an interval, not a secret
        drawn = sorted(a for _ in range(DRAWS) if (a := alpha_of(draw.choices(units, k=len(units)))) is not None)
        if drawn:
            low, high = drawn[int(len(drawn) * 0.025)], drawn[int(len(drawn) * 0.975) - 1]
    return Agreement(field=name, claims=len(units), percent=100 * alike / len(units), alpha=alpha, low=low, high=high)


def alpha_of(units: Sequence[Sequence[str]]) -> float | None:
    """Krippendorff's alpha of nominal answers, a list a claim; None where nobody ever gave a second value.

    Source: K. Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), by the table of coincidences. In plain
    Python, since a library takes seconds to be imported and an interval takes hundreds of draws; a test holds it
    against NLTK's.

    >>> round(alpha_of([["a", "a"], ["b", "b"], ["a", "b"], ["b", "b"]]), 3)
    0.533
    """
    paired = [unit for unit in units if len(unit) > 1]
    totals = Counter(answer for unit in paired for answer in unit)
    number = totals.total()
    by_chance = number * number - sum(count * count for count in totals.values())
    if not by_chance:
        return None
    differing = 0.0
    for unit in paired:
        alike = sum(count * count for count in Counter(unit).values())
        differing += (len(unit) ** 2 - alike) / (len(unit) - 1)
    return 1 - (number - 1) * differing / by_chance
