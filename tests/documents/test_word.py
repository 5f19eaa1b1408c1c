"""Word documents: the words of every paragraph are replaced, and nothing else is."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from lxml import etree

from seq2seq_core.documents import Limits, read_document
from seq2seq_core.types import CoreError

NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(build: Callable[[Any], None]) -> bytes:
    file = docx.Document()
    build(file)
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()


def add(file: Any, xml: str) -> None:
    """A paragraph with this inside, at the end."""
    file.element.body.insert(-1, parse_xml(f"<w:p {NAMES}>{xml}</w:p>"))


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def letter(file: Any) -> None:
    file.add_heading("The harbour", 1)
    file.add_paragraph("Two boats ").add_run("came in").bold = True
    file.paragraphs[-1].add_run(" today, and a third is late.")
    file.add_paragraph("")
    file.add_paragraph("Name:\tAnn\nTown: Hull", style="List Bullet")
    table = file.add_table(1, 2)
    table.cell(0, 0).text = "A cell"
    table.cell(0, 1).add_table(1, 1).cell(0, 0).text = "An inner cell"
    file.sections[0].header.paragraphs[0].text = "On top"
    file.sections[0].footer.paragraphs[0].text = "At the bottom"


def contents(data: bytes) -> dict[str, bytes]:
    """Every file of the archive, XML in its canonical form."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    xml = (".xml", ".rels")
    return {n: etree.canonicalize(d.decode()).encode() if n.endswith(xml) else d for n, d in files.items()}


def test_paragraphs_wherever_they_stand() -> None:
    document = read_document("letter.docx", saved(letter))
    assert [(unit.place, unit.text) for unit in document.units] == [
        ("paragraph 1", "The harbour"),
        ("paragraph 2", "Two boats came in today, and a third is late."),
        ("paragraph 3, part 1", "Name:"),
        ("paragraph 3, part 2", "Ann"),
        ("paragraph 3, part 3", "Town: Hull"),
        ("paragraph 4", "A cell"),
        ("paragraph 5", "An inner cell"),
        ("header 1, paragraph 1", "On top"),
        ("footer 1, paragraph 1", "At the bottom"),
    ]
    assert len(document.notes) == 1 and document.notes[0].endswith("most letters: paragraph 2")


def test_unchanged_texts_give_the_same_document() -> None:
    data = saved(letter)
    document = read_document("letter.docx", data)
    assert contents(document.written([unit.text for unit in document.units])) == contents(data)
    assert contents(document.written([None] * 9)) == contents(data)


def test_translations_have_the_style_and_the_format_of_most_letters() -> None:
    new = ["Der Hafen", "Zwei Boote liefen heute ein.", "Name:", "Anne", "Ort: Köln", "Zelle", "innen", "Oben", "Unten"]
    written = read_document("letter.docx", saved(letter)).written(new)
    file = docx.Document(io.BytesIO(written))
    assert [paragraph.text for paragraph in file.paragraphs] == [
        "Der Hafen",
        "Zwei Boote liefen heute ein.",
        "",
        "Name:\tAnne\nOrt: Köln",
    ]
    assert [paragraph.style.name for paragraph in file.paragraphs] == ["Heading 1", "Normal", "Normal", "List Bullet"]
    assert [(run.text, run.bold) for run in file.paragraphs[1].runs if run.text] == [(new[1], None)]
    assert file.tables[0].cell(0, 1).tables[0].cell(0, 0).text == "innen"
    assert file.sections[0].header.paragraphs[0].text == "Oben"
    assert [unit.text for unit in read_document("a.docx", written).units] == new


def test_one_format_in_several_runs_is_one_format() -> None:
    def build(file: Any) -> None:
        add(
            file,
            run("A ", "<w:b/>")
            + run("dog", '<w:lang w:val="en-GB"/><w:b/>')
            + run(" ", "<w:i/>")
            + run("ran.", "<w:b/>"),
        )

    document = read_document("a.docx", saved(build))
    assert document.notes == ()
    (paragraph,) = docx.Document(io.BytesIO(document.written(["Ein Hund <lief>.\x0b"]))).paragraphs
    assert [(run.text, run.bold) for run in paragraph.runs if run.text] == [("Ein Hund <lief>.\ufffd", True)]


