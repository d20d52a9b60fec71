"""A picture as inline SVG, drawn in pixels from its upper left corner: lines, dots, bars and words, and no axes.

It names its colours as the page's style does, so that light, dark and print all fit; words stay words. A plotting
library would draw the same four things, but loading it takes as long as all else that a small publication does.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Literal

INK, MUTED, GRID, MAIN, PAPER = "ink", "muted", "grid", "main", "paper"  # names of the page's colours
HAND = 400  # pixels, below which a sheet is for a hand

type Side = Literal["left", "center", "right"]
type Level = Literal["top", "center", "bottom"]

ANCHORS = {"left": "start", "center": "middle", "right": "end"}
BASELINES = {"top": 0.93, "center": 0.35, "bottom": -0.24}  # below the point that is meant, in heights of the letters


class Sheet:
    """A sheet *width* pixels wide; its ``height`` may be set until it is done."""

    def __init__(self, width: int) -> None:
        self.width, self.height = width, 0.0
        self._drawn: list[str] = []

    @property
    def narrow(self) -> bool:
        """Whether it is for a hand, not for a desk."""
        return self.width < HAND

    def line(self, points: Sequence[tuple[float, float]], colour: str, thick: float) -> None:
        """A line through *points*."""
        path = " ".join(f"{_px(across)},{_px(down)}" for across, down in points)
        self._drawn.append(f'<polyline class="s-{colour}" fill="none" stroke-width="{_px(thick)}" points="{path}"/>')

    def bar(self, left: float, top: float, width: float, height: float) -> None:
        """A filled rectangle."""
        place = f'x="{_px(left)}" y="{_px(top)}" width="{_px(width)}" height="{_px(height)}"'
        self._drawn.append(f'<rect class="f-{MAIN}" {place}/>')

    def dot(self, across: float, down: float, radius: float, thick: float, *, filled: bool) -> None:
        """A dot, or the ring of one."""
        place = f'cx="{_px(across)}" cy="{_px(down)}" r="{_px(radius)}" stroke-width="{_px(thick)}"'
        self._drawn.append(f'<circle class="f-{MAIN if filled else PAPER} s-{MAIN}" {place}/>')

    def text(
        self,
        across: float,
        down: float,
        words: str,
        colour: str,
        size: float,
        side: Side = "left",
        level: Level = "center",
        *,
        bold: bool = False,
    ) -> None:
        """Words, of which (*across*, *down*) is that side and that level."""
        place = f'x="{_px(across)}" y="{_px(down + BASELINES[level] * size)}"'
        if side != "left":
            place += f' text-anchor="{ANCHORS[side]}"'
        weight = ' font-weight="600"' if bold else ""
        shown = escape(words, quote=False)
        self._drawn.append(f'<text class="f-{colour}" {place} font-size="{_px(size)}"{weight}>{shown}</text>')

    def done(self) -> str:
        """All that was drawn, in that order, as an SVG element; it is hidden from readers of the page's words.

        The figure around it says what it shows, and a table has the values.
        """
        opening = f'<svg viewBox="0 0 {_px(self.width)} {_px(self.height)}" aria-hidden="true" focusable="false">'
        return "\n".join([opening, *self._drawn, "</svg>"])


def _px(number: float) -> str:
    """Hundredths of a pixel are enough, and the same on every machine.

    >>> _px(12.0), _px(0.125), _px(-0.001)
    ('12', '0.12', '0')
    """
    return f"{round(number, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
