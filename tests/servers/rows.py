"""Rows of a case file as test parameters; a row with a ``gap`` is expected to fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).parents[1] / "cases"


def cases(name: str) -> list[Any]:
    """The rows of ``tests/cases/NAME.jsonl``, each named by its id."""
    rows = [json.loads(line) for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() if line]
    assert len({row["id"] for row in rows}) == len(rows), name
    return [
        pytest.param(
            row, id=row["id"], marks=[pytest.mark.xfail(reason=row["gap"], strict=True)] if "gap" in row else []
        )
        for row in rows
    ]
