"""Text in, results out: order, batches, empty lines, and the agreement of searching with scoring."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import torch

from seq2seq_core.data.batches import make_batch
from seq2seq_core.decoding import (
    BeamConfig,
    Config,
    DecodeResult,
    DiverseBeamConfig,
    ExactConfig,
    GreedyConfig,
    MbrConfig,
    SampleConfig,
    StochasticBeamConfig,
    Tick,
)
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError, SpecialTokens, pick_device
from tests.tiny import PAIRS, tiny_checkpoint, tiny_tokenizer

TEXTS = ["seven one.", "", "one two three four five six.", "<b>9</b> 😀 مرحبا", "   ", "two."]
CONFIGS = [
    GreedyConfig(),
    BeamConfig(num_beams=4, num_return_sequences=2),
    SampleConfig(seed=7, num_return_sequences=3),
]


@pytest.fixture(scope="module", params=["general", "bahdanau", "none"])
def translator(request: pytest.FixtureRequest) -> Translator:
    checkpoint = tiny_checkpoint(tiny_tokenizer(), seed=5, attention=request.param)
    # Without training it would babble in bytes: whole pieces, and an end now and then.
    checkpoint.model.output.bias[4:260] = -20.0
    checkpoint.model.output.bias[checkpoint.tokenizer.specials.eos] = 2.5
    return Translator(checkpoint, name="tiny", device=torch.device("cpu"))


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: type(config).__name__)
def test_a_batch_is_one_by_one(translator: Translator, config: Config) -> None:
    together = translator.translate(TEXTS, config)
    pairs = translator.translate(TEXTS, config, batch_size=2)
    alone = [translator.translate([text], config, first_index=i)[0] for i, text in enumerate(TEXTS)]
    for one, two, three in zip(together, pairs, alone, strict=True):
        for first, *others in zip(one.hypotheses, two.hypotheses, three.hypotheses, strict=True):
            for other in others:
                assert other.token_ids == first.token_ids
                assert other.log_prob == pytest.approx(first.log_prob, abs=1e-4)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: type(config).__name__)
def test_log_prob_is_what_forced_decoding_says(translator: Translator, config: Config) -> None:
    checked = 0
    for source, _ in PAIRS[:30]:
        for hypothesis in translator.translate([source], config)[0].hypotheses:
            assert hypothesis.log_prob == pytest.approx(sum(hypothesis.token_log_probs), abs=1e-4)
            pieces = list(hypothesis.token_ids[:-1])
            if not hypothesis.finished or translator.tokenizer.encode(hypothesis.text) != pieces:
                continue  # the same words can be cut into other pieces
            scored = translator.score([(source, hypothesis.text)])[0].hypotheses[0]
            assert scored.tokens == hypothesis.tokens
            assert scored.token_log_probs == pytest.approx(hypothesis.token_log_probs, abs=1e-4)
            assert scored.log_prob == pytest.approx(hypothesis.log_prob, abs=1e-4)
            checked += 1
    assert checked > 5


def test_scoring_is_the_same_at_any_batch_size(translator: Translator) -> None:
    pairs = [(source, target * repeat) for repeat, (source, target) in enumerate(PAIRS[:7], start=1)]
    together = [result.hypotheses[0] for result in translator.score(pairs)]
    alone = [translator.score([pair])[0].hypotheses[0] for pair in pairs]
    for one, other in zip(together, alone, strict=True):
        assert one.tokens == other.tokens and one.tokens[-1] == "</s>"
        assert one.token_log_probs == pytest.approx(other.token_log_probs, abs=1e-5)


def test_attention_has_a_row_a_token_and_a_column_a_source_token(translator: Translator) -> None:
    result = translator.translate(["one two three."], BeamConfig(num_return_sequences=3))[0]
    assert result.source_tokens[-1] == "</s>"
    for hypothesis in result.hypotheses:
        if not translator.has_attention:
            assert hypothesis.attention is None
            continue
        assert hypothesis.attention is not None
        assert hypothesis.attention.shape == (len(hypothesis.tokens), len(result.source_tokens))
        assert hypothesis.attention.sum(-1) == pytest.approx(1.0, abs=1e-5)


def test_a_long_text_is_decoded_apart_and_changes_nothing(
    translator: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [*TEXTS, "one two three four. " * 40, "six seven."]
    config = GreedyConfig(max_new_tokens=5)
    expected = [result.hypotheses[0].token_ids for result in translator.translate(texts, config)]
    scored = [result.hypotheses[0].log_prob for result in translator.score([(text, text) for text in texts])]
    shapes: list[tuple[int, int]] = []
    request = translator._request

    def noted(jobs: Any, *rest: Any) -> Any:
        shapes.append((len(jobs), max(job.size for job in jobs)))
        return request(jobs, *rest)

    monkeypatch.setattr(translator, "_request", noted)
    monkeypatch.setattr("seq2seq_core.pipeline.BATCH_PIECES", 100)
    found = translator.translate(texts, config)
    assert [result.hypotheses[0].token_ids for result in found] == expected
    assert shapes[-1][0] == 1 and shapes[-1][1] > 100, "the long one is alone"
    assert all(count * longest <= 100 for count, longest in shapes[:-1])
    assert max(count for count, _ in shapes) > 1, "short ones stay together"
    again = [result.hypotheses[0].log_prob for result in translator.score([(text, text) for text in texts])]
    assert again == pytest.approx(scored, rel=1e-4, abs=1e-4)


def test_a_string_is_one_text_and_two_are_one_pair(translator: Translator) -> None:
    [alone], [listed] = translator.translate("one two."), translator.translate(["one two."])
    assert (alone.source, alone.hypotheses[0].token_ids) == ("one two.", listed.hypotheses[0].token_ids)
    assert len(drained(translator.stream_batch("one two."))[1]) == 1
    [alone], [listed] = translator.score(("one.", "eins.")), translator.score([["one.", "eins."]])  # type: ignore[list-item]
    assert alone.hypotheses[0].log_prob == listed.hypotheses[0].log_prob


@pytest.mark.parametrize("texts", [[None], b"one.", [b"one."], ["one.", 7]])
def test_what_is_no_text_is_refused(translator: Translator, texts: Any) -> None:
    with pytest.raises(CoreError, match="must be a string, not"):
        translator.translate(texts)


@pytest.mark.parametrize("pairs", [[("one.",)], ["ab"], [("one.", None)], ("one.", "eins.", "zwei."), [7]])
def test_what_is_no_pair_is_refused(translator: Translator, pairs: Any) -> None:
    with pytest.raises(CoreError, match="must be two strings"):
        translator.score(pairs)


def test_empty_texts_give_one_empty_hypothesis(translator: Translator) -> None:
    for text in ("", "  \u00a0 \t"):
        result = translator.translate([text])[0]
        assert [h.text for h in result.hypotheses] == [""] and result.forward_calls == 0


def test_a_prefix_begins_every_hypothesis(translator: Translator) -> None:
    ids = translator.tokenizer.encode("acht neun")
    for prefix in ("acht neun", ids):
        for hypothesis in translator.translate(["one."], BeamConfig(num_return_sequences=4), prefix=prefix)[
            0
        ].hypotheses:
            assert list(hypothesis.token_ids[: len(ids)]) == ids


def test_scoring_is_what_the_fused_training_pass_says(translator: Translator) -> None:
    """One path of the code goes step by step, the other runs the whole target at once."""
    batch = make_batch([tuple(map(translator.tokenizer.encode, pair)) for pair in PAIRS[:9]], SpecialTokens())
    with torch.no_grad():
        logits = translator.model(batch.source, batch.lengths, batch.target_in)
    expected = torch.log_softmax(logits, -1).gather(-1, batch.target_out[..., None]).squeeze(-1)
    for result, row in zip(translator.score(PAIRS[:9]), expected, strict=True):
        forced = result.hypotheses[0].token_log_probs
        assert forced == pytest.approx(row[: len(forced)].tolist(), abs=1e-5)


def drained(stream: Generator[Tick, None, Any]) -> tuple[list[Tick], Any]:
    ticks = []
    while True:
        try:
            ticks.append(next(stream))
        except StopIteration as done:
            return ticks, done.value


def test_streaming_is_translating(translator: Translator) -> None:
    ticks, result = drained(translator.stream("one two three.", BeamConfig()))
    assert [tick.index for tick in ticks] == list(range(len(ticks))) and ticks
    expected = translator.translate(["one two three."], BeamConfig())[0]
    assert [h.token_ids for h in result.hypotheses] == [h.token_ids for h in expected.hypotheses]
    assert len(result.steps) == len(ticks) and not expected.steps


@pytest.mark.parametrize("texts", [TEXTS, [""], []])
def test_streaming_a_batch_is_translating_it(translator: Translator, texts: list[str]) -> None:
    config = SampleConfig(seed=7)
    ticks, results = drained(translator.stream_batch(texts, config, first_index=3))
    expected = translator.translate(texts, config, first_index=3)
    assert [r.hypotheses[0].token_ids for r in results] == [r.hypotheses[0].token_ids for r in expected]
    assert bool(ticks) == any(text.strip() for text in texts)


DRAWN = [StochasticBeamConfig(num_beams=3, seed=7), MbrConfig(num_candidates=4, seed=7), DiverseBeamConfig()]


@pytest.mark.parametrize("config", [*CONFIGS, *DRAWN], ids=lambda config: type(config).__name__)
def test_what_a_text_gives_does_not_hang_on_those_it_is_decoded_with(translator: Translator, config: Config) -> None:
    """As requests of several people are: each text has a number of its own, and two may have the same."""
    given = [("a man is reading", 0), ("two dogs", 0), ("a dog runs in a park", 1 << 32), ("a man is reading", 7)]
    texts, indices = zip(*given, strict=True)
    _, together = drained(translator.stream_batch(texts, config, indices=indices))
    for (text, index), result in zip(given, together, strict=True):
        [alone] = translator.translate(text, config, first_index=index)
        assert [h.token_ids for h in result.hypotheses] == [h.token_ids for h in alone.hypotheses]


def test_streaming_texts_is_translating_them(translator: Translator, monkeypatch: pytest.MonkeyPatch) -> None:
    """In several batches, of texts that have several sentences, one, or none."""
    monkeypatch.setitem(translator.metadata, "source_language", "English")
    texts = ["two three.\nfour five.", "", "nine.", " \n", "six seven!\neight nine zero one."]
    ticks, streamed = drained(translator.stream_texts(texts, BeamConfig(num_beams=2), batch_size=2, first_index=5))
    whole = translator.translate_texts(texts, BeamConfig(num_beams=2), first_index=5)
    assert [text.text() for text in streamed] == [text.text() for text in whole]
    assert [text.between for text in streamed] == [text.between for text in whole]
    assert sum(tick.index == 0 for tick in ticks) == 3, "five sentences in batches of two"


def test_what_is_unpacked_while_it_decodes_goes_on_and_packs_again(translator: Translator) -> None:
    config, text = BeamConfig(num_beams=3), PAIRS[0][0]

    def said(result: DecodeResult) -> list[tuple[tuple[int, ...], float]]:
        return [(hypothesis.token_ids, hypothesis.log_prob) for hypothesis in result.hypotheses]

    wanted = said(translator.translate([text], config)[0])
    steps = translator.stream(text, config)
    next(steps)
    translator.unpack()
    assert translator._packed is None
    with pytest.raises(StopIteration) as done:
        while True:
            next(steps)
    assert said(done.value.value) == wanted
    assert said(translator.translate([text], config)[0]) == wanted and translator._packed is not None


def test_devices() -> None:
    assert pick_device("cpu").type == "cpu"
    assert pick_device("auto").type in ("cuda", "mps", "cpu")
    for name in ("tpu", "cuda:x", "", "cpu:-1"):
        with pytest.raises(CoreError, match="is not available here"):
            pick_device(name)


def test_rounding_is_no_search_error(repo_root: Path) -> None:
    """The beam's own result, found again in a batch of another shape, has a log P that differs in the last digits."""
    shipped = Translator.load(repo_root / "checkpoints" / "en-de-attention", device="cpu")
    texts = ["A dog runs.", "Tom is happy.", "Two men are sitting.", "I am hungry.", "Where do you live?"]
    exact = ExactConfig(max_forward_calls=100)
    beam = BeamConfig(num_beams=exact.num_beams, length_penalty_type="none")
    same = 0
    for best, first in zip(shipped.translate(texts, exact), shipped.translate(texts, beam), strict=True):
        if best.hypotheses[0].token_ids == first.hypotheses[0].token_ids:
            assert best.details["search_error"] is False
            same += 1
    assert same


