"""Peers get the task that ours gets: as many sentences, pieces and tokens."""

from __future__ import annotations

import re

import pytest
import torch

from benchmarks import floor
from benchmarks.goals import LeftOut
from benchmarks.peers import __main__ as command
from benchmarks.peers.__main__ import Ours
from benchmarks.peers.marian import Generating, marian_model
from benchmarks.peers.task import ForcedTask
from benchmarks.speed import against_joey, alone, calls, step
from benchmarks.speed.subject import Subject, forced, of_length, said
from seq2seq_core.decoding import GreedyConfig
from seq2seq_core.pipeline import Translator
from tests.tiny import tiny_checkpoint, tiny_tokenizer

TEXTS = ["one two three four.", "nine."]


@pytest.fixture(scope="module")
def translator() -> Translator:
    return Translator(tiny_checkpoint(tiny_tokenizer()), name="tiny", device=torch.device("cpu"))


def test_without_peers_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(command, "missing", lambda *modules: f"{modules[-1]} not installed")
    monkeypatch.setattr("sys.argv", ["peers"])
    command.main()
    rows = capsys.readouterr().out.splitlines()[-2:]
    assert rows == [f"| against {peer} | – | – | left out: {peer} not installed |" for peer in command.PEERS]


def test_a_task_has_so_many_sentences_of_so_many_pieces() -> None:
    rows = ForcedTask(count=3, width=5, source=6).ids(vocabulary=20, reserved=10)
    assert [len(row) for row in rows] == [5, 5, 5]  # EOS is added by each program
    assert all(10 <= piece < 20 for row in rows for piece in row)
    assert rows == ForcedTask(count=3, width=1, source=6).ids(vocabulary=20, reserved=10)


@pytest.mark.parametrize("lengths", [[4, 4], [4, 5], [4, 4, 4]])
def test_who_says_more_or_less_has_no_figure(lengths: list[int]) -> None:
    task = ForcedTask(count=2, width=1, target=4)
    if lengths == [4, 4]:
        task.check([[0] * length for length in lengths])
        return
    with pytest.raises(AssertionError, match=re.escape(f"got {lengths}")):
        task.check([[0] * length for length in lengths])


@pytest.mark.parametrize("width", [1, 5])
def test_ours_and_generate_say_all_that_was_asked_for(translator: Translator, width: int) -> None:
    task = ForcedTask(count=2, width=width, source=5, target=9)
    Ours(translator, task)()  # each checks what it said
    marian = marian_model(50_000, 30)
    Generating(marian, task)()
    with pytest.raises(AssertionError, match="asked for 2 x 9"):
        task.check([[0] * 9, [0] * 8])


def test_marian_has_about_as_many_weights() -> None:
    sizes = [marian_model(weights, 6000).num_parameters() for weights in (2_000_000, 6_000_000)]
    assert sizes == [pytest.approx(2_000_000, rel=0.4), pytest.approx(6_000_000, rel=0.1)]


@pytest.mark.parametrize("strategy", ["greedy", "beam"])
def test_forced_lengths(translator: Translator, strategy: str) -> None:
    [result] = translator.translate(["one two."], forced(strategy, 7))
    assert len(result.hypotheses[0].token_ids) == 7


def test_a_text_has_the_pieces_asked_for(translator: Translator) -> None:
    lengths = [len(translator.tokenizer.encode(of_length(translator, TEXTS, pieces))) for pieces in (4, 60)]
    assert 4 <= lengths[0] < 20 and 60 <= lengths[1] < 76


def test_without_joey_its_ratios_are_left_out(translator: Translator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(against_joey, "missing", lambda *modules: f"{modules[0]} not installed")
    found = list(against_joey.measure(Subject(translator, translator, TEXTS, 1)))
    assert found == [LeftOut("Joey NMT on the same weights", "joeynmt not installed")]


def test_sentences_are_said_in_their_order(translator: Translator) -> None:
    both = said(translator, TEXTS, forced("greedy", 5), batch=1)
    assert both == said(translator, TEXTS, forced("greedy", 5)) and len(both) == 2


def test_one_sentence_and_one_step_have_their_floors(translator: Translator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("product", "sequence"):
        monkeypatch.setattr(floor, name, lambda *sizes: 1e-6)  # of such small ones a time would take long
    subject = Subject(translator, translator, TEXTS, 1)
    found = [*alone.measure(subject), *step.measure(subject)]
    assert [goal.aim for goal in found] == [1.6, 1.6, 1.2, 1.2, 2]
    assert all(goal.ratio > 0 and "float32" in goal.what for goal in (found[0], found[1], found[4]))


def test_what_is_no_product_is_measured_with_hardly_a_unit(
    translator: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("product", "sequence"):
        monkeypatch.setattr(floor, name, lambda *sizes: 1e-6)
    found = list(calls.measure(Subject(translator, translator, TEXTS, 1)))
    assert [goal.reached for goal in found] == [None, None]
    assert all(goal.ratio > 1 for goal in found)
    small = calls.without_units(translator)
    [result] = small.translate(TEXTS[:1], GreedyConfig(max_new_tokens=7))
    assert len(result.hypotheses[0].token_ids) == 7, "it never ends by itself"
