"""The same sequences and scores as ``generate()`` of the same model, whatever its family."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import torch

from seq2seq_core.decoding import BeamConfig, DecodeResult, DiverseBeamConfig, GreedyConfig, SampleConfig
from seq2seq_core.pipeline import Translator
from tests.hugging_face.families import MAKERS, reference, save_tiny

TEXTS = ["one two.", "nine four three one.", "zero.", "seven seven eight."]
LIMIT = 9
FAMILIES = tuple(MAKERS)
SOURCES = {"mbart": "en_XX", "m2m": "en", "nllb": "eng_Latn"}
"""What those of many languages call English."""


@dataclass(frozen=True)
class Twin:
    """One model twice: as we load it, and as ``transformers`` alone does."""

    ours: Translator
    model: Any
    tokenizer: Any
    prefix: str

    def theirs(self, texts: list[str], **settings: Any) -> Any:
        given = self.tokenizer([self.prefix + text for text in texts], return_tensors="pt", padding=True)
        if self.ours.tokenizer._first:
            settings["forced_bos_token_id"] = self.ours.tokenizer._first[0]
        return self.model.generate(
            **given, max_new_tokens=LIMIT, return_dict_in_generate=True, output_scores=True, output_logits=True,
            **settings,
        )  # fmt: skip

    def trimmed(self, sequence: torch.Tensor) -> tuple[int, ...]:
        """Without the start token and what follows EOS."""
        ids, eos = sequence.tolist()[1:], self.ours.tokenizer.specials.eos
        return tuple(ids[: ids.index(eos) + 1] if eos in ids else ids)


@cache
def _folder() -> Any:
    import tempfile

    return tempfile.TemporaryDirectory(prefix="tiny-")


@cache
def twin(family: str) -> Twin:
    from pathlib import Path

    place = save_tiny(family, Path(_folder().name) / family)
    model, tokenizer = reference(place)
    if family in SOURCES:
        tokenizer.src_lang = SOURCES[family]
    return Twin(Translator.load(place, "cpu"), model, tokenizer, "two: " if family == "t5" else "")


TIE = 5e-5
"""Scores this close come in either order: which, is what the processor's last bits say."""

Scored = list[tuple[tuple[int, ...], float]]
"""Sequences with their scores, best first."""


def assert_same_but_for_ties(ours: Scored, theirs: Scored) -> None:
    """The same scores in the same order, and the same sequences wherever scores are further apart than a tie."""
    assert [score for _, score in ours] == pytest.approx([score for _, score in theirs], abs=TIE)
    for ids, score in ours:
        assert ids in [other for other, near in theirs if abs(near - score) <= TIE]


def ranked(result: DecodeResult) -> Scored:
    return [(hypothesis.token_ids, hypothesis.score) for hypothesis in result.hypotheses]


def compare_beams(family: str, config: BeamConfig, texts: list[str] = TEXTS, **extra: Any) -> list[DecodeResult]:
    both, n_best = twin(family), config.num_return_sequences
    theirs = both.theirs(
        texts, num_beams=config.num_beams, num_return_sequences=n_best, do_sample=False,
        length_penalty=config.length_penalty, early_stopping=config.early_stopping, **extra,
    )  # fmt: skip
    sequences, scores = theirs.sequences.view(len(texts), n_best, -1), theirs.sequences_scores.view(len(texts), -1)
    results = both.ours.translate(texts, config)
    for sentence, result in enumerate(results):
        expected = [both.trimmed(ids) for ids in sequences[sentence]]
        assert_same_but_for_ties(ranked(result), list(zip(expected, scores[sentence].tolist(), strict=True)))
    return results


