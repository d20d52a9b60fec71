"""Days as text, the way files and ledgers hold them, and as dates."""

from __future__ import annotations

from datetime import date


def iso_day(text: str | None) -> date | None:
    """The date that *text* writes as ISO 8601; ``None`` where there is no text.

    >>> iso_day("2021-06-17"), iso_day(""), iso_day(None)
    (datetime.date(2021, 6, 17), None, None)
    """
    return date.fromisoformat(text) if text else None
