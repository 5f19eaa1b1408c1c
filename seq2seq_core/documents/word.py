"""Word documents (.docx), by python-docx: paragraphs wherever they stand, in the style and format that they have."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seq2seq_core.data.containers import UNUSABLE
from seq2seq_core.documents.document import Document, TextUnit, Upload
from seq2seq_core.documents.lines import in_one_line
from seq2seq_core.documents.xml import legal
from seq2seq_core.types import CoreError

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml."

PARTS = {"document.main": "", "header": "header", "footer": "footer", "footnotes": "footnotes", "endnotes": "endnotes"}
"""The parts whose paragraphs are read, in this order, and what people call them; the text itself has no name."""

LETTERS = {f"{W}t": None, f"{W}noBreakHyphen": "\u2011", f"{W}softHyphen": "\xad"}
"""Elements that are text: their own, or a sign."""

CUTS = {f"{W}{name}" for name in ("tab", "br", "cr", "ptab", "sym", "fldSimple")}
"""What stands between two texts of a paragraph: tabs, line and page breaks, signs of another font, page numbers."""

PASSED_OVER = {f"{W}{name}" for name in ("p", "del", "moveFrom", "rPr", "pPr")}
"""Within a paragraph: another one (in a text box), which has its own turn; what was deleted; properties."""

TEXT_FIELDS = ("HYPERLINK", "TOC")
"""Fields whose result is text; of others (page numbers, dates) Word works it out."""

UNSEEN = {f"{W}{name}" for name in ("lang", "noProof", "webHidden")}
"""Properties that change nothing that one sees."""

MOST_FILES = 10_000
"""In the archive that a document is."""

SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True)
class WordText:
    """Text in a row, of one paragraph, that nothing cuts; ``elements`` are its letters."""

    elements: tuple[_Element, ...]
    place: str

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(LETTERS[element.tag] or element.text or "" for element in self.elements)

    def formats(self) -> Counter[bytes]:
        """How many letters have which format."""
        count: Counter[bytes] = Counter()
        for element in self.elements:
            count[_format(element)] += len((element.text or "").strip())
        return +count

    def put(self, new: str) -> None:
        """Writes ``new`` where the text begins that has the format of most letters, and empties the rest."""
        ((chosen, _),) = self.formats().most_common(1)
        home = next(element for element in self.elements if element.tag == f"{W}t" and _format(element) == chosen)
        for element in self.elements:
            if element is not home:
                element.getparent().remove(element)
        home.text = legal(in_one_line(new))
        home.set(SPACE, "preserve")


def read_word(upload: Upload) -> Document:
    """Paragraphs of the text, its tables and text boxes, of headers, footers and notes.

    Tabs, line breaks and fields such as page numbers cut a paragraph into several texts and stay where they are.

    Raises:
        CoreError: it is no .docx, damaged or too large unpacked, or python-docx is not installed.
    """
    _check_archive(upload)
    found = list(_texts(_parts(_opened(upload))))
    mixed = [text.place for text in found if len(text.formats()) > 1]
    notes = []
    if mixed:
        listed = ", ".join(mixed[:10]) + (", …" if len(mixed) > 10 else "")
        notes.append(f"texts of several formats ({len(mixed)}), whose translations have that of most letters: {listed}")

    def write(translations: Sequence[str | None]) -> bytes:
        file = _opened(upload)
        parts = _parts(file)
        for text, new in zip(list(_texts(parts)), translations, strict=True):
            if new is not None and new != text.text:
                text.put(new)
        for part, root in parts:
            if not hasattr(part, "element"):
                from lxml import etree

                part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        written = io.BytesIO()
        file.save(written)
        return written.getvalue()

    units = tuple(TextUnit(text.text, text.place) for text in found)
    return Document(upload.name, upload.suffix, units, write, tuple(notes))


def _check_archive(upload: Upload) -> None:
    """Before anything is unpacked. What an archive says of its files binds: no more than that is read of them.

    Raises:
        CoreError: it is none, or too large.
    """
    kind = next((kind for sign, kind in UNUSABLE if upload.data.lower().startswith(sign.lower())), "no .docx file")
    try:
        with zipfile.ZipFile(io.BytesIO(upload.data)) as archive:
            files = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise CoreError(f"{upload.name} is {kind}, or damaged; save it as .docx again") from error
    size = sum(file.file_size for file in files)
    if size > upload.limits.unpacked or len(files) > MOST_FILES:
        raise CoreError(
            f"{upload.name} would be {size:,} bytes in {len(files):,} files unpacked, and at most "
            f"{upload.limits.unpacked:,} in {MOST_FILES:,} are read; cut it into parts"
        )


def _opened(upload: Upload) -> Any:
    try:
        import docx
        from docx.opc.exceptions import PackageNotFoundError
        from lxml.etree import LxmlError
    except ImportError as error:
        raise CoreError("reading .docx needs python-docx: pip install python-docx") from error

    wrong = (AttributeError, KeyError, ValueError, IndexError, TypeError, RuntimeError, zipfile.BadZipFile, zlib.error)
    try:
        file = docx.Document(io.BytesIO(upload.data))
        _parts(file)
        return file
    except (*wrong, PackageNotFoundError, LxmlError) as error:
        raise CoreError(f"{upload.name} is no .docx file, or damaged or locked; save it as .docx again") from error


def _parts(file: Any) -> list[tuple[Any, _Element]]:
    """What holds paragraphs, and its XML: of notes, which python-docx does not know, a copy."""
    from docx.oxml.parser import parse_xml

    kinds = [CONTENT + kind + "+xml" for kind in PARTS]
    parts = [part for part in file.part.package.iter_parts() if part.content_type in kinds]
    parts.sort(key=lambda part: (kinds.index(part.content_type), len(part.partname), part.partname))
    return [(part, part.element if hasattr(part, "element") else parse_xml(part.blob)) for part in parts]


def _texts(parts: Sequence[tuple[Any, _Element]]) -> Iterator[WordText]:
    numbers: Counter[str] = Counter()
    for part, root in parts:
        name = PARTS[part.content_type.removeprefix(CONTENT).removesuffix("+xml")]
        numbers[name] += 1
        before = f"{name} {numbers[name]}, " if name in ("header", "footer") else f"{name}, " if name else ""
        count = 0
        for paragraph in root.iter(f"{W}p"):
            stretches = [WordText(tuple(stretch), "") for stretch in _stretches(paragraph)]
            filled = [stretch for stretch in stretches if stretch.formats()]
            count += bool(filled)
            for number, stretch in enumerate(filled, start=1):
                which = f", part {number}" if len(filled) > 1 else ""
                yield WordText(stretch.elements, f"{before}paragraph {count}{which}")


def _stretches(paragraph: _Element) -> Iterator[list[_Element]]:
    stretch: list[_Element] = []
    for element in _letters(paragraph, []):
        if element is not None:
            stretch.append(element)
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _letters(parent: _Element, fields: list[str]) -> Iterator[_Element | None]:
    """The elements that are text, in order, and None for every cut.

    Args:
        parent: a paragraph or something in it.
        fields: instructions of the fields that are open here.
    """
    for child in parent:
        if child.tag == f"{W}fldChar":
            if child.get(f"{W}fldCharType") == "begin":
                fields.append("")
            elif child.get(f"{W}fldCharType") == "end" and fields:
                fields.pop()
        elif child.tag == f"{W}instrText" and fields:
            fields[-1] += child.text or ""
        elif child.tag in LETTERS:
            seen = all(field.strip().upper().startswith(TEXT_FIELDS) for field in fields)
            yield child if seen else None
        elif child.tag in CUTS:
            yield None
        elif isinstance(child.tag, str) and child.tag not in PASSED_OVER:
            yield from _letters(child, fields)


def _format(element: _Element) -> bytes:
    """What tells the format of a letter from that of others, and one link from another."""
    from lxml import etree

    run = element.getparent()
    properties = run.find(f"{W}rPr")
    shown = [] if properties is None else [etree.tostring(p, method="c14n") for p in properties if p.tag not in UNSEEN]
    link = run.getparent()
    linked = str(sorted(link.items())) if link is not None and link.tag == f"{W}hyperlink" else ""
    return b"".join([*sorted(shown), linked.encode()])
