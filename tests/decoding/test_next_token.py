"""What filters make of the next token is what sampling makes of it: step by step, piece by piece, draw by draw."""

import numpy as np
import pytest
import torch

from seq2seq_core.decoding import BeamConfig, SampleConfig
from seq2seq_core.decoding.next_token import Foreseen
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import CoreError
from tests.tiny import tiny_checkpoint, tiny_tokenizer, tiny_transformer

TEXT = "seven two."


@pytest.fixture(scope="module", params=["recurrent", "transformer"])
def translator(request: pytest.FixtureRequest) -> Translator:
    make = tiny_checkpoint if request.param == "recurrent" else tiny_transformer
    return Translator(make(tiny_tokenizer()), name="tiny", device=torch.device("cpu"))


@pytest.mark.parametrize(
    "settings",
    [
        {"temperature": 0.7, "top_k": 40, "top_p": 0.9},
        {"temperature": 3.0, "min_p": 0.02, "typical_p": 0.95, "epsilon_cutoff": 0.001},
        {"repetition_penalty": 1.5, "no_repeat_ngram_size": 2, "min_new_tokens": 4, "bad_words": "neun"},
    ],
)
def test_each_step_is_as_sampling_records_it_and_draws_what_sampling_draws(
    translator: Translator, settings: dict[str, float]
) -> None:
    config = SampleConfig(seed=11, num_return_sequences=2, max_new_tokens=5, **settings)  # type: ignore[arg-type]
    [result] = translator.translate(TEXT, config, trace=True, first_index=3)
    seen = 0
    for step in result.steps:
        drawn = {c.parent: c.token_id for c in step.candidates} if step.index else {}
        for row in step.rows:
            known = translator.foresee(TEXT, row.token_ids)
            shown = translator.shaped(TEXT, known, config, index=3, sample=row.row)
            [told] = shown.rows
            assert (shown.index, shown.stages, told.tokens) == (step.index, step.stages, row.tokens)
            assert np.allclose(told.top_log_probs, row.top_log_probs, atol=1e-4)
            assert np.allclose(told.kept, row.kept, atol=1e-4) and np.allclose(told.entropy, row.entropy, atol=1e-4)
            assert told.log_prob == pytest.approx(row.log_prob, abs=1e-4)
            if step.index:
                assert shown.candidates[0].token_id == drawn[row.row]
            seen += 1
    known = translator.foresee(TEXT, ())
    first = {translator.shaped(TEXT, known, config, index=3, sample=k).candidates[0].token_id for k in (0, 1)}
    assert first == {candidate.token_id for candidate in result.steps[0].candidates}
    assert seen > 5


def test_a_beam_search_s_step_is_known_over_the_whole_vocabulary(translator: Translator) -> None:
    [result] = translator.translate(TEXT, BeamConfig(num_beams=2, max_new_tokens=6), trace=True)
    row = result.steps[2].rows[0]
    known = translator.foresee(TEXT, row.token_ids)
    assert len(known.logits) == len(translator.tokenizer)
    shares = np.exp(known.logits - np.logaddexp.reduce(known.logits))
    assert np.isclose(shares.sum(), 1, atol=1e-5)
    assert np.allclose(np.log(shares[list(row.top_ids)]), row.top_log_probs[0], atol=1e-4)


def test_tokens_that_were_given_count_as_given(translator: Translator) -> None:
    given = translator.target_ids(TEXT, "sieben")[:-1]
    config = SampleConfig(seed=2, min_new_tokens=2, max_new_tokens=4)
    eos = translator.tokenizer.specials.eos
    known = translator.foresee(TEXT, given)
    barred = translator.shaped(TEXT, known, config, given=len(given))
    assert barred.candidates[0].token_id != eos and barred.stages == ("model", "min_new_tokens")
    [result] = translator.translate(TEXT, config, prefix=given, trace=True)
    assert result.steps[len(given)].candidates[0].token_id == barred.candidates[0].token_id


def test_filters_that_leave_nothing_say_so(translator: Translator) -> None:
    known = translator.foresee(TEXT, ())
    with pytest.raises(CoreError, match="nothing to translate"):
        translator.foresee("", ())
    logits = np.full(len(translator.tokenizer), -np.inf, np.float32)
    logits[translator.tokenizer.specials.eos] = 0.0
    held = Foreseen(known.token_ids, known.log_probs, logits)
    with pytest.raises(CoreError, match="no token may follow"):
        translator.shaped(TEXT, held, SampleConfig(min_new_tokens=5))
