"""Days as text, the way files and ledgers hold them, and as dates."""

from __future__ import annotations

from datetime import date


def day_of(text: str | None) -> date | None:
    """The date that *text* writes as ISO 8601; ``None`` where there is no text.

    >>> day_of("2021-06-17"), day_of(""), day_of(None)
    (datetime.date(2021, 6, 17), None, None)
    """
    return date.fromisoformat(text) if text else None
