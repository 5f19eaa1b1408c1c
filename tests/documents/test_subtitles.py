"""Subtitles: the words of each cue, and everything else to the letter."""

from __future__ import annotations

import pytest

from seq2seq_core.documents import read_document
from seq2seq_core.types import CoreError

SUBRIP = r"""1
00:00:01,000 --> 00:00:02,500
<i>The boat
is leaving.</i>

2
00:00:03,000 --> 00:00:04,000
- Who are you?
- A friend of the captain.

3
00:00:05,000 --> 00:00:06,000

4
00:00:07,000 --> 00:00:09,000 X1:40
{\an8}He said:

"Never."
5
00:00:10,000 --> 00:00:11,000
It is <b>late</b>
"""

WEB = """WEBVTT - a title

STYLE
::cue { color: red }

NOTE this stays
as it is

first
00:01.000 --> 00:02.500 align:start line:0%
<v Ann>Tom &amp; I
went home.</v>

01:00:03.000 --> 01:00:04.000
2 &lt; 3
"""


def test_subrip_cue_by_cue() -> None:
    units = read_document("film.srt", SUBRIP.encode()).units
    assert [(unit.place, unit.text) for unit in units] == [
        ("cue 1", "The boat is leaving."),
        ("cue 2", "- Who are you?\n- A friend of the captain."),
        ("cue 4", 'He said: "Never."'),
        ("cue 5", "It is <b>late</b>"),
    ]


def test_webvtt_cue_by_cue() -> None:
    units = read_document("film.vtt", WEB.encode()).units
    assert [(unit.place, unit.text) for unit in units] == [("cue 1", "Tom & I went home."), ("cue 2", "2 &lt; 3")]


@pytest.mark.parametrize("text", [SUBRIP, SUBRIP.replace("\n", "\r\n"), SUBRIP.rstrip(), "\ufeff" + SUBRIP])
def test_unchanged_words_give_the_same_bytes(text: str) -> None:
    document = read_document("film.srt", text.encode())
    assert document.written([unit.text for unit in document.units]) == text.encode()
    assert document.written([None] * 4) == text.encode()


def test_unchanged_words_give_the_same_bytes_of_webvtt() -> None:
    document = read_document("film.vtt", WEB.encode())
    assert document.written([unit.text for unit in document.units]) == WEB.encode()


def test_translations_take_as_many_lines_and_keep_tags() -> None:
    document = read_document("film.srt", SUBRIP.encode())
    new = [
        "Das Boot legt gleich ab.",
        "– Wer bist du?\n\n– Ein Freund.",
        "Er sagte: nie.",
        "Es ist <b>spät</b>\n--> ja",
    ]
    written = document.written(new).decode()
    assert written == SUBRIP.replace("The boat\nis leaving.", "Das Boot legt\ngleich ab.").replace(
        "- Who are you?\n- A friend of the captain.", "– Wer bist du?\n– Ein Freund."
    ).replace('He said:\n\n"Never."', "Er\nsagte:\nnie.").replace("It is <b>late</b>", "Es ist <b>spät</b> -> ja")
    again = read_document("film.srt", written.encode())
    assert [unit.place for unit in again.units] == [unit.place for unit in document.units]


def test_an_ampersand_is_written_as_webvtt_wants_it() -> None:
    written = read_document("film.vtt", WEB.encode()).written(["Tom & ich gingen heim", "2 &lt; 3 & 4"]).decode()
    assert "<v Ann>Tom &amp; ich\ngingen heim</v>\n" in written
    assert written.endswith("2 &lt; 3 &amp; 4\n")


def test_a_last_cue_without_a_line_end_may_grow() -> None:
    data = b"1\r\n00:00:01,000 --> 00:00:02,000\r\n- A.\r\n- B."
    assert read_document("f.srt", data).written(["- A.\n- B.\n- C."]).endswith(b"- A.\r\n- B.\r\n- C.")


@pytest.mark.parametrize("text", ["Just words.\n", "1\n00:00:01 --> 00:00:02\nNo fractions\n"])
def test_a_file_without_times_is_no_subtitle_file(text: str) -> None:
    with pytest.raises(CoreError, match="no line of times"):
        read_document("film.srt", text.encode())
