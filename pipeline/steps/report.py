"""What a run did, as it is kept in the ledger and printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsRead:
    """What reading the corpus came to: posts by outcome, and what was left out with the reason."""

    posts: Mapping[str, int] = field(default_factory=dict)
    rows: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # item → outcome, reason


@dataclass(slots=True, kw_only=True)
class Report:
    """What a run did, filled step by step."""

    id: str
    read: PostsRead = field(default_factory=PostsRead)
    extracted: int = 0
    claims: Mapping[str, int] = field(default_factory=dict)
    themes: Mapping[str, Any] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    outputs: Path | None = None
    repaired: list[str] = field(default_factory=list)  # what an earlier run had left, in sentences

    def summary(self) -> dict[str, Any]:
        """The report as plain values."""
        unwritten = {} if self.outputs is None else formats_left_out(self.outputs)
        return {
            "run": self.id,
            "posts": dict(self.read.posts),
            "extracted": self.extracted,
            "claims": dict(self.claims),
            "themes": dict(self.themes),
            "findings": dict(self.findings),
            "left_out": [
                {"item": item, "outcome": outcome, "reason": reason}
                for item, (outcome, reason) in sorted(self.read.rows.items())
                if outcome in ("left out", "warning", "gone")
            ]
            + [{"item": name, "outcome": "left out", "reason": why} for name, why in sorted(unwritten.items())],
            "outputs": None if self.outputs is None else str(self.outputs),
            "repaired": list(self.repaired),
        }


def formats_left_out(outputs: Path) -> dict[str, str]:
    """The usual formats that the last publication into *outputs* did not write, each with the reason."""
    from pipeline.publish.swap import manifest

    return dict(manifest(outputs).get("left_out", {}))