@pytest.mark.parametrize("family", FAMILIES)
def test_greedy(family: str) -> None:
    both = twin(family)
    theirs = both.theirs(TEXTS, num_beams=1, do_sample=False)
    logits = torch.stack(theirs.logits)
    for sentence, result in enumerate(both.ours.translate(TEXTS, GreedyConfig(max_new_tokens=LIMIT))):
        hypothesis = result.hypotheses[0]
        assert hypothesis.token_ids == both.trimmed(theirs.sequences[sentence])
        own = [logits[t, sentence].log_softmax(-1)[token].item() for t, token in enumerate(hypothesis.token_ids)]
        if both.ours.tokenizer._first:
            own[0] = 0.0  # what is forced is certain
        assert hypothesis.token_log_probs == pytest.approx(own, abs=5e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_beam_of_one_is_greedy_there_too(family: str) -> None:
    both = twin(family)
    theirs = both.theirs(TEXTS, num_beams=1, do_sample=False)
    results = both.ours.translate(TEXTS, BeamConfig(num_beams=1, max_new_tokens=LIMIT))
    assert [r.hypotheses[0].token_ids for r in results] == [both.trimmed(ids) for ids in theirs.sequences]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    "settings",
    [
        {"temperature": 0.7, "top_k": 6, "top_p": 0.8},
        {"temperature": 1.5, "min_p": 0.1},
        {"typical_p": 0.7, "repetition_penalty": 1.2},
        {"epsilon_cutoff": 0.02, "no_repeat_ngram_size": 2},
    ],
)
def test_what_is_drawn_from(family: str, settings: dict[str, float]) -> None:
    """At every step of a drawn translation, the distribution after all filters is the one that theirs draws from."""
    both, text = twin(family), TEXTS[1]
    config = SampleConfig(seed=3, num_return_sequences=1, max_new_tokens=LIMIT, **settings)  # type: ignore[arg-type]
    result = both.ours.translate(text, config, trace=True)[0]
    drawn = result.hypotheses[0].token_ids
    given = both.tokenizer(both.prefix + text, return_tensors="pt")
    for step in result.steps:
        [row] = step.rows
        beginning = torch.tensor([[both.ours.tokenizer.specials.bos, *drawn[: step.index]]])
        if (forced := both.ours.tokenizer._first) and step.index < len(forced):
            continue  # nothing is drawn there
        theirs = both.model.generate(
            **given, decoder_input_ids=beginning, max_new_tokens=1, do_sample=True, return_dict_in_generate=True,
            output_scores=True, **{"top_k": 0, **settings},
        )  # fmt: skip
        expected = theirs.scores[0][0].log_softmax(-1)[list(row.top_ids)]
        assert row.top_log_probs[-1] == pytest.approx(expected.numpy(), abs=2e-4)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("width", range(2, 9))
