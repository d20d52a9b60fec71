"""A name in a text, before it is known which thing it stands for."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Label


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text, before it is known which thing it stands for."""

    start: int
    end: int
    label: Label
    source: str
