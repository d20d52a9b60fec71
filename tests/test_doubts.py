"""Rules that say what cannot be right, and when they keep silent."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import cases
from test_compare import said

from pipeline.compare.doubts.registry import CLAIM_RULES, POST_RULES, THREAD_RULES
from pipeline.compare.findings import compare
from pipeline.records import Entity, FindingKind, Label

RULES = [*CLAIM_RULES, *POST_RULES, *THREAD_RULES]


def entity(ref: str, row: dict[str, str]) -> Entity:
    """A mention of the thing that a row of ``doubts.jsonl`` describes."""
    return Entity(
        start=0,
        end=1,
        quote=row["canonical"],
        label=Label(row["label"]),
        canonical=row["canonical"],
        ref=ref,
        iso=row["iso"],
    )


@pytest.mark.parametrize("case", cases("doubts"))
def test_doubt_or_silence(case: dict[str, Any]) -> None:
    """A case is doubted by its rule alone, once, with a reason that quotes the figure; or not at all."""
    claims = [said(row, str(place)) for place, row in enumerate(case["claims"])]
    known = {ref: entity(ref, row) for ref, row in case["entities"].items()}
    found = [finding for finding in compare(claims, entities=known) if finding.kind is FindingKind.DOUBT]
    assert [finding.rule for finding in found] == ([case["rule"]] if case["rule"] else [])
    for finding in found:
        quotes = [case["claims"][int(name)]["quote"] for name in finding.claims]
        assert all(quote in finding.reason for quote in quotes)
        assert case.get("reason", "") in finding.reason


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_says_what_it_is_for(rule: Any) -> None:
    """Each rule has a name and a sentence of its own, and at least one case that it doubts."""
    assert rule.says.endswith(".")
    assert any(case.values[0]["rule"] == rule.name for case in cases("doubts"))  # type: ignore[union-attr]
    assert len({other.name for other in RULES}) == len(RULES)
