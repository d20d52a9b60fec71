"""Every layout, filled with words."""

from __future__ import annotations

from random import Random

from layouts import shapes, sites, systems  # noqa: F401  (they enter their layouts)
from layouts.frame import LAYOUTS, Layout


def layouts(seed: int = 1) -> list[Layout]:
    """Every layout once, filled with the words of *seed*."""
    made = []
    for name, make in LAYOUTS.items():
        html, text = make(Random(f"{name} {seed}"))
        made.append(Layout(name=name, html=html, text="\n\n".join(text)))
    return made
