"""Gradient times input, held against inseq's on a tiny Marian of random weights.

    pip install -r benchmarks/requirements.txt
    python -m benchmarks.against_inseq

inseq 0.7.1 scales the embeddings of what was said, which Marian does itself in transformers 5: the second scaling is
undone here. It attributes log P through its own probability function, since its crossentropy fails on one sentence.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import inseq
import numpy as np
from inseq.attr.step_functions import probability_fn

from seq2seq_core.decoding import GreedyConfig
from seq2seq_core.pipeline import Translator
from seq2seq_core.why_not import gradient_times_input
from tests.hugging_face.families import reference, save_tiny

TEXT = "nine four three one."


def main() -> None:
    """Prints the largest difference, and the largest value."""
    with tempfile.TemporaryDirectory() as folder:
        place = save_tiny("marian", Path(folder))
        translator, (model, tokenizer) = Translator.load(place, "cpu"), reference(place)
        said = translator.translate(TEXT, GreedyConfig(max_new_tokens=6))[0].hypotheses[0]
        found = gradient_times_input(translator, TEXT, said.token_ids)
        assert found is not None
        inseq.register_step_function(fn=lambda args: probability_fn(args, logprob=True), identifier="log_prob")
        attributed = inseq.load_model(model, "input_x_gradient", tokenizer=tokenizer)
        model.model.decoder.embed_scale = 1.0  # after it was loaded: inseq refuses two scales
        theirs = attributed.attribute(TEXT, said.text, attributed_fn="log_prob", show_progress=False)
        values = theirs.sequence_attributions[0].source_attributions.sum(-1).T.numpy()[: len(found.values)]
    print(f"{np.abs(values - found.values).max():.1e} of at most {np.abs(found.values).max():.1f} nats")


if __name__ == "__main__":
    main()
