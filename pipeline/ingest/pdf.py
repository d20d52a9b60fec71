"""PDF to paragraphs: lines joined by their distance on the page, hyphens mended, page furniture left out."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from pipeline.ingest.characters import clean_text
from pipeline.ingest.dates import parse_day
from pipeline.ingest.documents import Document, UnreadableError, raw_digest
from pipeline.ingest.fields import split_authors

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

MAX_PAGES, MAX_CHARACTERS = 2_000, 20_000_000
LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
HYPHENS = "\x02\ufffe"  # how the library marks a hyphen that the line's end made
PAGE_NUMBER = re.compile(r"(?:page\s*)?\W{0,2}\d{1,4}\W{0,2}(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
BULLET = re.compile(r"(?:[•▪●◦■‣·–*]|\(?\d{1,2}[.)])\s")
POOR_TITLE = re.compile(
    r"^(?:microsoft \w+ - .*|untitled.*|document\d*|.*\.(?:docx?|pdf|indd|pptx?|xlsx?|qxd))$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line on a page, with where it stands and how high its letters are."""

    text: str
    left: float
    right: float
    bottom: float
    height: float
    torn: bool = False  # ends in a hyphen that only the line's end made


def pdf_text(data: bytes, *, name: str = "-") -> Document:
    """The text layer of a PDF as paragraphs, with the title, authors and day that the file states."""
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
        pages = len(pdf)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise UnreadableError(name, "encrypted: it opens with a password only" if locked else "damaged PDF") from error
    try:
        warnings = (f"only the first {MAX_PAGES} of {pages} pages were read",) if pages > MAX_PAGES else ()
        text = _text(pdf, min(pages, MAX_PAGES))
        stated = _stated(pdf)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(name, "damaged PDF") from error
    finally:
        pdf.close()
    if not text:
        raise UnreadableError(
            name, "needs_ocr: the pages are pictures without a text layer" if pages else "damaged PDF: no pages"
        )
    fields, sources = stated
    return Document(
        text=text,
        name=name,
        kind="pdf",
        extractor=extractor(),
        raw=raw_digest(data),
        title=fields.get("title"),
        authors=split_authors([fields["author"]]) if "author" in fields else (),
        author_line=fields.get("author"),
        date=parse_day(fields.get("date")),
        sources=sources,
        warnings=warnings,
    )


def extractor() -> str:
    """The name and version of what reads PDF files."""
    from importlib.metadata import version

    return f"pdf 1, pypdfium2 {version('pypdfium2')}"


def _text(pdf: PdfDocument, pages: int) -> str:
    read: list[list[Line]] = []
    characters = 0
    for index in range(pages):
        lines = list(_lines(pdf[index]))
        characters += sum(len(line.text) for line in lines)
        read.append(lines)
        if characters > MAX_CHARACTERS:
            break
    furniture = _furniture(read)
    paragraphs: list[str] = []
    for lines in read:
        kept = [line for place, line in enumerate(lines) if not _is_furniture(line, place, len(lines), furniture)]
        joined = list(_paragraphs(kept))
        if joined and paragraphs and _goes_on(paragraphs[-1], joined[0]):
            first = joined.pop(0)
            torn = re.search(r"\w-\Z", paragraphs[-1]) is not None
            paragraphs[-1] = paragraphs[-1][:-1] + first if torn else f"{paragraphs[-1]} {first}"
        paragraphs += joined
    return clean_text("\n\n".join(paragraphs))


def _lines(page: PdfPage) -> Iterator[Line]:
    """The lines of a page in the order of its content, which keeps columns apart."""
    layer = page.get_textpage()
    try:
        raw = layer.get_text_range() if layer.count_chars() else ""
        offset = 0
        for piece in re.split(r"(\r\n|\r|\n)", raw):
            if text := " ".join(piece.translate(LIGATURES).split()):
                first = offset + len(piece) - len(piece.lstrip())
                last = offset + len(piece.rstrip()) - 1
                torn = text[-1] in HYPHENS
                count = layer.count_chars()
                left, bottom, _, top = layer.get_charbox(min(first, count - 1), loose=True)
                right = layer.get_charbox(min(max(first, last - torn), count - 1), loose=True)[2]
                for sign in HYPHENS:
                    text = text.replace(sign, "")
                yield Line(text=text, left=left, right=right, bottom=bottom, height=max(top - bottom, 1.0), torn=torn)
            offset += len(piece)
    finally:
        layer.close()
        page.close()


