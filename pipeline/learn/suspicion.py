"""Decisions that look wrong: too many against what is nearly certain, or against what others decided.

Two looks, each with a test that says how likely chance alone would do the same. Where confidences promise few errors,
a stretch of one reviewer's decisions that denies far more is told (the Poisson binomial distribution, exactly); so is a
reviewer who differs from others on claims that both decided far more often than others differ among themselves.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from pipeline.learn.gold_build import merged
from pipeline.ledger.decisions.reviewed import reviewed_posts
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.verdicts import META, OUTCOMES, Status, in_force, outcome_of
from pipeline.records import Claim, Decision, Verdict

STRETCHES = (25, 50, 100, 200)  # decisions looked at together: a few very wrong ones, or many somewhat
SURE = 0.9  # a claim this likely right is seldom wrong
LIKELY = 0.001  # a chance smaller than this is told
FIGURE = frozenset({"kind", "value", "value_max", "unit", "bound"})  # what a confidence is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """A reviewer's decisions of some stretch of time that look wrong, and why."""

    reviewer: str
    since: datetime
    until: datetime
    decisions: int
    reason: str

    def __str__(self) -> str:
        since, until = (at.isoformat(timespec="seconds") for at in (self.since, self.until))
        return (
            f"{self.decisions} decisions of {self.reviewer} from {since} to {until} look wrong: {self.reason}; look at "
            f"them, then take them back with `convening decisions revert --by {self.reviewer} --since {since}`, "
            f"or say that they are right with --trust {self.reviewer}"
        )


def suspicions(ledger: Ledger) -> list[Suspicion]:
    """What looks wrong among the decisions in force."""
    made: dict[str, list[tuple[Decision, Claim]]] = defaultdict(list)
    together: list[Mapping[str, str]] = []
    last: dict[str, datetime] = {}
    first: dict[str, datetime] = {}
    for reviewed in reviewed_posts(ledger):
        by_claim: dict[str, list[Decision]] = defaultdict(list)
        for decision in reviewed.decisions:
            if decision.target_kind == "claim":
                by_claim[decision.target].append(decision)
        for claim, _, _ in reviewed.claims:
            latest = {d.reviewer: d for d in in_force(by_claim[claim.id]) if d.verdict in OUTCOMES}
            if len(latest) > 1:
                together.append({who: _answer(decision) for who, decision in latest.items()})
            for who, decision in latest.items():
                if decision.verdict in (Verdict.ACCEPT, Verdict.CORRECT, Verdict.REJECT):
                    made[who].append((decision, claim))
                    first[who] = min(first.get(who, decision.at), decision.at)
                    last[who] = max(last.get(who, decision.at), decision.at)
    found = [each for who in sorted(made) for each in _against_the_sure(who, made[who])]
    for who, count, reason in _against_others(together):
        found.append(Suspicion(reviewer=who, since=first[who], until=last[who], decisions=count, reason=reason))
    return found


def _answer(decision: Decision) -> str:
    outcome = outcome_of(decision)
    if outcome is not Status.CORRECTED:
        return str(outcome)
    return repr(sorted((k, str(v)) for k, v in decision.changes.items() if k not in META))


def _against_the_sure(who: str, made: Sequence[tuple[Decision, Claim]]) -> Iterator[Suspicion]:
    """Stretches of *who*'s decisions that deny what was nearly certain, joined where they meet."""
    ordered = sorted(made, key=lambda pair: (pair[0].at, pair[0].id))
    odd: list[tuple[int, int]] = []
    for size in STRETCHES:
        for begin in range(0, len(ordered), size):
            end = min(begin + size, len(ordered))
            sure = [(decision, claim) for decision, claim in ordered[begin:end] if claim.confidence >= SURE]
            denied = sum(_denies(decision) for decision, _ in sure)
            if at_least(denied, [1 - claim.confidence for _, claim in sure]) < LIKELY:
                odd.append((begin, end))
    for begin, end in merged(odd):
        yield _told(who, ordered[begin:end])


def _denies(decision: Decision) -> bool:
    """Whether *decision* says that the figure itself was read wrong."""
    if decision.verdict is Verdict.REJECT:
        return True
    return decision.verdict is Verdict.CORRECT and bool(FIGURE & decision.changes.keys())


def _told(who: str, run: Sequence[tuple[Decision, Claim]]) -> Suspicion:
    sure = [(decision, claim) for decision, claim in run if claim.confidence >= SURE]
    denied, promised = sum(_denies(d) for d, _ in sure), sum(1 - c.confidence for _, c in sure)
    reason = (
        f"they deny {denied} of {len(sure)} figures that were nearly certain, where {promised:.1f} were to be expected"
    )
    return Suspicion(reviewer=who, since=run[0][0].at, until=run[-1][0].at, decisions=len(run), reason=reason)


def at_least(count: int, chances: Sequence[float]) -> float:
    """The chance that *count* or more of independent events with these *chances* happen, exactly.

    >>> round(at_least(1, [0.5, 0.5]), 3), at_least(0, []), at_least(1, [])
    (0.75, 1.0, 0.0)
    """
    exactly = [1.0]
    for chance in chances:
        kept = [share * (1 - chance) for share in exactly] + [0.0]
        for n, share in enumerate(exactly):
            kept[n + 1] += share * chance
        exactly = kept
    return math.fsum(exactly[count:])


def _against_others(together: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, int, str]]:
    """Reviewers who differ from others far more often than those do among themselves."""
    asked: Counter[str] = Counter()
    differed: Counter[str] = Counter()
    among: Counter[str] = Counter()
    apart: Counter[str] = Counter()
    people = {who for answers in together for who in answers}
    for answers in together:
        for left, right in combinations(sorted(answers), 2):
            differ = answers[left] != answers[right]
            for who in (left, right):
                asked[who] += 1
                differed[who] += differ
            for who in people - {left, right}:
                among[who] += 1
                apart[who] += differ
    for who in sorted(asked):
        usual = (apart[who] + 1) / (among[who] + 10) if among[who] else 0.1
        if asked[who] >= 10 and at_least(differed[who], [min(usual, 0.5)] * asked[who]) < LIKELY:
            yield who, asked[who], f"others decided {differed[who]} of {asked[who]} of the same claims otherwise"
