"""PDF and Word files: paragraphs as a person reads them, and no file that hurts."""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import suppress
from datetime import date

import pytest
from servers.papers import column, docx, pdf

from pipeline.ingest import UnreadableError, read_bytes

LONG = [
    "More than forty teams from twenty-five countries met in the hall by the",
    "river last week. They spent three days on the question of how to fund",
    "shared platforms.",
    "",
    "The next convening is planned for the autumn, when sixty teams are to",
    "come together once more.",
]


def p(*runs: str) -> str:
    """A Word paragraph of plain runs."""
    return f"<w:p>{''.join(runs)}</w:p>"


def r(words: str) -> str:
    """A run of words."""
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def test_lines_are_joined_to_paragraphs() -> None:
    """Line ends inside a paragraph are spaces, a gap is a new paragraph."""
    text = read_bytes(pdf([column(LONG)]), name="a.pdf").text
    assert text.split("\n\n") == [" ".join(LONG[:3]), " ".join(LONG[4:])]


def test_hyphens_at_line_ends_are_mended() -> None:
    """A word that a line's end parts is one word; a real hyphen stays."""
    lines = [
        "The council of the town spoke about inter-",
        "operability and the digital-first idea of 12-",
        "month terms of office.",
    ]
    text = read_bytes(pdf([column(lines)]), name="a.pdf").text
    assert "about interoperability and" in text
    assert "digital-first" in text
    assert "12-month" in text or "12- month" in text


def test_columns_stay_apart() -> None:
    """The left column is read to its end before the right one."""
    left = ["Forty teams came to the", "hall and told of shared", "platforms that they had."]
    right = ["Sixty towns wrote letters", "and asked for more time", "to answer all of them."]
    text = read_bytes(pdf([[*column(left, left=60), *column(right, left=320)]]), name="a.pdf").text
    assert " ".join(left) in text
    assert " ".join(right) in text


def test_page_furniture_is_left_out() -> None:
    """Running heads and page numbers are not text; sentences run on over the page's end."""
    pages = []
    for number in range(1, 6):
        lines = [
            f"On page {number} we tell of the {number * 11} teams that came to the hall and of what they",
            f"did there in room {number}, as far as it is known.",
        ]
        pages.append([(60, 810, 9, "Report of the Example Office"), *column(lines), (290, 30, 9, str(number))])
    text = read_bytes(pdf(pages), name="a.pdf").text
    assert "Report of the Example" not in text
    assert text.count("teams that came to the hall") == 5
    assert not any(paragraph.isdigit() for paragraph in text.split("\n\n"))


def test_sentences_run_on_over_the_page() -> None:
    """What a page's end parts is one paragraph."""
    one, two = column(LONG[:2]), column(["shared platforms, and they agreed."])
    text = read_bytes(pdf([one, two]), name="a.pdf").text
    assert "how to fund shared platforms, and they agreed." in text


def test_what_a_pdf_states() -> None:
    """Title and author are the file's word; the day on which it was made is a guess only."""
    info = {"Title": "Forty teams", "Author": "Ana Diaz; Bo Lee", "CreationDate": "D:20190302101500Z"}
    document = read_bytes(pdf([column(LONG)], info=info), name="a.pdf")
    assert (document.title, document.authors, document.date) == (
        "Forty teams",
        ("Ana Diaz", "Bo Lee"),
        date(2019, 3, 2),
    )
    assert document.sources == {"title": "pdf", "authors": "pdf", "date": "guess"}
    poor = read_bytes(pdf([column(LONG)], info={"Title": "Microsoft Word - final2.docx"}), name="a.pdf")
    assert poor.title is None


