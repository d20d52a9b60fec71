"""Lengths that share one unit: "13 × 12 foot", "10 x 20 x 30 cm", "120 by 80 yards"."""

from __future__ import annotations

import re

from pipeline.extract.amounts import Amount
from pipeline.extract.lookalikes import LENGTHS
from pipeline.extract.units import unit_after

_FURTHER = re.compile(
    r"(?:(?:\s?[x×]\s?|\sby\s)\d{1,6}(?:\.\d{1,4})?){1,2}"
    rf"(?P<unit>[\s-]?{LENGTHS}(?![^\W_]))"
)


def dimension(text: str, amount: Amount) -> Amount:
    """*amount* with the unit of the lengths that follow it, where it is one of them; else as it is."""
    if amount.kind is not None or not amount.number.digits:
        return amount
    further = _FURTHER.match(text, amount.end)
    found = None if further is None else unit_after(text, further.start("unit"))
    if found is None:
        return amount
    return amount._replace(kind=found.unit.kind, unit=found.unit.name, factor=found.unit.factor)