def test_the_shipped_model_of_dates(repo_root: Path) -> None:
    dates = Translator.load(repo_root / "checkpoints" / "dates", device="cpu")
    written = ["the 3rd of March, 1999", "vendredi 13 mai 2011", "3. Oktober 1990", "9 de julio de 2042", "31/12/99"]
    read = [result.hypotheses[0].text for result in dates.translate(written)]
    assert read == ["1999-03-03", "2011-05-13", "1990-10-03", "2042-07-09", "1999-12-31"]


def test_samples_of_a_shipped_model_are_text(repo_root: Path) -> None:
    """At this temperature half of all samples held a byte that spells nothing, when any byte could be drawn."""
    shipped = Translator.load(repo_root / "checkpoints" / "en-de", device="cpu")
    texts = ["The kettle is whistling.", "My aunt sells umbrellas.", "Nobody answered the door."]
    config = SampleConfig(num_return_sequences=20, temperature=1.5, seed=11, max_new_tokens=30)
    drawn = [item for result in shipped.translate(texts, config) for item in result.hypotheses]
    bytes_ = set(shipped.tokenizer.byte_pieces)
    assert sum(bool(bytes_ & set(item.token_ids)) for item in drawn) > 3
    for item in drawn:
        assert "\ufffd" not in item.text and shipped.tokenizer.specials.unk not in item.token_ids
        spelled = bytes(shipped.tokenizer.byte_pieces.get(token, 0) for token in item.token_ids)
        assert not item.finished or spelled.decode()