def _paragraphs(lines: list[Line]) -> Iterator[str]:
    """Join lines that belong together, by their gaps, sizes and ends."""
    if not lines:
        return
    steps = [a.bottom - b.bottom for a, b in itertools.pairwise(lines) if 0 < a.bottom - b.bottom < 3 * a.height]
    usual = median(steps) if steps else lines[0].height * 1.2
    width = max(line.right - line.left for line in lines)
    text, before = "", None
    for line in lines:
        if before is not None and _begins(before, line, usual, width):
            yield text
            text = ""
        if text and before is not None and (before.torn or _is_torn(text, line.text)):
            text = (text if before.torn else text[:-1]) + line.text
        else:
            text = f"{text} {line.text}" if text else line.text
        before = line
    yield text


def _begins(before: Line, line: Line, usual: float, width: float) -> bool:
    """Whether *line* begins a paragraph after *before*."""
    step = before.bottom - line.bottom
    if BULLET.match(line.text):
        return True
    if before.torn:
        return False
    if step < -before.height:  # up: the next column
        return not _goes_on(before.text, line.text)
    if step > usual * 1.35 + 1 or abs(before.height - line.height) > 0.2 * max(before.height, line.height):
        return True
    short = before.right < line.left + width * 0.75
    return short and before.text[-1:] in '.!?:”"' and step > 0.5 * before.height


def _goes_on(before: str, after: str) -> bool:
    """Whether a sentence runs from *before* into *after*."""
    return before[-1:] not in '.!?:;”"' and (after[:1].islower() or before[-1:] in ",-–(") and not BULLET.match(after)


def _is_torn(before: str, after: str) -> bool:
    """A hyphen at the line's end that parts a word: small letters on both sides."""
    return bool(re.search(r"[a-zà-ÿ]{2}-\Z", before)) and after[:2].islower() and after[:1].isalpha()


def _furniture(pages: list[list[Line]]) -> frozenset[str]:
    """The lines at the top or bottom of most pages, whatever number they hold."""
    if len(pages) < 3:
        return frozenset()
    counts: Counter[str] = Counter()
    for lines in pages:
        edges = {_shape(line.text) for place, line in enumerate(lines) if _at_edge(place, len(lines))}
        counts.update(edges)
    return frozenset(shape for shape, count in counts.items() if count >= max(3, len(pages) * 0.5) and len(shape) < 120)


def _is_furniture(line: Line, place: int, lines: int, furniture: frozenset[str]) -> bool:
    return _at_edge(place, lines) and (
        _shape(line.text) in furniture or (lines > 3 and PAGE_NUMBER.fullmatch(line.text) is not None)
    )


def _at_edge(place: int, lines: int) -> bool:
    """Whether a line stands where page furniture does: the first or last, or next to it on a full page."""
    depth = 2 if lines > 8 else 1 if lines > 2 else 0
    return place < depth or place >= lines - depth


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", text.casefold())


def _stated(pdf: PdfDocument) -> tuple[dict[str, str], dict[str, str]]:
    stated = {key: " ".join(clean_text(value).split()) for key, value in pdf.get_metadata_dict().items()}
    fields: dict[str, str] = {}
    sources: dict[str, str] = {}
    if (title := stated.get("Title")) and not POOR_TITLE.match(title):
        fields["title"], sources["title"] = title, "pdf"
    if (author := stated.get("Author")) and split_authors([author]):
        fields["author"], sources["authors"] = author, "pdf"
    made = re.match(r"D?:?(\d{4})(\d{2})(\d{2})", stated.get("CreationDate", ""))
    if made and parse_day("-".join(made.groups())):
        fields["date"], sources["date"] = "-".join(made.groups()), "guess"  # made is not published
    return fields, sources