def test_beams(family: str, width: int) -> None:
    penalty = (0.0, 0.6, 1.0, 2.0)[width % 4]
    stopping = (False, True, "never")[width % 3]
    config = BeamConfig(
        num_beams=width, max_new_tokens=LIMIT, length_penalty=penalty, early_stopping=stopping,
    )  # fmt: skip
    compare_beams(family, config)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"no_repeat_ngram_size": 2}, {"no_repeat_ngram_size": 2}),
        ({"repetition_penalty": 1.3}, {"repetition_penalty": 1.3}),
        ({"min_new_tokens": 6}, {"min_new_tokens": 5}),  # ours counts EOS
    ],
)
def test_filters(family: str, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    compare_beams(family, BeamConfig(num_beams=4, max_new_tokens=LIMIT, **ours), **theirs)


@pytest.mark.parametrize("family", FAMILIES)
def test_n_best(family: str) -> None:
    both, config = twin(family), BeamConfig(num_beams=5, num_return_sequences=3, max_new_tokens=LIMIT)
    theirs = both.theirs(TEXTS, num_beams=5, num_return_sequences=5, do_sample=False)
    sequences, scores = theirs.sequences.view(len(TEXTS), 5, -1), theirs.sequences_scores.view(len(TEXTS), -1)
    for sentence, result in enumerate(both.ours.translate(TEXTS, config)):
        by_text: dict[str, tuple[tuple[int, ...], float]] = {}  # ours gives each text once, theirs each spelling
        for ids, score in zip(map(both.trimmed, sequences[sentence]), scores[sentence].tolist(), strict=True):
            by_text.setdefault(both.ours.tokenizer.decode(ids), (ids, score))
        assert_same_but_for_ties(ranked(result), list(by_text.values())[:3])


@pytest.mark.parametrize("family", FAMILIES)
def test_diverse_beams(family: str) -> None:
    """Theirs is no part of ``transformers`` any more; with one group it is beam search, and with two the first is."""
    both, settings = twin(family), {"max_new_tokens": LIMIT}
    one = both.ours.translate(TEXTS, DiverseBeamConfig(num_beams=4, num_beam_groups=1, **settings))
    plain = both.ours.translate(TEXTS, BeamConfig(num_beams=4, **settings))
    assert [r.hypotheses[0].token_ids for r in one] == [r.hypotheses[0].token_ids for r in plain]
    several = DiverseBeamConfig(num_beams=4, num_beam_groups=2, num_return_sequences=4, **settings)
    half = both.ours.translate(TEXTS, BeamConfig(num_beams=2, **settings))
    for result, first in zip(both.ours.translate(TEXTS, several), half, strict=True):
        assert first.hypotheses[0].token_ids in [h.token_ids for h in result.hypotheses]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_step_at_a_time_is_all_at_once_and_a_batch_is_one_by_one(family: str) -> None:
    """What the cache carries is what the whole target would give, and neither padding nor neighbours matter."""
    both = twin(family)
    found = both.ours.translate(TEXTS, BeamConfig(num_beams=4, num_return_sequences=4, max_new_tokens=LIMIT))
    for text, result in zip(TEXTS, found, strict=True):
        [alone] = both.ours.translate(text, BeamConfig(num_beams=4, num_return_sequences=4, max_new_tokens=LIMIT))
        assert_same_but_for_ties(ranked(alone), ranked(result))
        given = both.tokenizer(both.prefix + text, return_tensors="pt")
        for hypothesis in result.hypotheses:
            target = torch.tensor([[both.ours.tokenizer.specials.bos, *hypothesis.token_ids[:-1]]])
            whole = both.model(**given, decoder_input_ids=target).logits.log_softmax(-1)
            own = [whole[0, t, token].item() for t, token in enumerate(hypothesis.token_ids)]
            if both.ours.tokenizer._first:
                own[0] = 0.0
            assert hypothesis.token_log_probs == pytest.approx(own, abs=5e-4)  # T5 does not scale: scores are large


@pytest.mark.parametrize("family", FAMILIES)
def test_attention_by_head(family: str) -> None:
    both, text = twin(family), TEXTS[1]
    hypothesis = both.ours.translate(text, BeamConfig(num_beams=3, max_new_tokens=LIMIT))[0].hypotheses[0]
    found = both.ours.look(text, hypothesis.token_ids)
    both.model.set_attn_implementation("eager")
    try:
        target = torch.tensor([[both.ours.tokenizer.specials.bos, *hypothesis.token_ids[:-1]]])
        given = both.tokenizer(both.prefix + text, return_tensors="pt")
        theirs = both.model(**given, decoder_input_ids=target, output_attentions=True)
    finally:
        both.model.set_attn_implementation("sdpa")
    for ours, layers in (
        (found.cross, theirs.cross_attentions),
        (found.encoder, theirs.encoder_attentions),
        (found.decoder, theirs.decoder_attentions),
    ):
        assert torch.from_numpy(ours).allclose(torch.cat(layers), atol=1e-5)
    # what the search recorded, step by step and with beams that changed places, is the mean of these
    assert torch.from_numpy(hypothesis.attention).allclose(torch.from_numpy(found.cross.mean((0, 1))), atol=1e-3)


@pytest.mark.parametrize("family", FAMILIES)
def test_what_a_search_wrote_scores_the_same_when_it_is_given(family: str) -> None:
    both = twin(family)
    results = both.ours.translate(TEXTS, BeamConfig(num_beams=3, max_new_tokens=LIMIT))
    for text, result in zip(TEXTS, results, strict=True):
        target = result.hypotheses[0].text
        [scored] = both.ours.score((text, target))
        forced = both.ours.tokenizer._first
        assert scored.hypotheses[0].finished and scored.hypotheses[0].token_ids[: len(forced)] == forced
        if scored.hypotheses[0].token_ids == result.hypotheses[0].token_ids:
            assert scored.hypotheses[0].log_prob == pytest.approx(result.hypotheses[0].log_prob, abs=1e-4)


def test_rows_of_a_sentence_share_its_keys() -> None:
    """However many beams: nothing of the source is copied, and a state can be gone on from twice."""
    model, specials = twin("marian").ours.model, twin("marian").ours.tokenizer.specials
    with torch.inference_mode():
        begun = model.start(torch.tensor([[5, 6, 0], [7, 0, 0]]), torch.tensor([3, 2]))
        first = model.step(torch.full((2,), specials.bos), begun).state
        assert begun.length == 0 and first.length == 1
        spread = first.select(torch.tensor([0, 0, 0, 1, 1, 1]))
        assert all(a is b for a, b in zip(spread.source[0], first.source[0], strict=True))
        last = torch.tensor([3, 4, 5, 6, 7, 8])
        once, again = (model.step(last, spread) for _ in range(2))
        assert once.state.source[0][0].size(0) == 2 and once.state.target[0][0].size(0) == 6
        assert torch.equal(once.logits, again.logits) and spread.length == 1
        assert once.attention.shape == (6, 3) and torch.allclose(once.attention.sum(1), torch.ones(6))
        assert (once.attention[3:, 2] == 0).all()  # padding


def test_sampling_hangs_on_its_seed_alone() -> None:
    ours = twin("t5").ours
    config = SampleConfig(num_return_sequences=3, seed=7, max_new_tokens=LIMIT, top_k=5)
    together = ours.translate(TEXTS, config)
    alone = [ours.translate(text, config, first_index=place)[0] for place, text in enumerate(TEXTS)]
    assert [[h.token_ids for h in r.hypotheses] for r in together] == [
        [h.token_ids for h in r.hypotheses] for r in alone
    ]
