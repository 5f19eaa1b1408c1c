"""The Document view in a real browser against the shipped checkpoint: pasted text and files."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect

from seq2seq_core.documents import read_document
from tests.e2e.conftest import Opens

pytestmark = pytest.mark.browser

DONE, ROWS = "#document-status .done", "#document-table tbody tr"
DOCUMENT_LIMIT = 120_000
"""Milliseconds that a few lines may take, on a machine that does something else as well."""

PARAGRAPH = "The cook has lost his hat. Where did you see it?\n\n<img src=x onerror=alert(1)> ${1}"
SUBTITLES = """1
00:00:01,000 --> 00:00:03,000
Where is the red boat?

2
00:00:04,000 --> 00:00:06,500
I think it is behind the house.
"""

# Of each format that is text: a document, and what of it must be as it was.
OTHERS = {
    "note.txt": ("The cat is sleeping.\r\n\r\nIt is cold.", "\r\n\r\n"),
    "note.md": ("# The garden\n\nThe cat is sleeping.\n\n```\nrun()\n```\n", "```\nrun()\n```"),
    "table.tsv": ("key\ttext\n11\tThe cat is sleeping.\n12\tIt is cold.\n", "11\tThe cat is sleeping.\t"),
    "table.csv": ("key,text\n11,The cat is sleeping.\n12,It is cold.\n", "11,The cat is sleeping.,"),
    "film.vtt": ("WEBVTT\n\n00:01.000 --> 00:02.500\nThe cat is sleeping.\n", "00:01.000 --> 00:02.500"),
    "app.po": (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "The cat is sleeping."\nmsgstr ""\n',
        'msgid "The cat is sleeping."',
    ),
    "memory.tmx": (
        '<?xml version="1.0" encoding="UTF-8"?><tmx version="1.4"><header srclang="en" datatype="plaintext" '
        'segtype="sentence" adminlang="en" o-tmf="x" creationtool="x" creationtoolversion="1"/><body>'
        '<tu><tuv xml:lang="en"><seg>The cat is sleeping.</seg></tuv></tu></body></tmx>',
        "<seg>The cat is sleeping.</seg>",
    ),
    "app.xliff": (
        '<?xml version="1.0" encoding="UTF-8"?><xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">'
        '<file original="a" source-language="en" target-language="de" datatype="plaintext"><body><trans-unit id="1">'
        "<source>The cat is sleeping.</source></trans-unit></body></file></xliff>",
        "<source>The cat is sleeping.</source>",
    ),
}


def open_document(open_page: Opens, path: str = "/", **options: int) -> Page:
    page = open_page(path, **options)
    page.set_default_timeout(DOCUMENT_LIMIT)
    page.get_by_role("tab", name="Document").click()
    expect(page.locator("#document-table")).to_contain_text("Press Translate")
    return page


def choose(page: Page, path: Path) -> None:
    page.get_by_role("radio", name="File").check(force=True)
    page.locator("#document-input").set_input_files(path)


def run(page: Page, rows: int) -> None:
    page.locator("#document-run").click()
    expect(page.locator(ROWS)).to_have_count(rows, timeout=DOCUMENT_LIMIT)
    expect(page.locator(DONE)).to_contain_text(f"{rows} texts", timeout=DOCUMENT_LIMIT)


def saved(page: Page, kind: str) -> tuple[str, bytes]:
    with page.expect_download() as download:
        page.locator(f"#document-downloads [data-kind={kind}]").click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def test_a_pasted_text_is_a_table_and_a_row_opens_in_translate(open_page: Opens) -> None:
    page = open_document(open_page, width=390, height=844)
    page.locator("#document-run").click()
    expect(page.locator("#document-status .error")).to_contain_text("Paste a text")
    page.locator("#document-text textarea").fill(PARAGRAPH)
    run(page, 2)
    expect(page.locator(f"{ROWS} th").last).to_contain_text("line 3")
    left = "part => part.getBoundingClientRect().left"
    assert page.locator(f"{ROWS} th").first.evaluate(left) == page.locator("#document-texts h2").evaluate(left)
    expect(page.locator(ROWS).first).to_contain_text("Koch")
    expect(page.locator(ROWS).last).to_contain_text("<img src=x onerror=alert(1)> ${1}")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_role("radio", name="Doubtful first").check(force=True)
    expect(page.locator(ROWS)).to_have_count(2)
    expect(page).to_have_url(re.compile(r"view=document.*strategy=beam"))
    name, whole = saved(page, "json")
    assert name == "pasted.en-de.json" and json.loads(whole)["settings"]["num_beams"] == 5
    with page.context.expect_page() as opened:
        page.locator(ROWS).filter(has_text="hat").locator("td").first.click()
    expect(opened.value.locator("#sentence textarea")).to_have_value(re.compile("lost his hat"))
    expect(opened.value.locator("#status .done")).to_be_visible(timeout=DOCUMENT_LIMIT)


def test_a_file_comes_back_in_its_format(open_page: Opens, tmp_path: Path) -> None:
    page = open_document(open_page, "/?view=document&strategy=greedy")
    expect(page.locator("#document-strategy label.selected")).to_contain_text("greedy search")
    subtitles = tmp_path / "boat.srt"
    subtitles.write_text(SUBTITLES, encoding="utf-8")
    choose(page, subtitles)
    expect(page.locator("#document-read .done")).to_contain_text("boat.srt: 2 texts")
    run(page, 2)
    name, back = saved(page, "same")
    assert name == "boat.en-de.srt"
    assert re.findall(r".* --> .*", back.decode("utf-8")) == re.findall(r".* --> .*", SUBTITLES)
    assert "Boot" in back.decode("utf-8") and "boat" not in back.decode("utf-8")

    letter = docx.Document()
    letter.add_heading("A letter", level=1)
    letter.add_paragraph("My sister has bought a new bicycle.")
    letter.add_paragraph("")
    letter.add_paragraph("It is very cold today.")
    letter.save(str(tmp_path / "letter.docx"))
    choose(page, tmp_path / "letter.docx")
    expect(page.locator("#document-read .done")).to_contain_text("letter.docx: 3 texts")
    run(page, 3)
    name, back = saved(page, "same")
    assert name == "letter.en-de.docx"
    paragraphs = [
        (each.style.name if each.style else "", each.text) for each in docx.Document(io.BytesIO(back)).paragraphs
    ]
    assert [style for style, _ in paragraphs] == ["Heading 1", "Normal", "Normal", "Normal"]
    assert "Fahrrad" in paragraphs[1][1] and paragraphs[2][1] == "" and "kalt" in paragraphs[3][1]

    large = tmp_path / "large.txt"
    large.write_bytes(b"a\n" * 1_500_000)
    choose(page, large)
    expect(page.locator("#document-read .error")).to_contain_text("larger than 2 MB")
    page.locator("#document-run").click()
    expect(page.locator("#document-status .error")).to_contain_text("larger than 2 MB")
    expect(page.locator(ROWS)).to_have_count(3)


def test_every_other_format_comes_back_with_its_translation(open_page: Opens, tmp_path: Path) -> None:
    page = open_document(open_page, "/?view=document&strategy=greedy")
    for name, (text, as_it_was) in OTHERS.items():
        path = tmp_path / name
        path.write_bytes(text.encode("utf-8"))
        count = len(read_document(name, text.encode("utf-8")).units)
        choose(page, path)
        expect(page.locator("#document-read .done")).to_contain_text(f"{name}: {count} text")
        page.locator("#document-run").click()
        expect(page.locator(DONE)).to_contain_text(f"{count} text", timeout=DOCUMENT_LIMIT)
        expect(page.locator(ROWS)).to_have_count(count, timeout=DOCUMENT_LIMIT)
        expect(page.locator("#document-table")).to_contain_text("schläft", timeout=DOCUMENT_LIMIT)
        back = saved(page, "same")[1].decode("utf-8")
        assert as_it_was in back and "schläft" in back, name


def test_stop_keeps_what_was_done(open_page: Opens) -> None:
    page = open_document(open_page, "/?view=document&strategy=beam&num_beams=10")
    lines = [f"The {n} old men and the young woman are walking along the river." for n in range(2000)]
    page.locator("#document-text textarea").fill("\n".join(lines))
    page.locator("#document-run").click()
    expect(page.locator("#document-status")).to_contain_text("left", timeout=DOCUMENT_LIMIT)
    page.locator("#document-stop").click()
    expect(page.locator("#document-status .stopped")).to_contain_text("of 2,000 texts", timeout=DOCUMENT_LIMIT)
    done = re.search(r"after ([\d,]+) of", page.locator("#document-status").inner_text())
    assert done is not None
    _, back = saved(page, "same")
    translated = [line for line, was in zip(back.decode("utf-8").split("\n"), lines, strict=True) if line != was]
    assert len(translated) == int(done[1].replace(",", "")) > 0
    page.locator("#document-table .pages button", has_text="Next").click()
    expect(page.locator("#document-table .pages")).to_contain_text("51 to 100 of 2,000")
