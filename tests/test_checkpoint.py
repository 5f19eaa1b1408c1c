"""Saved equals loaded, and whatever is wrong with a folder is one sentence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from seq2seq_core.checkpoint import load_checkpoint, save_checkpoint, write_metadata
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
