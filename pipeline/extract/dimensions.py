"""Lengths that share one unit: "13 × 12 foot", "10 x 20 x 30 cm", "120 by 80 yards"."""

from __future__ import annotations

import re

from pipeline.extract.amounts import Amount
from pipeline.extract.lookalikes import LENGTHS
from pipeline.extract.units import unit_after

_BY = r"(?:\s?[x×]\s?|\sby\s)"
_FURTHER = re.compile(rf"{_BY}\d{{1,6}}(?:\.\d{{1,4}})?(?={_BY}\d|[\s-]?{LENGTHS}(?![^\W_]))")


def dimension(text: str, amount: Amount) -> Amount:
    """*amount* with the unit of the lengths that follow it, where it is one of them; else as it is."""
    if amount.kind is not None or not amount.number.digits:
        return amount
    end = amount.end
    for _ in range(2):
        further = _FURTHER.match(text, end)
        if further is None:
            return amount
        end = further.end()
        found = unit_after(text, end)
        if found is not None and re.fullmatch(LENGTHS, text[found.start : found.end]):
            return amount._replace(kind=found.unit.kind, unit=found.unit.name, factor=found.unit.factor)
    return amount
