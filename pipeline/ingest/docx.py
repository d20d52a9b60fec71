"""DOCX to paragraphs: notes and tables kept, tracked changes as accepted, nothing outside the file opened."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any, cast

from pipeline.ingest.characters import clean_text
from pipeline.ingest.dates import parse_day
from pipeline.ingest.documents import Document, UnreadableError, raw_digest
from pipeline.ingest.fields import split_authors
from pipeline.ingest.front_matter import words_of
from pipeline.ingest.trees import html_words

MAX_MEMBERS, MAX_UNPACKED, MAX_RATIO = 5_000, 200_000_000, 100
MAIN = "word/document.xml"
CORE = "docProps/core.xml"
DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))


def docx_text(data: bytes, *, name: str = "-") -> Document:
    """The text of a Word file as paragraphs, with the title, authors and day that the file states."""
    import mammoth

    core = _checked(data, name)
    try:
        found = mammoth.convert_to_html(
            io.BytesIO(data),
            convert_image=mammoth.images.img_element(lambda _: {}),
            style_map="del => !\ncomment-reference => !",
            external_file_access=False,
        )
    except Exception as error:  # the library raises what its parser raises: a KeyError for the strict format
        raise UnreadableError(name, f"damaged or unusual Word file ({type(error).__name__})") from error
    text = clean_text(html_words(found.value))
    if not text:
        raise UnreadableError(name, "no text in the Word file")
    fields, sources = _stated(core)
    return Document(
        text=text,
        name=name,
        kind="docx",
        extractor=extractor(),
        raw=raw_digest(data),
        sources=sources,
        **cast("dict[str, Any]", fields),
    )


def extractor() -> str:
    """The name and version of what reads Word files."""
    from importlib.metadata import version

    return f"docx 1, mammoth {version('mammoth')}"


def is_docx(data: bytes) -> bool:
    """Whether *data* is a ZIP that holds a Word document.

    >>> is_docx(b"PK\\x03\\x04 but nothing more")
    False
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return MAIN in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, RuntimeError):
        return False


def _checked(data: bytes, name: str) -> bytes:
    """Refuse a bomb, a DTD or a locked file before anything is unpacked; gives the core properties."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            size = sum(member.file_size for member in members)
            if len(members) > MAX_MEMBERS or size > MAX_UNPACKED or size > MAX_RATIO * len(data) + 1_000_000:
                raise UnreadableError(name, f"too large when unpacked ({size // 1_000_000} MB in {len(members)} parts)")
            if any(member.flag_bits & 1 for member in members):
                raise UnreadableError(name, "encrypted: it opens with a password only")
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    head = archive.read(member)[:100_000]
                    if any(mark in head for mark in DOCTYPES):
                        raise UnreadableError(name, "refused: the Word file declares a DTD")
            return archive.read(CORE) if CORE in archive.namelist() else b""
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, RuntimeError, EOFError) as error:
        raise UnreadableError(name, "damaged Word file") from error


def _stated(core: bytes) -> tuple[dict[str, object], dict[str, str]]:
    from lxml import etree

    fields: dict[str, object] = {}
    sources: dict[str, str] = {}
    if not core:
        return fields, sources
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(core, parser)
        stated = {e.tag.rpartition("}")[2]: words_of(e.text) or "" for e in root if isinstance(e.tag, str)}
    except (etree.XMLSyntaxError, ValueError, TypeError):  # TypeError: nothing in it could be read
        return fields, sources
    if title := stated.get("title"):
        fields["title"], sources["title"] = title, "docx"
    if (creator := stated.get("creator")) and (authors := split_authors([creator])):
        fields["authors"], fields["author_line"], sources["authors"] = authors, creator, "docx"
    if day := parse_day(re.sub(r"Z$", "", stated.get("created", ""))):
        fields["date"], sources["date"] = day, "guess"  # made is not published
    return fields, sources
