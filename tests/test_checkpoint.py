"""Saved equals loaded, and whatever is wrong with a folder is one sentence."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from huggingface_hub import ModelCard
from safetensors.torch import load_file, save_file

from seq2seq_core.checkpoint import load_checkpoint, save_checkpoint, write_metadata
from seq2seq_core.model_card import MEASURES
from seq2seq_core.types import CoreError
from tests.tiny import tiny_checkpoint, tiny_tokenizer


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoints") / "tiny"
    save_checkpoint(folder, tiny_checkpoint(tiny_tokenizer()))
    return folder


@pytest.fixture
def copy(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / "tiny"))


def test_five_files_and_half_precision(saved: Path) -> None:
    names = {"config.json", "model.safetensors", "tokenizer.model", "metrics.json", "README.md"}
    assert {path.name for path in saved.iterdir()} == names
    weights = load_file(saved / "model.safetensors")
    assert {tensor.dtype for tensor in weights.values()} == {torch.float16}
    assert (saved / "README.md").read_text().startswith("---\nlicense:")


@pytest.mark.parametrize("changes", [{}, {"cell": "gru", "attention": "bahdanau"}, {"tie_embeddings": False}])
def test_loaded_is_what_was_saved(tmp_path: Path, changes: dict[str, object]) -> None:
    checkpoint = tiny_checkpoint(tiny_tokenizer(), **changes)
    save_checkpoint(tmp_path, checkpoint)
    loaded = load_checkpoint(tmp_path)
    assert loaded.model.config == checkpoint.model.config
    assert loaded.metadata == checkpoint.metadata
    assert loaded.tokenizer.model == checkpoint.tokenizer.model
    expected = dict(checkpoint.model.named_parameters())
    for name, parameter in loaded.model.named_parameters():
        assert parameter.dtype == torch.float32
        assert parameter.equal(expected[name].half().float()), name


def remove(name: str, folder: Path) -> None:
    (folder / name).unlink()


def damage(name: str, folder: Path) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(b"\x80\x04" + content[len(content) // 2 :])


def shape(_: str, folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["model"]["decoder_size"] = 30
    (folder / "config.json").write_text(json.dumps(config))


def huge(_: str, folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["model"]["decoder_size"] = 10**6  # terabytes
    (folder / "config.json").write_text(json.dumps(config))


def unknown(_: str, folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps({"format": 1, "model": {"hidden_dim": 5}}))


def foreign(_: str, folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps({"architectures": ["MarianMTModel"]}))


def not_numbers(_: str, folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    weights["output.bias"][0] = float("nan")
    save_file(weights, folder / "model.safetensors")


def lacking(_: str, folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    del weights["output.bias"]
    save_file(weights, folder / "model.safetensors")


@pytest.mark.parametrize(
    ("harm", "name"),
    [(remove, n) for n in ("config.json", "model.safetensors", "tokenizer.model")]
    + [(damage, n) for n in ("config.json", "model.safetensors", "tokenizer.model", "metrics.json")]
    + [(harm, "") for harm in (shape, huge, unknown, foreign, not_numbers, lacking)],
)
def test_broken_folders_are_one_sentence(copy: Path, harm, name: str) -> None:  # type: ignore[no-untyped-def]
    harm(name, copy)
    with pytest.raises(CoreError) as raised:
        load_checkpoint(copy)
    assert "\n" not in str(raised.value) and len(str(raised.value)) < 300


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(CoreError, match="no checkpoint folder"):
        load_checkpoint(tmp_path / "none")


def test_each_shipped_card_says_what_its_metrics_say(repo_root: Path, tmp_path: Path) -> None:
    shipped = list((repo_root / "checkpoints").iterdir())
    assert shipped
    for folder in shipped:
        write_metadata(tmp_path, load_checkpoint(folder))
        assert (folder / "README.md").read_text("utf-8") == (tmp_path / "README.md").read_text("utf-8"), folder.name


def test_the_hub_reads_the_scores_of_each_shipped_card(repo_root: Path) -> None:
    for folder in (repo_root / "checkpoints").iterdir():
        metrics = json.loads((folder / "metrics.json").read_text("utf-8"))
        data = ModelCard.load(folder / "README.md").data  # refuses a model-index that is not one
        read = {(found.dataset_name, found.metric_name): found.metric_value for found in data.eval_results}
        for score in metrics["scores"]:
            for column, name in MEASURES.items():
                if column in score:
                    found = read.pop((score["test_set"], f"{name} ({score['strategy']})"))
                    assert found == pytest.approx(score[column], abs=0.006)
        assert read == {}
        assert (data.model_name, data.license) == (metrics["name"], metrics["licence"])


def test_what_a_recipe_says_stays_a_value_of_the_card(tmp_path: Path) -> None:
    checkpoint = tiny_checkpoint(tiny_tokenizer())
    wanted = 'odd"\n---\ntags: [x]: {y} # \x07'
    save_checkpoint(tmp_path, dataclasses.replace(checkpoint, metadata={"licence": wanted}))
    data = ModelCard.load(tmp_path / "README.md").data
    assert data.license == wanted and data.tags == ["seq2seq", "rnn", "attention", "translation"]


def test_without_scores_a_card_has_no_index_and_the_core_needs_no_hub(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, tiny_checkpoint(tiny_tokenizer(), attention="none"))
    data = ModelCard.load(tmp_path / "README.md").data
    assert data.eval_results is None and data.tags == ["seq2seq", "rnn", "translation"]
    script = "import sys\nsys.modules['huggingface_hub'] = None\n"  # importing it fails
    script += "from pathlib import Path\nfrom seq2seq_core.checkpoint import load_checkpoint\n"
    script += f"load_checkpoint(Path({str(tmp_path)!r}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
