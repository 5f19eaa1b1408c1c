import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sacrebleu

from demo.common.contestant import contestant
from demo.service import Part
from demo.sets import export as set_export
from demo.sets.figures import Entrant, SetRun, ended, rows, with_part
from demo.sets.sentences import SentenceSet, everyday, pasted
from tests.demo import samples

SET = everyday("English", "German")
CARDS = (contestant("greedy"), contestant("beam"))


def part(turn: int, texts: list[str], **changes: Any) -> Part:
    """A part whose best translations are these."""
    results = []
    for text in texts:
        best = replace(samples.result().hypotheses[0], text=text)
        results.append(samples.result(hypotheses=(best,), **changes))
    return Part(turn, tuple(results))


def begun(sentences: SentenceSet = SET) -> SetRun:
    return SetRun(sentences, "en-de", 0, tuple(Entrant(card) for card in CARDS))


def whole() -> SetRun:
    """The first strategy leaves a word out of every sentence, the second of every other."""
    references = list(SET.references or ())
    worse = [text.rsplit(" ", 1)[0] for text in references]
    better = [bad if n % 2 else good for n, (good, bad) in enumerate(zip(references, worse, strict=True))]
    run = begun()
    for turn, texts in enumerate([worse, better]):
        for first in range(0, 40, 8):
            run = with_part(run, part(turn, texts[first : first + 8], forward_calls=10 + turn))
    return run


def test_the_tables_quality_is_sacrebleus() -> None:
    run = whole()
    for entry, row in zip(run.entries, rows(run), strict=True):
        texts = [output.text for output in entry.outputs]
        bleu = sacrebleu.corpus_bleu(texts, [list(SET.references or ())])
        chrf = sacrebleu.corpus_chrf(texts, [list(SET.references or ())])
        assert row and row.bleu and row.chrf
        assert (row.bleu.score, row.chrf.score) == pytest.approx((bleu.score, chrf.score))
    first, second = rows(run)
    assert first and second and second.chrf and first.chrf
    assert first.chrf.p_value is None
    assert second.chrf.p_value is not None and second.chrf.p_value < 0.05
    assert (first.same, second.same) == (None, 20)


def test_means_are_over_the_sentences_that_are_done() -> None:
    run = with_part(begun(), part(0, ["Ein Hund."] * 2, forward_calls=10, rows_decoded=28, seconds=0.1))
    run = with_part(run, part(0, ["Ein Hund."], forward_calls=40, rows_decoded=118, seconds=0.4))
    first, second = rows(run)
    assert second is None
    assert first is not None and first.bleu is None
    assert (first.done, first.forward_calls, first.milliseconds) == pytest.approx((3, 20, 200))
    assert first.rows == pytest.approx((2 * 28 + 118) / 3)
    assert first.log_prob == pytest.approx(samples.result().hypotheses[0].log_prob)
    assert not run.whole and run.done == 3


def test_a_run_that_ends_midway_measures_what_it_has() -> None:
    references = list(SET.references or ())
    run = with_part(begun(), part(0, references[:24]))
    (row, _) = rows(ended(run))
    assert row is not None and row.done == 24
    assert row.bleu is not None and row.bleu.score == pytest.approx(100)


def test_without_references_there_is_no_quality() -> None:
    run = with_part(begun(pasted("One.\nTwo.")), part(0, ["Eins.", "Zwei."]))
    (row, _) = rows(ended(run))
    assert row is not None and row.bleu is row.chrf is None


def read(table: str) -> Iterator[dict[str, str]]:
    """As programs read a file with a byte-order mark."""
    return csv.DictReader(io.StringIO(table.encode().decode("utf-8-sig")))


def test_the_tables_to_take_away_say_what_the_page_says_and_run_nothing() -> None:
    run = whole()
    lines = list(read(set_export.table(run)))
    second = rows(run)[1]
    assert second and second.bleu
    assert [line["strategy"] for line in lines] == ["Greedy", "Beam 5"]
    assert float(lines[1]["bleu"]) == second.bleu.score
    assert lines[0]["same_as_that"] == "" and lines[1]["same_as_that"] == "20"
    assert lines[1]["against"] == "Greedy"
    hostile = replace(SET, sources=("=HYPERLINK(1)", *SET.sources[1:]))
    texts = list(read(set_export.outputs(replace(run, sentences=hostile))))
    assert len(texts) == 80
    assert texts[0]["source"] == "'=HYPERLINK(1)"
    assert texts[41]["strategy"] == "Beam 5" and texts[41]["line"] == "2"
    assert float(texts[0]["log_prob"]) == run.entries[0].outputs[0].log_prob
    assert all(line["model"] == run.model and "seq2seq_core" in line["versions"] for line in (*lines, *texts))
    assert json.loads(texts[41]["settings"])["strategy"] == "beam"


def test_the_json_holds_everything() -> None:
    plain = json.loads(set_export.everything(whole()))
    assert plain["sentences"]["name"] == "everyday"
    assert len(plain["strategies"][1]["outputs"]) == 40
    assert plain["strategies"][1]["settings"] == {}
    assert plain["strategies"][1]["figures"]["bleu"]["score"] > 0
    assert "bs:1000" in plain["signatures"]["bleu"]
    assert plain["versions"].startswith("seq2seq_core")
    assert json.loads(set_export.everything(begun()))["strategies"][0]["figures"] is None
