"""Tables as people have them: what parts their cells, what is quoted, what the first row is, which columns are text."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from seq2seq_core.data.checks import DataReport, sound_pairs
from seq2seq_core.data.corpus import CorpusConfig, read_records, side_names
from seq2seq_core.data.tables import holds_both_sides
from seq2seq_core.types import CoreError

ANIMALS = ["cat", "dog", "hen", "cow", "owl", "fox"]
TIERE = ["Katze", "Hund", "Henne", "Kuh", "Eule", "Fuchs"]
PAIRS = [
    (f"My {a} sees {i} of them, and waits.", f"{b} sieht {i} davon, und wartet.")
    for i in range(2, 12)
    for a, b in zip(ANIMALS, TIERE, strict=True)
]


def read(folder: Path, name: str, text: str, **settings: str) -> tuple[list[tuple[str, str]], DataReport]:
    (folder / name).write_bytes(text.encode())
    report = DataReport()
    records = read_records(CorpusConfig(path=name, **settings), folder, report.notes.append)  # type: ignore[arg-type]
    return [pair for _, pair in sound_pairs(records, report, max_pieces=100)], report


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt"])
@pytest.mark.parametrize("sign", ["\t", ";", "|"])
def test_the_sign_that_parts_all_lines_alike_is_found_whatever_the_name(tmp_path: Path, name: str, sign: str) -> None:
    """Both sides have a comma, so that the comma parts all lines alike too: in three."""
    pairs, _ = read(tmp_path, name, "".join(f"{s}{sign}{t}\n" for s, t in PAIRS))
    assert pairs == PAIRS


def test_a_comma_in_most_first_lines_does_not_decide(tmp_path: Path) -> None:
    rows = [(f"Well, number {i}", f"Nummer {i}") for i in range(150)] + [(f"no {i}", f"nein {i}") for i in range(100)]
    pairs, _ = read(tmp_path, "a.csv", "".join(f"{s};{t}\n" for s, t in rows))
    assert pairs == rows


def test_rows_with_other_cells_are_named_and_left_out(tmp_path: Path) -> None:
    lines = [f"a word {i},ein Wort {i}" for i in range(20)]
    lines[4], lines[9], lines[12] = "yes, a word,ja", "a word,ein Wort,,", "lonely"
    pairs, report = read(tmp_path, "a.csv", "\n".join(lines))
    assert len(pairs) == 18 and ("a word", "ein Wort") in pairs and not any("yes" in pair for pair in pairs)
    assert report.problems == {
        "cells": (1, [f"{tmp_path}/a.csv, line 5"]), "columns": (1, [f"{tmp_path}/a.csv, line 13"]),
    }  # fmt: skip
    report.refuse()


def test_where_most_lines_have_other_cells_it_stops(tmp_path: Path) -> None:
    _, report = read(tmp_path, "a.tsv", "".join("\t".join("abcdefgh"[: 2 + i % 6]) + "\n" for i in range(60)))
    with pytest.raises(CoreError, match="like most of the data: more or fewer cells"):
        report.refuse()


def test_a_quote_that_swallows_lines_costs_those_two_where_it_opens_and_closes(tmp_path: Path) -> None:
    lines = [f"{s!r},{t}".replace(",", ";", 1).replace(",", "").replace(";", ",") for s, t in PAIRS]
    lines[10] = '"an open mark,eine offene'
    lines[50] = 'a closing mark,eine schließende"'
    pairs, report = read(tmp_path, "a.csv", "\n".join(lines))
    assert len(pairs) == len(PAIRS) - 2
    assert report.problems["quotes"] == (2, [f"{tmp_path}/a.csv, line 11", f"{tmp_path}/a.csv, line 51"])


def test_a_quote_that_is_never_closed_costs_one_line(tmp_path: Path) -> None:
    lines = [f"number {i},Nummer {i}" for i in range(400)]
    lines[3] = '"number 3,Nummer 3'
    pairs, report = read(tmp_path, "a.csv", "\n".join(lines))
    assert len(pairs) == 399 and report.count("quotes") == 1


def test_blanks_before_quotes_and_tabs_with_a_spreadsheets_quotes(tmp_path: Path) -> None:
    text = "".join(f'"{s}", "{t}"\n' for s, t in PAIRS)
    assert read(tmp_path, "a.csv", text)[0] == PAIRS
    quoted = [(f'say "{s}"', t) for s, t in PAIRS]
    with (tmp_path / "b.tsv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter="\t").writerows(quoted)
    assert read(tmp_path, "b.tsv", (tmp_path / "b.tsv").read_text(encoding="utf-8"))[0] == quoted
    spoken = [(f'"{s}"', f'"{t}" sagt er') for s, t in PAIRS]  # quotation marks of the text itself
    assert read(tmp_path, "c.tsv", "".join(f"{s}\t{t}\n" for s, t in spoken))[0] == spoken


def test_a_giant_cell_in_good_quotes_is_one_long_side(tmp_path: Path) -> None:
    text = "".join(f'"{s}","{t}"\n' for s, t in PAIRS) + f'"{"word " * 40_000}","lang"\n'
    pairs, report = read(tmp_path, "a.csv", text)
    assert pairs == PAIRS and {kind: count for kind, (count, _) in report.problems.items()} == {"long": 1}


@pytest.mark.parametrize(
    "first", [("Englisch", "Deutsch"), ("English words/sentences", "German words/sentences"), ("utterance", "reply")]
)
def test_a_first_row_unlike_all_others_names_the_columns(tmp_path: Path, first: tuple[str, str]) -> None:
    pairs, report = read(tmp_path, "a.tsv", "".join(f"{s}\t{t}\n" for s, t in [first, *PAIRS]))
    assert pairs == PAIRS and "names the columns" in report.notes[0]


def test_a_heading_that_shares_nothing_where_all_pairs_are_alike(tmp_path: Path) -> None:
    words = [
        (f"{a}{b}ing", f"{a}{b}ed")
        for a in ("walk", "talk", "jump", "look", "cook", "pick", "kick")
        for b in "abcdefgh"
    ]
    assert read(tmp_path, "a.csv", "".join(f"{s},{t}\n" for s, t in [("wrong", "right"), *words]))[0] == words
    assert read(tmp_path, "b.csv", "".join(f"{s},{t}\n" for s, t in words))[0] == words


def test_a_heading_in_latin_letters_above_a_column_without_any(tmp_path: Path) -> None:
    pairs = [
        (f"{a}{b}ка", f"{c}{d}ka") for a, c in zip("абвгд", "abvgd", strict=True) for b, d in (("о", "o"), ("у", "u"))
    ]
    pairs += [(f"{source}м", f"{target}m") for source, target in pairs]
    named = "".join(f"{s}\t{t}\n" for s, t in [("kyrillisch", "lateinisch"), *pairs])
    assert read(tmp_path, "a.tsv", named)[0] == pairs
    mixed = [*pairs, ("taxi", "taxi")]
    assert read(tmp_path, "b.tsv", "".join(f"{s}\t{t}\n" for s, t in [("radio", "radijo"), *mixed]))[0][0] == (
        "radio",
        "radijo",
    )


@pytest.mark.parametrize(
    ("name", "first", "named"),
    [
        ("a.tsv", "misspelling\tcorrection\n", ("misspelling", "correction")),
        ("a.tsv", "source\ttext_2\n", ("", "text_2")),
        ("a.tsv", "", ("", "")),
        ("a.csv", "Input,output\n", ("", "")),
    ],
)
def test_what_a_table_calls_its_sides(tmp_path: Path, name: str, first: str, named: tuple[str, str]) -> None:
    pairs = [(f"worng{a}{b}", f"wrong{a}{b}") for a in "abcdefgh" for b in "ijklmnop"]
    sign = "\t" if name == "a.tsv" else ","
    (tmp_path / name).write_text(first + "".join(f"{s}{sign}{t}\n" for s, t in pairs), encoding="utf-8")
    assert side_names(CorpusConfig(path=name), tmp_path) == named


def test_what_joined_columns_and_two_files_call_their_sides(tmp_path: Path) -> None:
    text = "lemma,form,tags\n" + "".join(f"w{i}a,w{i}en,V PL\n" for i in range(12))
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    joined = CorpusConfig(path="a.csv", source_column="lemma+tags", target_column="form")
    assert side_names(joined, tmp_path) == ("lemma + tags", "form")
    assert side_names(CorpusConfig(source="x/train.en.gz", target="y/train.de.gz"), tmp_path) == ("en", "de")
    assert side_names(CorpusConfig(source="questions.txt", target="sql.txt"), tmp_path) == ("questions", "sql")
    assert side_names(CorpusConfig(source="a.src", target="a.ref"), tmp_path) == ("", "")
    assert side_names(CorpusConfig(source="mine.en", target="theirs.de"), tmp_path) == ("", "")


def test_a_first_pair_like_others_is_none(tmp_path: Path) -> None:
    names = "Deutsch German Montag Monday Mai May Köln Cologne Rom Rome Wien Vienna Genf Geneva Juni June Juli July"
    words = f"{names} Freitag Friday Prag Prague Athen Athens Moskau Moscow Nizza Nice".split()
    for pairs in (PAIRS, list(zip(words[::2], words[1::2], strict=True))):
        assert read(tmp_path, "a.tsv", "".join(f"{s}\t{t}\n" for s, t in pairs))[0] == pairs


def test_numbers_and_labels_are_passed_over_and_that_is_said(tmp_path: Path) -> None:
    rows = [(str(700 + 3 * i), s, "eng", str(i % 7), t) for i, (s, t) in enumerate(PAIRS)]
    text = "".join("\t".join(row) + "\n" for row in rows)
    pairs, report = read(tmp_path, "a.tsv", text)
    assert pairs == PAIRS and "columns 2 and 5 are read" in report.notes[0]
    _, report = read(tmp_path, "a.tsv", text, source_column="1", target_column="2")
    assert "numbers only in column 1, and what looks like text in column 5" in report.notes[0]


def test_numbers_are_the_text_where_there_is_no_other(tmp_path: Path) -> None:
    rows = [(str(i), str(i * 37 % 101), "x" * (i % 9 + 1)) for i in range(50)]
    text = "".join("\t".join(row) + "\n" for row in rows)
    assert read(tmp_path, "a.tsv", text)[0] == [(number, xs) for _, number, xs in rows]
    assert read(tmp_path, "b.tsv", "".join(f"{i}\t{'x' * i}\n" for i in range(1, 30)))[0][0] == ("1", "x")


def test_columns_joined_delimiter_and_comment(tmp_path: Path) -> None:
    text = "## a comment\nlemma::form::tags\n" + "".join(f"w{i}::w{i}en::V;PL\n" for i in range(12)) + "## another\n"
    settings = {"delimiter": "::", "comment": "##"}
    pairs, _ = read(tmp_path, "a.txt", text, source_column="lemma+tags", target_column="form", **settings)
    assert pairs[0] == ("w0 V;PL", "w0en") and len(pairs) == 12
    pairs, _ = read(tmp_path, "a.txt", text, source_column="1+3", target_column="2", **settings)
    assert pairs[-1] == ("w11 V;PL", "w11en")
    with pytest.raises(CoreError, match="no column 'lemma\\+stem'"):
        read(tmp_path, "a.txt", text, source_column="lemma+stem", **settings)


def test_two_blanks_or_more_part_cells_and_comments_ahead_are_passed_over(tmp_path: Path) -> None:
    comments = "".join(f";;; # made  --  part {i}\n" for i in range(12))
    rows = [(f"WORD{i}", f"W ER{i} D") for i in range(30)]
    for name, blanks in (("a.txt", 2), ("aligned.dict", 5)):
        text = comments + "".join(f"{word}{' ' * blanks}{sounds}\n" for word, sounds in rows)
        pairs, report = read(tmp_path, name, text)
        assert pairs == rows and not report.problems
        assert "12 lines begin with ;" in report.notes[0] and "two blanks or more" in report.notes[1]
        assert holds_both_sides(tmp_path / name)


def test_sentences_with_two_blanks_are_no_table_and_rows_that_begin_like_comments_stay(tmp_path: Path) -> None:
    prose = "".join(f"It is {i}.  So it goes.\n" if i % 4 else f"No {i}.\n" for i in range(40))
    (tmp_path / "prose.txt").write_text(prose, encoding="utf-8")
    assert not holds_both_sides(tmp_path / "prose.txt")
    tags = [(f"#tag {i}", f"#Wort {i}") for i in range(20)] + [("none", "keins")]
    assert read(tmp_path, "a.tsv", "".join(f"{s}\t{t}\n" for s, t in tags))[0] == tags
    headed = "#english\tgerman\n" + "".join(f"{s}\t{t}\n" for s, t in PAIRS)
    pairs, report = read(tmp_path, "b.tsv", headed)
    assert pairs[-len(PAIRS) :] == PAIRS and not any("comments" in note for note in report.notes), "a heading is none"


def test_a_file_without_columns_says_what_to_pass(tmp_path: Path) -> None:
    _, report = read(tmp_path, "a.txt", "".join(f"word{i} sound\n" for i in range(20)))
    with pytest.raises(CoreError, match="--delimiter SIGN"):
        report.refuse()


def test_what_a_table_is_told_by_is_not_nothing() -> None:
    with pytest.raises(CoreError, match="signs, not nothing"):
        CorpusConfig(path="a", delimiter="")


def test_unchanged_sentences_are_kept_where_that_is_the_task(tmp_path: Path) -> None:
    wrong = [(f"this are the text number {i} here", f"this is the text number {i} here") for i in range(30)]
    right = [(t, t) for _, t in wrong]
    pairs, report = read(tmp_path, "a.tsv", "".join(f"{s}\t{t}\n" for s, t in [*wrong, *right, *right]))
    assert len(pairs) == 90 and report.kept == 60 and "data.unchanged" in report.notes[-1]
    report.refuse()
    translated = [(f"this is the text number {i}", f"das ist der Text Nummer {i}") for i in range(30)]
    pairs, report = read(tmp_path, "b.tsv", "".join(f"{s}\t{t}\n" for s, t in [*translated, *right]))
    assert pairs == translated and report.count("identical") == 30
    records = list(read_records(CorpusConfig(path="b.tsv"), tmp_path))
    assert len(list(sound_pairs(records, DataReport(), max_pieces=100, unchanged="keep"))) == 60
