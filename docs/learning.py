"""Draws what a played review teaches: ``docs/pictures/learning.svg`` from ``docs/pictures/learning.json``.

The figures are made by ``convening train simulate --gold GOLD --out docs/pictures/learning.json``; the picture by
``python docs/learning.py``. The same figures give the same bytes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PICTURES = Path(__file__).parent / "pictures"
SETTINGS = {"svg.hashsalt": "convening", "svg.fonttype": "none", "font.family": "DejaVu Sans", "font.size": 9}


def main() -> None:
    """Draw the picture anew."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update(SETTINGS)
    import matplotlib.pyplot as plt

    found = json.loads((PICTURES / "learning.json").read_text("utf-8"))
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4.2), width_ratios=(3, 2), layout="constrained")
    _curves(left, found)
    _orders(right, found)
    figure.savefig(PICTURES / "learning.svg", metadata={"Date": None})


def _curves(axes: Any, found: dict[str, Any]) -> None:
    """F1 on unseen posts after each batch, with the 95 % interval of the mean."""
    steps = found["steps"]
    posts = [step["posts"] for step in steps]
    for name in steps[0]["f1"]:
        axes.plot(posts, [step["f1"][name]["f1"] for step in steps], marker="o", markersize=3, label=name)
    overall = [step["overall"] for step in steps]
    axes.plot(posts, [one["f1"] for one in overall], color="black", linewidth=2, label="mean of these")
    axes.fill_between(posts, [one["low"] for one in overall], [one["high"] for one in overall], color="0.85")
    axes.set(xlabel="posts reviewed", ylabel=f"F1 on {found['measured on']}", ylim=(0, 1), xticks=posts)
    axes.set_title("What each batch of reviewed posts teaches", loc="left")
    axes.legend(fontsize=7, ncols=2, loc="lower right")


def _orders(axes: Any, found: dict[str, Any]) -> None:
    """Decisions until a share of the claims is right: the likeliest errors first, and at random."""
    rows = found["active"]
    places = range(len(rows))
    axes.barh([n + 0.2 for n in places], [row["random"]["mean"] for row in rows], 0.38, color="0.75", label="at random")
    axes.barh(
        [n - 0.2 for n in places], [row["active"] for row in rows], 0.38, color="#27a", label="likeliest error first"
    )
    labels = [f"{row['pool'].split(',')[0]}, {row['target']:.0%}" for row in rows]
    axes.set_yticks(list(places), labels, fontsize=6)
    axes.set(xlabel="decisions until so many claims are right")
    axes.set_title("What the order saves", loc="left")
    axes.legend(fontsize=7)


if __name__ == "__main__":
    main()
