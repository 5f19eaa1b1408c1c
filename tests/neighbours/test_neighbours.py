"""Where did it learn this: states against the step function, nearness against its definition, files against faults."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load, save

from seq2seq_core.checkpoint import save_checkpoint, weights_sum
from seq2seq_core.cli import main
from seq2seq_core.data.batches import padded
from seq2seq_core.neighbours import FILE, NeighbourIndex, build, load_index, nearest, save_index
from seq2seq_core.neighbours.index import MOST_BYTES
from seq2seq_core.neighbours.nearest import word_at
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError
from tests.tiny import PAIRS, tiny_checkpoint, tiny_tokenizer, tiny_transformer

CREDIT = "numbers, public domain"
MADE: dict[str, Callable[[Any], Any]] = {
    "general": lambda tokenizer: tiny_checkpoint(tokenizer, attention="general"),
    "concat": lambda tokenizer: tiny_checkpoint(tokenizer, attention="concat", input_feeding=True, cell="lstm"),
    "none": lambda tokenizer: tiny_checkpoint(tokenizer, attention="none"),
    "transformer": tiny_transformer,
}


def with_index(kind: str, folder: Path) -> Translator:
    save_checkpoint(folder, MADE[kind](tiny_tokenizer()))
    loaded = Translator.load(folder, "cpu")
    save_index(folder, build(loaded, PAIRS, weights=weights_sum(folder), credit=CREDIT))
    loaded.metadata["folder"] = folder
    return loaded


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory) -> Translator:
    return with_index("general", tmp_path_factory.mktemp("general") / "tiny")


@pytest.fixture(scope="module")
def index(translator: Translator) -> NeighbourIndex:
    return load_index(translator.metadata["folder"])


@pytest.fixture(scope="module", params=list(MADE))
def each(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Translator:
    """One of each kind of model."""
    return with_index(request.param, tmp_path_factory.mktemp(request.param) / "tiny")


def states(translator: Translator, source: str, ids: list[int]) -> torch.Tensor:
    """[T, E], from the model itself."""
    specials = translator.tokenizer.specials
    batch, lengths = padded([translator.source_ids(source)], specials)
    said: torch.Tensor = translator.model.decoder_states(batch, lengths, torch.tensor([[specials.bos, *ids[:-1]]]))[0]
    return said


def test_from_its_states_the_output_layer_says_what_the_steps_say(each: Translator) -> None:
    translator = each
    source, target = PAIRS[37]
    ids = translator.target_ids(source, target)
    made: Any = translator.model.output
    whole = made(states(translator, source, ids)).log_softmax(-1)
    [scored] = translator.score((source, target))
    given = whole.gather(1, torch.tensor(ids).unsqueeze(1)).squeeze(1)
    assert given.tolist() == pytest.approx(scored.hypotheses[0].token_log_probs, abs=1e-4)


def test_likeness_is_the_cosine_of_two_states(each: Translator) -> None:
    """With as many directions as a state has numbers, nothing but 8 bits stands between the two."""
    translator, index = each, load_index(each.metadata["folder"])
    asked = states(translator, *_ids(translator, ("four two.", "vier zwei.")))[1]
    rows = []
    for pair in index.pairs[:30]:
        rows.append(states(translator, *_ids(translator, pair)))
    expected = torch.nn.functional.cosine_similarity(torch.cat(rows), asked, dim=1)
    assert len(index.basis) == index.basis.shape[1]
    torch.testing.assert_close(index.likeness(asked)[: len(expected)], expected, atol=0.02, rtol=0)


def test_a_sentence_that_it_learnt_is_nearest_to_itself(each: Translator) -> None:
    translator, index = each, load_index(each.metadata["folder"])
    for number, place in ((3, 0), (58, 1), (58, 2)):
        source, target = PAIRS[number]
        ids = translator.target_ids(source, target)
        near = nearest(translator, index, source, ids, place, 5)
        first = near.found[0]
        likest = [one for one in near.found if one.likeness > first.likeness - 1e-3]
        assert any((one.source, one.target, one.place) == (source, target, place) for one in likest)
        assert first.likeness == pytest.approx(1, abs=0.01) and first.same
        assert len({one.source for one in near.found}) == len(near.found) == 5
        assert near.same == sum(one.tokens[one.place] == near.tokens[place] for one in near.found)
        assert sorted((one.likeness for one in near.found), reverse=True) == [one.likeness for one in near.found]


def test_every_sentence_has_its_states_and_its_credit(translator: Translator, index: NeighbourIndex) -> None:
    assert len(index.pairs) == index.trained == len(PAIRS) and index.credit == CREDIT
    lengths = [len(translator.target_ids(*pair)) for pair in index.pairs]
    assert index.first.diff().tolist() == lengths and len(index.states) == sum(lengths)
    assert [index.where(row) for row in (0, lengths[0] - 1, lengths[0])] == [(0, 0), (0, lengths[0] - 1), (1, 0)]


def test_fewer_states_are_an_even_sample(translator: Translator) -> None:
    made = build(translator, PAIRS, weights="", credit="", states=240)
    places = sorted(PAIRS.index(pair) for pair in made.pairs)
    assert len(made.states) <= 240 < len(made.states) + 12
    gaps = [after - before for before, after in pairwise(places)]
    assert max(gaps) <= 4 * min(gaps) and places[0] < 5 and places[-1] > 90


def test_the_word_that_came_next_is_whole() -> None:
    tokens = ["▁Der", "▁Hu", "nd", "▁be", "ll", "t", ".", "</s>"]
    assert [tokens[slice(*word_at(tokens, place))] for place in range(8)] == [
        ["▁Der"], ["▁Hu", "nd"], ["▁Hu", "nd"], *[["▁be", "ll", "t"]] * 3, ["."], ["</s>"],
    ]  # fmt: skip


def test_what_was_around_it_is_the_sentence(translator: Translator, index: NeighbourIndex) -> None:
    source, target = PAIRS[58]
    ids = translator.target_ids(source, target)
    for place in range(len(ids)):
        [one] = nearest(translator, index, source, ids, place, 1).found
        assert "".join(one.around) == one.target


def spoilt(**changes: Any) -> Callable[[bytes], bytes]:
    """The same file with other parts."""

    def change(content: bytes) -> bytes:
        parts, said = load(content), _said(content)
        for name, value in changes.items():
            if isinstance(value, str):
                said[name] = value
            else:
                parts[name] = value(parts[name])
        return save({name: part for name, part in parts.items() if part is not None}, metadata=said)

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content[: len(content) // 2], "cannot read"),
        (lambda content: b"nothing of the kind", "cannot read"),
        (lambda content: content + bytes(MOST_BYTES), "no plain file of at most"),
        (spoilt(format="2"), "no index of decoder states"),
        (spoilt(trained="many"), "no index of decoder states"),
        (spoilt(trained="9" * 5000), "no index of decoder states"),
        (spoilt(weights="0" * 64), "of other weights"),
        (spoilt(states=lambda part: part.float()), "no index of decoder states"),
        (spoilt(text=lambda part: None), "no index of decoder states"),
        (spoilt(states=lambda part: part[:0]), "no index of decoder states"),
        (spoilt(states=lambda part: part[:, :3].contiguous()), "do not fit each other"),
        (spoilt(states=lambda part: part[3:].contiguous()), "do not share out"),
        (spoilt(first=lambda part: part.flip(0).contiguous()), "do not share out"),
        (spoilt(first=lambda part: part.clone().index_fill_(0, torch.tensor([3]), -5)), "do not share out"),
        (spoilt(basis=lambda part: part.clone().fill_(float("nan"))), "no numbers"),
        (spoilt(text=lambda part: part.clone().fill_(255)), "not UTF-8"),
        (spoilt(text=lambda part: part[:-20].contiguous()), "one pair for each sentence"),
        (spoilt(text=lambda part: part.clone().fill_(10)), "one pair for each sentence"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_sentence(
    translator: Translator, tmp_path: Path, change: Callable[[bytes], bytes], message: str
) -> None:
    folder = translator.metadata["folder"]
    for name in ("model.safetensors", FILE):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    load_index(tmp_path)
    (tmp_path / FILE).write_bytes(change((tmp_path / FILE).read_bytes()))
    with pytest.raises(CoreError, match=message) as refused:
        load_index(tmp_path)
    assert "\n" not in str(refused.value) and str(tmp_path.parent) not in str(refused.value)


def test_what_is_no_file_is_not_waited_for(translator: Translator, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes((translator.metadata["folder"] / "model.safetensors").read_bytes())
    with pytest.raises(CoreError, match="has no index of training sentences"):
        load_index(tmp_path)
    os.mkfifo(tmp_path / FILE)
    with pytest.raises(CoreError, match="no plain file"):
        load_index(tmp_path)


def test_an_index_of_another_model_or_tokenizer_is_refused(translator: Translator, index: NeighbourIndex) -> None:
    ids = translator.target_ids(*PAIRS[0])
    with pytest.raises(CoreError, match="of another model"):
        nearest(translator, replace(index, basis=index.basis[:3]), PAIRS[0][0], ids, 0)
    with pytest.raises(CoreError, match="of another tokenizer"):
        shorter = replace(index, pairs=(("one", ""),) * len(index.pairs))
        nearest(translator, shorter, PAIRS[0][0], ids, 3)
    for place in (-1, len(ids)):
        with pytest.raises(CoreError, match="there is no piece"):
            nearest(translator, index, PAIRS[0][0], ids, place)


def test_a_family_that_does_not_tell_its_states_has_no_index(
    translator: Translator, index: NeighbourIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(translator.model), "tells_states", False)
    with pytest.raises(CoreError, match="do not tell"):
        build(translator, PAIRS, weights="", credit="")
    with pytest.raises(CoreError, match="do not tell"):
        nearest(translator, index, PAIRS[0][0], translator.target_ids(*PAIRS[0]), 0)


def test_too_much_and_too_little_are_said(translator: Translator, index: NeighbourIndex, tmp_path: Path) -> None:
    with pytest.raises(CoreError, match="too few for an index"):
        build(translator, PAIRS[:5], weights="", credit="")
    with pytest.raises(CoreError, match="give fewer --states"):
        save_index(tmp_path, replace(index, states=torch.zeros(200_000, 64, dtype=torch.int8)))
    assert not (tmp_path / FILE).exists()


def test_the_command_builds_and_answers(
    translator: Translator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "tiny"
    save_checkpoint(folder, MADE["general"](tiny_tokenizer()))
    (tmp_path / "train.tsv").write_text("".join(f"{s}\t{t}\n" for s, t in PAIRS), encoding="utf-8")
    at = ["neighbours", "--checkpoint", str(folder)]
    assert main([*at, "--data", str(tmp_path / "train.tsv"), "--credit", CREDIT, "--states", "200"]) == 0
    assert "sentences" in capsys.readouterr().err
    source, target = load_index(folder).pairs[0]
    asked = [*at, "--source", source, "--translation", target, "--place", "2", "--count", "3"]
    assert main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["found"][0]["source"] == source and told["found"][0]["likeness"] == pytest.approx(1, abs=0.01)
    assert (len(told["found"]), told["place"], told["credit"]) == (3, 1, CREDIT)
    assert main(asked) == 0
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 6 and source in printed[2] and CREDIT in printed[-1]
    assert main([*at, "--source", source, "--json"]) == 0
    own = Translator.load(folder, "cpu").translate(source)[0].hypotheses[0]
    assert json.loads(capsys.readouterr().out)["tokens"] == list(own.tokens)
    for flags in ([], ["--data", str(tmp_path / "train.tsv"), "--source", source]):
        assert main([*at, *flags]) == 2
        assert "either --data" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["en-de", "en-fr"])
def test_the_indexes_that_ship_are_of_the_weights_that_ship(repo_root: Path, name: str) -> None:
    """If this fails, weights were replaced: run the command of docs/neighbours.md again."""
    folder = repo_root / "checkpoints" / name
    known = load_index(folder)
    assert (folder / FILE).stat().st_size <= MOST_BYTES and "Tatoeba" in known.credit and "CC BY" in known.credit
    translator = Translator.load(folder, "cpu")
    [result] = translator.translate("A dog runs.")
    said = result.hypotheses[0]
    place = next(i for i, piece in enumerate(said.tokens) if piece in ("▁Hund", "▁chien"))
    near = nearest(translator, known, "A dog runs.", said.token_ids, place)
    assert near.same >= 8 and all("dog" in one.source.lower() for one in near.found[:5])


def _ids(translator: Translator, pair: tuple[str, str]) -> tuple[str, list[int]]:
    return pair[0], translator.target_ids(*pair)


def _said(content: bytes) -> dict[str, str]:
    length = int.from_bytes(content[:8], "little")
    said: dict[str, str] = json.loads(content[8 : 8 + length])["__metadata__"]
    return said