def test_a_score_knows_likelier_segmentations(repo_root: Path) -> None:
    """Other pieces of the target stand behind its own, best first, and what beam search wrote is among them."""
    shipped = Translator.load(repo_root / "checkpoints" / "en-de", device="cpu")
    source = "Both boys were late."
    whole = "ub"
    assert whole in shipped.tokenizer.pieces(shipped.tokenizer.encode("Hub"))
    pairs = [(source, "Beide Buben kamen zu spät."), (source, "")]
    plain = shipped.score(pairs)
    asked = shipped.score(pairs, segmentations=6, batch_size=3)
    for before, after, (_, target) in zip(plain, asked, pairs, strict=True):
        own, *others = after.hypotheses
        assert before.hypotheses[0].token_ids == own.token_ids
        assert before.hypotheses[0].log_prob == pytest.approx(own.log_prob, abs=1e-4)
        assert {item.text for item in after.hypotheses} == {target}
        assert own.spellings == tuple(item.log_prob for item in others)
        assert list(own.spellings) == sorted(own.spellings, reverse=True)
    own, best, *_ = asked[0].hypotheses
    assert whole not in own.tokens and whole in best.tokens and best.log_prob > own.log_prob
    assert len(asked[0].hypotheses) == 7 and len(asked[1].hypotheses) == 1
    assert not plain[0].hypotheses[0].spellings
    with pytest.raises(CoreError, match="segmentations is -1"):
        shipped.score(pairs, segmentations=-1)
