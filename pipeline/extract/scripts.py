"""Whether a figure is written in several scripts at once, as a forged or damaged one may be."""

from __future__ import annotations

MIXED = "mixed-script"
LATIN = 0x24F  # the last letter of the extended Latin alphabet


def is_mixed(quote: str) -> bool:
    """Whether the digits of *quote* are of several scripts, or its letters and digits of ASCII and of another script.

    >>> is_mixed("1\\u0662"), is_mixed("£1.6b")
    (True, False)
    """
    if quote.isascii():
        return False
    if len({ord(char) - int(char) for char in quote if char.isdecimal()}) > 1:
        return True
    marks = [char for char in quote if char.isalnum()]
    return any(char.isascii() for char in marks) and any(ord(char) > LATIN for char in marks)
