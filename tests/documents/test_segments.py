"""Message catalogues, translation memories and XLIFF: what is open is filled, what is done stays."""

from __future__ import annotations

import pytest
from lxml import etree
from translate.storage.pypo import pofile
from translate.storage.tmx import tmxfile
from translate.storage.xliff import xlifffile

from seq2seq_core.documents import read_document
from seq2seq_core.types import CoreError

CATALOGUE = r"""# For the harbour office
msgid ""
msgstr ""
"Project-Id-Version: harbour 2\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=3; plural=n%3;\n"

#. a button
#: boat.c:3
msgctxt "menu"
msgid "Open the harbour"
msgstr ""

#, fuzzy, c-format
msgid "%d old boats"
msgstr "%d alte Boote"

msgid "one net"
msgid_plural "%d nets"
msgstr[0] ""
msgstr[1] ""

msgid "Done"
msgstr "Fertig"

msgid ""
"first\n"
"second\n"
msgstr ""

#~ msgid "gone"
#~ msgstr "weg"
"""

MEMORY = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="en" creationtool="hand" segtype="sentence"/><body>
<tu tuid="a"><note>keep</note><tuv xml:lang="en"><seg>The gate is open.</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>Done.</seg></tuv><tuv xml:lang="de-DE"><seg>Fertig.</seg></tuv></tu>
<tu><tuv xml:lang="de-DE"><prop type="x">p</prop><seg/></tuv>
<tuv xml:lang="en"><seg>A <bpt i="1">{b}</bpt>red<ept i="1">{/b}</ept> boat.</seg></tuv></tu>
</body></tmx>"""

XLIFF1 = """<?xml version="1.0" encoding="utf-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file original="a.txt" source-language="en" datatype="plaintext"><body>
<trans-unit id="1"><source>The gate is open.</source><note>keep</note></trans-unit>
<trans-unit id="2" approved="yes"><source>Done.</source><target>Fertig.</target></trans-unit>
<trans-unit id="3"><source>A <g id="1">red</g> boat<x id="2"/>.</source><target><g id="1"/></target></trans-unit>
<trans-unit id="4" translate="no"><source>QX-7</source></trans-unit>
</body></file></xliff>"""

XLIFF2 = """<?xml version="1.0" encoding="utf-8"?>
<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="en">
<file id="f"><unit id="1"><segment><source>The gate is open.</source></segment>
<segment><source>Done.</source><target>Fertig.</target></segment></unit>
<unit id="2" translate="no"><segment><source>QX-7</source></segment></unit></file></xliff>"""


def test_messages_without_a_translation_are_texts() -> None:
    document = read_document("a.po", CATALOGUE.encode())
    assert [(unit.place, unit.text) for unit in document.units] == [
        ("message 1", "Open the harbour"),
        ("message 3", "one net"),
        ("message 3, plural", "%d nets"),
        ("message 5", "first\nsecond\n"),
    ]
    assert document.notes == ("2 messages have a translation already and are left alone",)


def test_a_catalogue_that_nothing_was_put_into_is_the_same() -> None:
    assert read_document("a.po", CATALOGUE.encode()).written([None] * 4).decode() == CATALOGUE


def test_a_catalogue_is_filled_and_marked_fuzzy() -> None:
    written = read_document("a.po", CATALOGUE.encode()).written(["Öffne", "ein Netz", "%d Netze", "erste\nzweite"])
    store = pofile.parsestring(written)
    by_id = {str(unit.source): unit for unit in store.units}
    assert by_id["Open the harbour"].target == "Öffne" and by_id["Open the harbour"].isfuzzy()
    assert by_id["Open the harbour"].getcontext() == "menu"
    assert by_id["one net"].target.strings == ["ein Netz", "%d Netze", "%d Netze"]
    assert by_id["first\nsecond\n"].target == "erste\nzweite\n"
    assert by_id["Done"].target == "Fertig" and not by_id["Done"].isfuzzy()
    assert store.units[0].target == pofile.parsestring(CATALOGUE.encode()).units[0].target
    assert '#~ msgid "gone"' in written.decode() and "# For the harbour office" in written.decode()


def test_a_plural_of_which_one_text_stays_stays_as_a_whole() -> None:
    written = read_document("a.po", CATALOGUE.encode()).written([None, "ein Netz", None, None])
    assert written.decode() == CATALOGUE


def test_a_header_with_another_encoding_says_utf8_afterwards() -> None:
    document = read_document("a.po", CATALOGUE.replace("charset=UTF-8", "charset=ISO-8859-1").encode())
    assert "ISO-8859-1" in document.notes[-1]
    assert document.written([None] * 4).decode() == CATALOGUE


def test_open_segments_of_a_memory() -> None:
    document = read_document("a.tmx", MEMORY.encode())
    assert [(unit.place, unit.text) for unit in document.units] == [
        ("segment 1", "The gate is open."),
        ("segment 3", "A red boat."),
    ]
    assert [note.partition(" ")[0] for note in document.notes] == ["1", "1"]
    store = tmxfile.parsestring(document.written(["Das Tor ist auf.", "Ein rotes Boot."]))
    pairs = [(unit.getlanguageNode("en"), unit.getlanguageNode("de-DE")) for unit in store.units]
    assert ["".join(german.itertext()) for _, german in pairs] == ["Das Tor ist auf.", "Fertig.", "pEin rotes Boot."]
    assert "".join(pairs[2][0].itertext()) == "A {b}red{/b} boat."
    assert store.units[0].getid() == "a" and store.units[0].getnotes() == "keep"


@pytest.mark.parametrize(
    ("language", "written"), [("German", "de-DE"), ("de", "de-DE"), ("French", "fr"), (None, "de-DE")]
)
def test_the_target_language_of_a_memory(language: str | None, written: str) -> None:
    document = read_document("a.tmx", MEMORY.encode(), target_language=language)
    data = document.written(["x"] * len(document.units))
    root = etree.fromstring(data)
    languages = {tuv.get("{http://www.w3.org/XML/1998/namespace}lang") for tuv in root.findall(".//tu[1]/tuv")}
    assert languages == {"en", written}
    assert len(document.units) == (2 if written == "de-DE" else 3)


def test_a_memory_of_one_language_and_of_three() -> None:
    alone = MEMORY.replace("de-DE", "en-GB")
    document = read_document("a.tmx", alone.encode())
    assert "'und'" in document.notes[-1]
    assert b'xml:lang="und"' in document.written([None] * (len(document.units) - 1) + ["x"])
    with pytest.raises(CoreError, match="de-DE, fr beside en; say which"):
        read_document("a.tmx", MEMORY.replace('"de-DE"><prop', '"fr"><prop').encode())


def test_open_segments_of_xliff_1() -> None:
    document = read_document("a.xlf", XLIFF1.encode(), target_language="German")
    assert [(unit.place, unit.text) for unit in document.units] == [
        ("segment 1", "The gate is open."),
        ("segment 3", "A red boat."),
    ]
    written = document.written(["Das Tor\x00 ist auf.", "Ein rotes Boot."])
    store = xlifffile.parsestring(written)
    assert [unit.target for unit in store.units] == ["Das Tor\ufffd ist auf.", "Fertig.", "Ein rotes Boot.", None]
    assert [unit.isapproved() for unit in store.units] == [False, True, False, False]
    assert store.targetlanguage == "de"
    assert written.count(b'state="needs-review-translation"') == 2
    assert b'<g id="1">red</g> boat<x id="2"/>' in written and b"<note>keep</note>" in written


def test_open_segments_of_xliff_2() -> None:
    document = read_document("a.xliff", XLIFF2.encode(), target_language="de")
    assert [unit.text for unit in document.units] == ["The gate is open."]
    root = etree.fromstring(document.written(["Das Tor ist auf."]))
    assert [target.text for target in root.iter("{*}target")] == ["Das Tor ist auf.", "Fertig."]
    assert next(root.iter("{*}segment")).get("state") == "translated" and root.get("trgLang") == "de"


@pytest.mark.parametrize(
    ("name", "text"), [("a.tmx", MEMORY), ("a.xlf", XLIFF1), ("a.xliff", XLIFF2)], ids=["tmx", "xliff 1", "xliff 2"]
)
def test_a_file_that_nothing_was_put_into_is_equivalent(name: str, text: str) -> None:
    document = read_document(name, text.encode())

    def plain(data: bytes) -> str:
        return etree.canonicalize(data.decode(), strip_text=True)

    assert plain(document.written([None] * len(document.units))) == plain(text.encode())


@pytest.mark.parametrize(("name", "text"), [("a.tmx", MEMORY), ("a.xlf", XLIFF1)], ids=["tmx", "xliff"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1", "utf-32"])
def test_the_encoding_stays_and_what_is_written_can_be_read(name: str, text: str, encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    document = read_document(name, text.replace('encoding="utf-8"', f'encoding="{declared}"').encode(encoding))
    written = document.written(["Tür", None])
    assert "Tür" in written.decode(encoding) and f'encoding="{declared.upper()}"' in written.decode(encoding)
    assert len(read_document(name, written).units) == 1


BOMB = '<!DOCTYPE tmx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
THIEF = '<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.tmx", MEMORY.replace('<!DOCTYPE tmx SYSTEM "tmx14.dtd">', BOMB), "declares entities"),
        ("a.tmx", MEMORY.replace('<!DOCTYPE tmx SYSTEM "tmx14.dtd">', THIEF), "declares entities"),
        ("a.tmx", MEMORY[:300], "no sound XML"),
        ("a.tmx", "", "no sound XML"),
        ("a.tmx", XLIFF1, "holds <xliff>, not <tmx>"),
        ("a.xlf", MEMORY, "holds <tmx>, not <xliff>"),
        ("a.xlf", "<xliff/>", "not built as a .xlf file"),
        ("a.tmx", "<tmx><body/></tmx>", "no text"),
        ("a.tmx", "<a>" * 5000 + "</a>" * 5000, "no sound XML"),
        ("a.po", "Just words.\n", "message catalogue"),
        ("a.po", "", "no text"),
        ("a.po", 'msgid "a\nmsgstr "b', "message catalogue"),
    ],
)
def test_what_is_damaged_or_hostile_is_refused(name: str, text: str, message: str) -> None:
    with pytest.raises(CoreError, match=message):
        read_document(name, text.encode())


def test_plurals_without_end_are_refused() -> None:
    document = read_document("a.po", CATALOGUE.replace("nplurals=3", "nplurals=99999999").encode())
    with pytest.raises(CoreError, match="99999999 forms"):
        document.written(["x"] * 4)
