"""Bare numbers that state no quantity: the rules of ``numbers_in_names`` and ``counting_nothing``, in their order."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.extract.bare_number import BareNumber
from pipeline.extract.counting_nothing import COUNT, clock, hyphenated, no_noun, not_plural, one, rate, vague, year
from pipeline.extract.numbers_in_names import (
    address,
    citation,
    glued,
    name,
    name_in_words,
    numbering,
    padded,
    reference,
    title,
)

RULES: tuple[Callable[[BareNumber], str | None], ...] = (
    rate, clock, citation, glued, padded, numbering, reference, year, address, hyphenated, title, name,
    name_in_words, one, vague, not_plural, no_noun,
)  # fmt: skip


def why_no_count(bare: BareNumber) -> str | None:
    """Why a number without a unit is no count, by the first rule that knows; None where it is one."""
    for rule in RULES:
        reason = rule(bare)
        if reason is not None:
            return None if reason == COUNT else reason
    return None
