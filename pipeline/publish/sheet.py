"""A picture that is drawn in pixels from its upper left corner: lines, dots, bars and words, and no axes.

Axes cost a hundred objects each, of which a small picture shows four; drawing without them takes a third of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pipeline.publish.svg import MAIN, PAPER

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

DOT = 72  # an SVG point of matplotlib is a pixel of ours
HAND = 400  # pixels, below which a sheet is for a hand

type Side = Literal["left", "center", "right"]
type Level = Literal["top", "center", "bottom"]


class Sheet:
    """A sheet *width* pixels wide; its ``height`` may be set until it is done."""

    def __init__(self, width: int) -> None:
        self.width, self.height = width, 0.0
        self._drawn: list[Artist] = []

    @property
    def narrow(self) -> bool:
        """Whether it is for a hand, not for a desk."""
        return self.width < HAND

    def line(self, points: Sequence[tuple[float, float]], colour: str, thick: float) -> None:
        """A line through *points*."""
        from matplotlib.lines import Line2D

        across, down = zip(*points, strict=True)
        self._drawn.append(Line2D(across, down, color=colour, linewidth=thick))

    def bar(self, left: float, top: float, width: float, height: float) -> None:
        """A filled rectangle."""
        from matplotlib.patches import Rectangle

        self._drawn.append(Rectangle((left, top), width, height, facecolor=MAIN, edgecolor="none"))

    def dot(self, across: float, down: float, radius: float, thick: float, *, filled: bool) -> None:
        """A dot, or the ring of one."""
        from matplotlib.patches import Circle

        inside = MAIN if filled else PAPER
        self._drawn.append(Circle((across, down), radius, facecolor=inside, edgecolor=MAIN, linewidth=thick))

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
        from matplotlib.text import Text

        weight = "bold" if bold else "normal"
        self._drawn.append(Text(across, down, words, color=colour, fontsize=size, fontweight=weight, ha=side, va=level))

    def done(self) -> Figure:
        """All that was drawn, in that order, as a figure."""
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        figure = Figure(figsize=(self.width / DOT, self.height / DOT), dpi=DOT)
        FigureCanvasSVG(figure)
        upside_down = Affine2D().scale(1, -1).translate(0, self.height)
        for place, each in enumerate(self._drawn):
            each.set_transform(upside_down)
            each.set_zorder(place)
            figure.add_artist(each)
        return figure