def test_fields_links_deletions_and_hyphens() -> None:
    def field(instruction: str, result: str) -> str:
        sign = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
        said = f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
        return sign.format("begin") + said + sign.format("separate") + run(result) + sign.format("end")

    def build(file: Any) -> None:
        add(file, run("Page ") + field(" PAGE ", "7") + run(" of many"))
        add(file, run("See ") + field(' HYPERLINK "x" ', "the map") + run("."))
        add(file, run("Not ") + f"<w:del>{run('gone')}</w:del><w:ins>{run('new')}</w:ins>")
        add(file, "<w:r><w:t>e</w:t><w:noBreakHyphen/><w:t>mail</w:t></w:r>")
        add(file, '<w:fldSimple w:instr="DATE">' + run("1 May") + "</w:fldSimple>")

    document = read_document("a.docx", saved(build))
    assert [unit.text for unit in document.units] == ["Page ", " of many", "See the map.", "Not new", "e\u2011mail"]
    written = document.written(["Seite ", " von vielen", "Siehe die Karte.", "Nicht neu", "E-Post"])
    texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(written)).paragraphs]
    assert texts[0] == "Seite 7 von vielen"
    assert [unit.text for unit in read_document("a.docx", written).units][2:] == [
        "Siehe die Karte.",
        "Nicht neu",
        "E-Post",
    ]
    assert b"gone" in contents(written)["word/document.xml"]


def test_a_text_box_is_a_paragraph_of_its_own() -> None:
    def build(file: Any) -> None:
        box = f"<w:r><w:pict><w:txbxContent><w:p>{run('In the box')}</w:p></w:txbxContent></w:pict></w:r>"
        add(file, run("Around") + box)

    assert [unit.text for unit in read_document("a.docx", saved(build)).units] == ["Around", "In the box"]


def archive_with(files: dict[str, bytes]) -> bytes:
    """A letter with these files instead of, or beside, its own."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**contents(saved(letter)), **files}.items():
            archive.writestr(name, content)
    return data.getvalue()


def test_footnotes() -> None:
    note = f'<w:footnotes {NAMES}><w:footnote w:id="1"><w:p>{run("A note.")}</w:p></w:footnote></w:footnotes>'
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    parts = contents(saved(letter))
    types = parts["[Content_Types].xml"].replace(
        b"</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"></Override></Types>'.encode()
    )
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    links = parts["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        f'<Relationship Id="f1" Type="{relation}" Target="footnotes.xml"></Relationship></Relationships>'.encode(),
    )
    data = archive_with(
        {
            "[Content_Types].xml": types,
            "word/_rels/document.xml.rels": links,
            "word/footnotes.xml": note.encode(),
        }
    )
    document = read_document("a.docx", data)
    assert (document.units[-1].place, document.units[-1].text) == ("footnotes, paragraph 1", "A note.")
    written = document.written([None] * 9 + ["Eine Anmerkung."])
    assert "Eine Anmerkung." in contents(written)["word/footnotes.xml"].decode()


def test_an_archive_that_grows_too_large_is_refused_before_it_is_unpacked() -> None:
    data = archive_with({"word/media/image1.png": bytes(70_000_000)})
    assert len(data) < 200_000
    with pytest.raises(CoreError, match=r"70,\d+,\d+ bytes in .* unpacked, and at most 60,000,000"):
        read_document("a.docx", data)
    with pytest.raises(CoreError, match="at most 1,000 in"):
        read_document("a.docx", saved(letter), limits=Limits(unpacked=1000))


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(archive_with({"word/document.xml": contents(saved(letter))["word/document.xml"] + b" " * 100_000}))
    entry = data.index(b"PK\x01\x02")
    while b"word/document.xml" not in data[entry + 46 : entry + 46 + 20]:
        entry = data.index(b"PK\x01\x02", entry + 4)
    data[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
    with pytest.raises(CoreError, match="damaged"):
        read_document("a.docx", bytes(data))


ENTITY = f"""<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<w:document {NAMES}><w:body><w:p><w:r><w:t>It is &a;.</w:t></w:r></w:p><w:sectPr/></w:body></w:document>"""


def test_nothing_is_fetched_for_an_entity() -> None:
    document = read_document("a.docx", archive_with({"word/document.xml": ENTITY.encode()}))
    assert document.units[0].text == "It is "


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Just words.",
        saved(letter)[:3000],
        archive_with({"word/document.xml": b"<broken"}),
        archive_with({"[Content_Types].xml": b"<Types/>"}),
    ],
    ids=["empty", "text", "cut off", "broken XML", "no types"],
)
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(CoreError, match=r"no \.docx file"):
        read_document("a.docx", data)


def test_an_old_word_file_is_called_what_it_is() -> None:
    with pytest.raises(CoreError, match="an Office document of the old kind"):
        read_document("a.docx", b"\xd0\xcf\x11\xe0" + bytes(600))


def test_a_document_without_words_is_refused() -> None:
    with pytest.raises(CoreError, match="no text"):
        read_document("a.docx", saved(lambda file: None))
