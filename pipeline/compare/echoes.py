"""Sentences that say the same words around another figure, as posts of other years often do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.compare.figures import Figure
from pipeline.compare.likeness import apart, comparable


def echoes(figures: Sequence[Figure]) -> Iterator[tuple[Figure, Figure]]:
    """Yield pairs of figures in other posts' sentences of the same words, each with the one before."""
    last: dict[int, Figure] = {}
    for figure in figures:
        if figure.echo is None:
            continue
        before = last.get(figure.echo)
        last[figure.echo] = figure
        if before is None or before.topic is figure.topic or before.post == figure.post:
            continue
        if comparable(before.topic, figure.topic) and not apart(before.topic, figure.topic):
            yield before, figure
