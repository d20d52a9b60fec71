"""Bytes to characters: HTML as browsers do it, plain text by byte order mark, UTF-8, then Windows-1252."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from pipeline.ingest.characters import clean_text, share_lost

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LOST_LIMIT = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Clean characters, the encoding that they were read as, and what was odd about it."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode_text(data: bytes, *, charset: str | None = None) -> Decoded:
    """The characters of plain text: what its mark says, else UTF-8, else *charset*, else Windows-1252.

    >>> decode_text("Café".encode("cp1252")).text
    'Café'
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :].decode(encoding, "replace"), encoding)
    if (wide := _unmarked_utf16(data)) is not None:
        return _decoded(data.decode(wide, "replace"), wide)
    for stated in filter(None, ("utf-8", charset)):
        try:
            return _decoded(data.decode(stated), stated)
        except (UnicodeDecodeError, LookupError):  # not this one: the next, or the guess below with its warning
            continue
    loosely = data.decode("utf-8", "replace")
    lost = loosely.count("\ufffd")
    if 20 * lost <= sum(character > "\x7f" for character in loosely) - lost:  # UTF-8 with a torn character or two
        return _decoded(loosely, "utf-8")
    return _decoded(data.decode("cp1252", "replace"), "cp1252", "not UTF-8: read as Windows-1252")


def decode_html(data: bytes, *, content_type: str | None = None) -> Decoded:
    """The characters of an HTML page, by the rules of browsers: mark, header, meta, then a look at the bytes.

    >>> decode_html(b'<meta charset="shift_jis"><p>' + "日本".encode("shift_jis")).text[-2:]
    '日本'
    """
    from w3lib.encoding import html_to_unicode

    if (wide := _unmarked_utf16(data)) is not None:
        return _decoded(data.decode(wide, "replace"), wide)
    encoding, text = html_to_unicode(content_type, data, default_encoding="utf8", auto_detect_fun=_detect)
    if share_lost(text) > LOST_LIMIT and (found := _detect(data)) not in {None, encoding}:
        again = data.decode(found or "utf-8", "replace")
        if share_lost(again) < share_lost(text):
            return _decoded(again, str(found), f"said to be {encoding}, but is {found}")
    return _decoded(text, encoding)


def _decoded(text: str, encoding: str, *warnings: str) -> Decoded:
    clean = clean_text(text)
    if share_lost(clean) > LOST_LIMIT:
        warnings += (f"{share_lost(clean):.0%} of the characters could not be decoded",)
    return Decoded(text=clean, encoding=encoding, warnings=warnings)


def _detect(data: bytes) -> str | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end >= len(data) - 4:
            return "utf-8"
        return "cp1252"
    return "utf-8"


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of the beginning is NUL."""
    head = data[:400]
    if len(head) < 8 or (len(head) % 2 and len(data) > 400):
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.7 and even == 0:
        return "utf-16-le"
    if even > half * 0.7 and odd == 0:
        return "utf-16-be"
    return None
