"""ONNX graphs say what the model says: each step's logits, and the documents' own program letter by letter."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from seq2seq_core.checkpoint import Checkpoint
from seq2seq_core.cli import main
from seq2seq_core.onnx_export import export_onnx
from seq2seq_core.types import CoreError
from tests.tiny import tiny_checkpoint, tiny_tokenizer, tiny_transformer

ROOT = Path(__file__).resolve().parents[1]

TOKENIZER = tiny_tokenizer()
MODELS = {
    "lstm, Luong's general, fed": lambda: tiny_checkpoint(TOKENIZER, input_feeding=True),
    "gru, Bahdanau, two layers": lambda: tiny_checkpoint(TOKENIZER, cell="gru", attention="bahdanau", decoder_layers=2),
    "lstm, fixed context, one way": lambda: tiny_checkpoint(TOKENIZER, attention="none", bidirectional=False),
    "transformer": lambda: tiny_transformer(TOKENIZER),
}


def session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options)


@pytest.mark.parametrize("name", MODELS)
def test_graphs_say_what_the_model_says(name: str, tmp_path: Path) -> None:
    """For sources of other lengths than the one written down, three rows, and more steps than one."""
    checkpoint: Checkpoint = MODELS[name]()
    export_onnx(checkpoint, tmp_path)
    told = json.loads((tmp_path / "onnx.json").read_text(encoding="utf-8"))
    encoder, step = session(tmp_path / "encoder.onnx"), session(tmp_path / "step.onnx")
    asked, given = ([each.name for each in values] for values in (step.get_inputs(), step.get_outputs()))
    for text in ("one two.", "seven eight nine zero four."):
        source = torch.tensor([checkpoint.tokenizer.encode_source(text)])
        with torch.inference_mode():
            state = checkpoint.model.start(source, torch.tensor([source.size(1)])).select(torch.tensor([0, 0, 0]))
        theirs = dict(zip(told["state"], encoder.run(None, {"source": source.numpy()}), strict=True))
        # every tensor that changes has a row for each beginning
        changing = [each.removeprefix("next.") for each in given if each.startswith("next.")]
        theirs |= {each: np.repeat(theirs[each], 3, axis=0) for each in changing}
        for tokens in ([2, 2, 2], [5, 40, 300], [17, 4, 260]):
            with torch.inference_mode():
                wanted = checkpoint.model.step(torch.tensor(tokens), state)
            state = wanted.state
            values = {"last_tokens": np.array(tokens), **theirs}
            found = dict(zip(given, step.run(None, {each: values[each] for each in asked}), strict=True))
            np.testing.assert_allclose(found["logits"], wanted.logits.numpy(), atol=2e-5)
            if wanted.attention is None:
                assert "attention" not in found
            else:
                np.testing.assert_allclose(found["attention"], wanted.attention.numpy(), atol=2e-5)
            theirs |= {each: found[f"next.{each}"] for each in changing}


def test_the_program_of_the_documents_says_what_greedy_search_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint = str(ROOT / "checkpoints" / "numbers")
    assert main(["export-onnx", "--checkpoint", checkpoint, "--output", str(tmp_path / "graphs")]) == 0
    assert "step.onnx: " in capsys.readouterr().out
    [program] = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "onnx.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(program.splitlines()) <= 45
    (tmp_path / "greedy.py").write_text(program, encoding="utf-8")
    lines = "1549 in Italian\nzweitausendvierhundertneun\ncinq mille trois cent trente\n48 in English\n"
    ask = [sys.executable, "greedy.py", "graphs"]
    done = subprocess.run(ask, cwd=tmp_path, input=lines, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    ours = subprocess.run(
        [sys.executable, "-m", "seq2seq_core", "translate", "--checkpoint", checkpoint, "--strategy", "greedy"],
        cwd=ROOT, input=lines, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout == ours.stdout and "2409" in ours.stdout


def test_a_model_of_transformers_is_left_to_its_own_tools(tmp_path: Path) -> None:
    checkpoint = tiny_checkpoint(TOKENIZER)
    foreign = Checkpoint(checkpoint.model, object(), {})  # type: ignore[arg-type]
    with pytest.raises(CoreError, match="only models of this project are exported here"):
        export_onnx(foreign, tmp_path)