def test_pages_and_characters_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a PDF without end the beginning is read, and that is said."""
    monkeypatch.setattr("pipeline.ingest.pdf.MAX_PAGES", 3)
    pages = [column([f"This is the page with the number {n} of them all."]) for n in range(5)]
    document = read_bytes(pdf(pages), name="a.pdf")
    assert "number 2" in document.text
    assert "number 3" not in document.text
    assert "3 of 5 pages" in document.warnings[0]
    monkeypatch.setattr("pipeline.ingest.pdf.MAX_CHARACTERS", 50)
    assert "number 2" not in read_bytes(pdf(pages), name="a.pdf").text


def test_pictures_need_ocr() -> None:
    """A PDF without a text layer says what it needs."""
    with pytest.raises(UnreadableError, match="needs_ocr"):
        read_bytes(pdf([[]]), name="a.pdf")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            pdf(
                [column(LONG)],
                trailer="/Encrypt << /Filter /Standard /V 1 /R 2 /O ("
                + "o" * 32
                + ") /U ("
                + "u" * 32
                + ") /P -4 >> /ID [(aaaa) (aaaa)]",
            ),
            "encrypted",
        ),
        (b"%PDF-1.7\nnothing more", "damaged"),
        (pdf([column(LONG)])[:200], "damaged"),
        (pdf([column(LONG)]).replace(b"/Root 1 0 R", b"/Root 3 0 R"), "damaged"),
    ],
    ids=["encrypted", "empty", "cut", "no-root"],
)
def test_bad_pdfs_are_named(data: bytes, reason: str) -> None:
    """Each is refused in words and ends nothing."""
    with pytest.raises(UnreadableError, match=reason):
        read_bytes(data, name="a.pdf")


def test_word_paragraphs_lists_and_tables() -> None:
    """The text of a Word file, paragraphs apart, cells apart."""
    cell = "<w:tc>{}</w:tc>".format
    table = f"<w:tbl><w:tr>{cell(p(r('2018')))}{cell(p(r('31')))}</w:tr></w:tbl>"
    text = read_bytes(docx(p(r("Over "), r("40 teams.")) + p() + p(r("Then 7.")) + table), name="a.docx").text
    assert text == "Over 40 teams.\n\nThen 7.\n\n2018 | 31"


def test_tracked_changes_are_read_as_accepted() -> None:
    """What was inserted is text, what was deleted is not."""
    deleted = '<w:del w:id="1"><w:r><w:delText>30</w:delText></w:r></w:del>'
    inserted = f'<w:ins w:id="2">{r("40")}</w:ins>'
    assert read_bytes(docx(p(r("Over "), deleted, inserted, r(" teams."))), name="a.docx").text == "Over 40 teams."


def test_word_footnotes_are_kept_and_do_not_fuse() -> None:
    """The mark goes, the note stands at the end."""
    note = f'<w:footnote w:id="2">{p(r("Counted at the door."))}</w:footnote>'
    body = p(r("Over 40"), '<w:r><w:footnoteReference w:id="2"/></w:r>', r(" teams."))
    text = read_bytes(docx(body, footnotes=note), name="a.docx").text
    assert text.startswith("Over 40 teams.")
    assert "Counted at the door." in text
    assert "401" not in text.replace(" ", "")


def test_what_a_word_file_states() -> None:
    """Title and author from the core properties."""
    core = (
        '<?xml version="1.0"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
        "<dc:title>Forty teams</dc:title><dc:creator>Ana Díaz</dc:creator><dcterms:created>2019-03-02T10:00:00Z"
        "</dcterms:created></cp:coreProperties>"
    )
    document = read_bytes(docx(p(r("Over 40 teams.")), core=core), name="x")
    assert (document.title, document.authors, document.date) == ("Forty teams", ("Ana Díaz",), date(2019, 3, 2))
    assert document.sources["date"] == "guess"


def test_word_bombs_are_not_unpacked() -> None:
    """A small file that declares 200 MB is refused before it is opened."""
    data = docx(p(r("Hi.")), parts={"word/media/a.bin": b"\0" * 210_000_000})
    assert len(data) < 1_000_000
    with pytest.raises(UnreadableError, match="too large when unpacked"):
        read_bytes(data, name="a.docx")


def test_too_many_parts_are_refused() -> None:
    """So is one with thousands of parts."""
    data = docx(p(r("Hi.")), parts={f"x/{number}": b"" for number in range(6_000)})
    with pytest.raises(UnreadableError, match="too large when unpacked"):
        read_bytes(data, name="a.docx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_dtd_in_a_word_file_is_refused(encoding: str) -> None:
    """No entity is expanded, none is fetched."""
    evil = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY e "99">]><x>&e;</x>'
    with pytest.raises(UnreadableError, match="DTD"):
        read_bytes(docx(p(r("Hi.")), parts={"word/comments.xml": evil.encode(encoding)}), name="a.docx")


def test_names_in_a_word_file_are_no_paths(tmp_path: object) -> None:
    """Members that climb out of the file are never written anywhere."""
    data = docx(p(r("Over 40 teams.")), parts={"../../evil.txt": b"x", "/etc/evil": b"x"})
    assert read_bytes(data, name="a.docx").text == "Over 40 teams."


def test_external_pictures_are_not_fetched() -> None:
    """A picture that lies elsewhere is left there."""
    drawing = (
        '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData><pic:pic '
        'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:link="r9"/></pic:blipFill>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
    rels = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r9" TargetMode="External" Target="file:///etc/passwd" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
    )
    data = docx(p(r("Over 40 teams."), drawing), parts={"word/_rels/document.xml.rels": rels.encode()})
    assert "root" not in read_bytes(data, name="a.docx").text


def test_the_strict_format_is_read_or_named() -> None:
    """Another namespace for the same words is no crash."""
    data = docx(p(r("Over 40 teams.")))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).replace(
                b"schemas.openxmlformats.org/wordprocessingml/2006", b"purl.oclc.org/ooxml/wordprocessingml"
            )
            new.writestr(
                name,
                text.replace(b"schemas.openxmlformats.org/officeDocument/2006", b"purl.oclc.org/ooxml/officeDocument"),
            )
    try:
        assert read_bytes(out.getvalue(), name="a.docx").text == "Over 40 teams."
    except UnreadableError as error:
        pytest.fail(error.reason)


def test_other_zips_say_what_they_are() -> None:
    """A spreadsheet with a Word file's name is none."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(UnreadableError, match="no Word document"):
        read_bytes(out.getvalue(), name="a.docx")


def test_mutated_files_are_refused_or_read() -> None:
    """A hundred ways of being a little broken: each is text or a reason."""
    rng = random.Random(5)
    whole = {"a.docx": docx(p(r("Over 40 teams."))), "a.pdf": pdf([column(LONG)], info={"Title": "Forty"})}
    read = 0
    for number in range(200):
        name = list(whole)[number % 2]
        data = bytearray(whole[name])
        for _ in range(rng.randrange(1, 6)):
            place = rng.randrange(len(data))
            if rng.random() < 0.5:
                data[place] = rng.randrange(256)
            else:
                del data[place : place + rng.randrange(1, 30)]
        with suppress(UnreadableError):
            read_bytes(bytes(data), name=name)
            read += 1
    assert 0 < read < 200


def test_a_damaged_word_file_is_named() -> None:
    """Half a file is refused in words."""
    data = docx("<w:p><w:r><w:t>open")
    with pytest.raises(UnreadableError, match="damaged or unusual"):
        read_bytes(data, name="a.docx")
