"""Small PDF and Word files, written by hand so that a test knows every byte of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

Piece = tuple[float, float, float, str]  # left, bottom, size, words


def pdf(pages: Sequence[Sequence[Piece]], *, info: Mapping[str, str] | None = None, trailer: str = "") -> bytes:
    """A PDF with the given words at the given places."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids = []
    for pieces in pages:
        stream = b"".join(
            b"BT /F1 %.1f Tf %.1f %.1f Td (%s) Tj ET\n" % (size, left, bottom, _escaped(words))
            for left, bottom, size, words in pieces
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(len(objects))
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), listed)
    if info:
        entries = b" ".join(b"/%s (%s)" % (key.encode(), _escaped(value)) for key, value in info.items())
        objects.append(b"<< %s >>" % entries)
        trailer += f" /Info {len(objects)} 0 R"
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer << /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer.encode()))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def column(
    lines: Sequence[str], *, left: float = 60, top: float = 780, size: float = 11, step: float = 14
) -> list[Piece]:
    """Lines under one another; an empty one leaves a gap."""
    return [(left, top - step * place, size, line) for place, line in enumerate(lines) if line]


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}'
    "</Relationships>"
)


def docx(body: str, *, footnotes: str = "", core: str = "", parts: Mapping[str, bytes] | None = None) -> bytes:
    """A Word file with *body* between its body tags."""
    root = f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/>'
    files = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELS.format(root),
        "word/document.xml": f'<?xml version="1.0"?><w:document {W}><w:body>{body}</w:body></w:document>',
    }
    if footnotes:
        files["word/footnotes.xml"] = f'<?xml version="1.0"?><w:footnotes {W}>{footnotes}</w:footnotes>'
        note = f'<Relationship Id="r2" Type="{RELATIONS}/footnotes" Target="footnotes.xml"/>'
        files["word/_rels/document.xml.rels"] = RELS.format(note)
    if core:
        files["docProps/core.xml"] = core
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        for name, data in (parts or {}).items():
            archive.writestr(name, data)
    return out.getvalue()


def _escaped(words: str) -> bytes:
    plain = words.encode("cp1252", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
