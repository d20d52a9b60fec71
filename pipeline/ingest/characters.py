"""Characters that nobody sees, and bytes that became them: cleaned once, before any offset is taken."""

from __future__ import annotations

import re
import unicodedata

# Controls, soft hyphen, zero-width space, marks of direction, word joiners, BOM, annotations, tags,
# noncharacters. Zero-width joiner and non-joiner are looked at one by one: scripts and emoji need them.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
ASCII_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
JOINER = re.compile("[\u200c\u200d]")
LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
SURROGATE = re.compile("[\ud800-\udfff]")
DIGITS = re.compile(r"\d[\dОоΟοІӀӏ]*")
LOOKALIKE = re.compile("[ОоΟοІӀӏ]")  # Cyrillic and Greek letters like 0 and 1
UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")  # scripts without spaces
STACKED = re.compile(
    r"([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{8})[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)

ODD = re.compile(
    f"{ASCII_ODD.pattern}|{INVISIBLE.pattern}|{SURROGATE.pattern}|[\x85\u2028\u2029\u200c\u200d\u0300-\u036f\u20d0-\u20ff]"
)
COMBINING = re.compile("[\u1ab0-\u1aff\u1dc0-\u1dff]")


def clean_text(text: str) -> str:
    """*text* in NFC with ``\\n`` line ends, and without characters that nobody sees.

    >>> clean_text("1\\u200b000\\u00ad km\\r\\nnext\\u202e")
    '1000 km\\nnext'
    >>> clean_text("e\\u0301") == "é"
    True
    """
    if text.isascii() and not ASCII_ODD.search(text):
        return text  # most pages are, and this is quick
    if not ODD.search(text) and not COMBINING.search(text):
        return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
    text = LINE_ENDS.sub("\n", text)
    text = SURROGATE.sub("\ufffd", text)
    text = INVISIBLE.sub("", text)
    text = STACKED.sub(r"\1", text)
    if JOINER.search(text):
        text = "".join(character for index, character in enumerate(text) if _visible(text, index))
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def count_words(text: str) -> int:
    """How many words *text* has: between white space, and one for two signs of scripts that have no spaces.

    >>> count_words("forty teams met"), count_words("四十个小组来了")
    (3, 4)
    """
    words = len(text.split())
    return words if text.isascii() else words + len(UNSPACED.findall(text)) // 2


def share_lost(text: str) -> float:
    """The share of *text* that was lost in decoding (U+FFFD).

    >>> share_lost("ab\\ufffd\\ufffd")
    0.5
    """
    return text.count("\ufffd") / len(text) if text else 0.0


def odd_digits(text: str) -> tuple[str, ...]:
    """A warning where a figure mixes the digits of several scripts, or holds a letter that looks like one.

    >>> odd_digits("4٠ teams"), odd_digits("40 and ٤٠ teams")
    (('a figure of mixed scripts: 4٠',), ())
    """
    if text.isascii():
        return ()
    for run in DIGITS.findall(text):
        if not run.isascii() and (LOOKALIKE.search(run) or any(sign.isascii() for sign in run)):
            return (f"a figure of mixed scripts: {run[:20]}",)
    return ()


def _visible(text: str, index: int) -> bool:
    """Whether a joiner at *index* does something: it stands after a letter of a joining script, or a symbol."""
    if text[index] not in "\u200c\u200d":
        return True
    before = text[index - 1] if index else " "
    after = text[index + 1] if index + 1 < len(text) else " "
    return ord(before) > 0x300 and ord(after) > 0x300 and not before.isspace() and not after.isspace()
