"""Text that a spreadsheet would run: how a cell of a CSV file is kept from being a formula, and read back."""

from __future__ import annotations

import re

# A spreadsheet takes a cell for a formula by its first character. A reader that splits at another
# separator than the comma also begins cells inside ours, so what follows a separator is guarded, too.
FORMULA = "=+\\-@＝＋－＠\t\r\0"
AFTER = r"(?<=[;,|\t\r\n\"])"
SPACE = r"[^\S\t\r\n]*"
UNSAFE = re.compile(rf"^(?='*{SPACE}[{FORMULA}])|{AFTER}(?='*[{FORMULA}])")
GUARDED = re.compile(rf"^'(?='*{SPACE}[{FORMULA}])|{AFTER}'(?='*[{FORMULA}])")
SUSPECT = re.compile(f"[{FORMULA}]")


def guard(text: str) -> str:
    """*text* with an apostrophe before whatever a spreadsheet would run; ``unguard`` takes it off again.

    >>> guard("=1+1"), guard("a-b"), guard('say ";=cmd"')
    ("'=1+1", 'a-b', 'say ";\\'=cmd"')
    """
    return UNSAFE.sub("'", text) if SUSPECT.search(text) else text


def unguard(text: str) -> str:
    """The text that ``guard`` was given."""
    return GUARDED.sub("", text)
