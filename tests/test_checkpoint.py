"""Saved equals loaded, and whatever is wrong with a folder is one sentence."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from huggingface_hub import ModelCard
from safetensors.torch import load_file, save_file

from seq2seq_core.checkpoint import load_checkpoint, save_checkpoint, write_metadata
from seq2seq_core.decoding import GreedyConfig
from seq2seq_core.model_card import measures
from seq2seq_core.pipeline import Translator
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


def test_loading_draws_no_weights_that_it_replaces(saved: Path) -> None:
    drawn = torch.get_rng_state()
    load_checkpoint(saved)
    assert torch.equal(torch.get_rng_state(), drawn)


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


def pipe(name: str, folder: Path) -> None:
    (folder / name).unlink()
    os.mkfifo(folder / name)


def device(name: str, folder: Path) -> None:
    (folder / name).unlink()
    (folder / name).symlink_to("/dev/zero")


def directory(name: str, folder: Path) -> None:
    (folder / name).unlink()
    (folder / name).mkdir()


FILES = ("config.json", "model.safetensors", "tokenizer.model", "metrics.json")


@pytest.mark.parametrize(
    ("harm", "name"),
    [
        (harm, name)
        for harm in (remove, damage, pipe, device, directory)
        for name in FILES
        if (harm, name) != (remove, "metrics.json")
    ],
)
def test_a_file_that_is_none_or_not_whole_is_one_sentence(
    copy: Path, harm: Callable[[str, Path], None], name: str
) -> None:
    harm(name, copy)
    refused(copy, name.removesuffix(".model"))


def refused(folder: Path, *words: str) -> None:
    """In one sentence that names the folder, and not where it lies."""
    with pytest.raises(CoreError) as raised:
        load_checkpoint(folder)
    said = str(raised.value)
    assert "\n" not in said and len(said) < 300 and "tiny" in said and str(folder.parent) not in said
    for word in words:
        assert word in said


def unsealed(folder: Path) -> None:
    """Without checksums, which would find any change before what it does is looked at."""
    path = folder / "metrics.json"
    path.write_text(
        json.dumps({name: value for name, value in json.loads(path.read_text()).items() if name != "sha256"})
    )


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"model": {"decoder_size": 30}}, ["does not fit its config.json"]),
        ({"model": {"decoder_size": 10**6}}, ["does not fit its config.json", "1000000"]),  # terabytes
        ({"model": {"encoder_size": 10**6, "encoder_layers": 64, "embedding_size": 10**6}}, ["does not fit"]),
        ({"model": {"attention": "none"}}, ["does not fit", "which such a model has not"]),
        ({"model": {"tie_embeddings": False}}, ["does not fit", "is missing"]),
        ({"model": {"vocab_size": 300}}, ["320 pieces", "300"]),
        ({"model": {"hidden_dim": 5}}, ["unknown setting model.hidden_dim"]),
        ({"model": {"decoder_size": "24"}}, ["model.decoder_size"]),
        ({"model": {"family": ["recurrent"]}}, ["family"]),
        ({"model": None}, ["model"]),
        ({"format": 2}, ["is not a checkpoint of this project"]),
        ({"architectures": ["MarianMTModel"], "format": None}, ["is not a checkpoint of this project"]),
    ],
)
def test_a_config_that_is_not_that_of_the_weights_is_refused_before_memory_is_taken(
    copy: Path, config: dict[str, Any], words: list[str]
) -> None:
    there = json.loads((copy / "config.json").read_text())
    if config.get("model"):
        config = {"model": there["model"] | config["model"]}
    (copy / "config.json").write_text(json.dumps(there | config))
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    refused(copy, *words)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kilobytes
    assert time.monotonic() - start < 20  # on a busy machine; terabytes would never be ready


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda weight: weight.to(torch.int8), ["output.bias is of type I8"]),
        (lambda weight: weight > 0, ["output.bias is of type BOOL"]),
        (lambda weight: weight.to(torch.float8_e4m3fn), ["output.bias is of type F8_E4M3"]),
        (lambda weight: weight[:-1].clone(), ["output.bias is 319 and not 320"]),
        (lambda weight: weight.unsqueeze(0).clone(), ["output.bias is 1 x 320 and not 320"]),
        (lambda weight: weight * torch.nan, ["no numbers, in output.bias"]),
        (lambda weight: weight + torch.inf, ["no numbers, in output.bias"]),
        (lambda weight: (weight.double() + 1) * 1e300, ["no numbers, in output.bias"]),  # beyond float32
        (lambda weight: None, ["output.bias is missing"]),
    ],
)
def test_weights_of_another_type_or_shape_are_named(
    copy: Path, change: Callable[[torch.Tensor], torch.Tensor | None], words: list[str]
) -> None:
    unsealed(copy)
    weights = load_file(copy / "model.safetensors")
    changed = {**weights, "output.bias": change(weights["output.bias"])}
    save_file({name: weight for name, weight in changed.items() if weight is not None}, copy / "model.safetensors")
    refused(copy, "model.safetensors", *words)


def test_weights_may_be_written_in_single_precision(copy: Path) -> None:
    unsealed(copy)
    weights = load_file(copy / "model.safetensors")
    before = load_checkpoint(copy).model.state_dict()
    save_file({name: weight.float() for name, weight in weights.items()}, copy / "model.safetensors")
    after = load_checkpoint(copy).model.state_dict()
    assert all(before[name].equal(after[name]) for name in before)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r'{"title": "half \ud83d of it"}', ["text that is no Unicode"]),
        (r'{"training": {"data": ["fine", "\udfff"]}}', ["text that is no Unicode"]),
        (r'{"scores": [{"\ud800": 1}]}', ["text that is no Unicode"]),
        ('{"scores": [{"bleu": NaN}]}', ["not valid JSON"]),
        ('{"scores": [{"bleu": -Infinity}]}', ["not valid JSON"]),
        ('{"scores": [{"bleu": 1e999}]}', ["a number beyond all bounds"]),
        ('{"scores": [{"sentences": 1' + 400 * "0" + "}]}", ["a number beyond all bounds"]),
        ('{"scores": [{"sentences": 1' + 5000 * "0" + "}]}", ["not valid JSON"]),
        ('{"scores": ' + 100_000 * "[" + "}", ["not valid JSON"]),
        ('{"scores": ' + 900 * "[" + 900 * "]" + "}", [""]),
        ('{"title": "' + "long " * 100 + '"}', ["title", "at most 200 characters"]),
        ('{"title": "' + "x" * 2_000_000 + '"}', ["is longer than"]),
        ('{"title": 5}', ["title"]),
        ('{"source_language": ["English"]}', ["source_language"]),
        ('{"examples": "one"}', ["examples", "a list of texts"]),
        ('{"examples": [1]}', ["examples", "a list of texts"]),
        ('{"scores": {"bleu": 1}}', ["scores", "a list of objects"]),
        ('{"training": 3}', ["training"]),
        ("[]", ["must hold an object"]),
        ('{"sha256": []}', ["checksum"]),
        ('{"sha256": {"../../etc/passwd": "0"}}', ["sha256", "checksums of model.safetensors, tokenizer.model"]),
        ('{"sha256": {"model.safetensors": null}}', ["model.safetensors", "checksum"]),
        ('{"output_length": 7}', ["output_length", "table"]),
        ('{"output_length": {"per_piece": "2"}}', ["output_length", "metrics.json.per_piece"]),
        ('{"output_length": {"per_piece": 1e12}}', ["output_length", "per_piece must be from 0.0 to 512"]),
        ('{"output_length": {"forever": true}}', ["output_length", "forever"]),
    ],
    ids=range(26),
)
def test_what_is_known_of_a_model_can_be_sent_to_any_browser(copy: Path, text: str, words: list[str]) -> None:
    (copy / "metrics.json").write_text(text)
    refused(copy, *words)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.model"])
def test_any_change_of_what_was_saved_is_noticed(copy: Path, name: str) -> None:
    rng, path = random.Random(5), copy / name
    whole = path.read_bytes()
    for _ in range(40):
        place = rng.randrange(len(whole))
        path.write_bytes(whole[:place] + bytes([whole[place] ^ rng.randrange(1, 256)]) + whole[place + 1 :])
        refused(copy, f"{name} in tiny is not what metrics.json has a checksum of")


def test_a_damaged_checkpoint_loads_or_is_one_sentence(copy: Path) -> None:
    """Some hundred bytes changed or cut off, where no checksum tells of it."""
    unsealed(copy)
    rng, ends = random.Random(17), Counter[bool]()
    for name in FILES:
        whole = (copy / name).read_bytes()
        for turn in range(100):
            # the head of the weights, where their names and shapes stand, as often as all the rest
            place = rng.randrange(min(len(whole), 3000) if turn % 2 else len(whole))
            cut = whole[:place] if turn % 5 == 0 else whole[:place] + rng.randbytes(1) + whole[place + 1 :]
            (copy / name).write_bytes(cut)
            try:
                Translator.load(copy, device="cpu").translate(["one, two."], GreedyConfig(max_new_tokens=3))
                ends[True] += 1
            except CoreError as error:
                assert "\n" not in str(error) and len(str(error)) < 400 and str(copy) not in str(error)
                ends[False] += 1
        (copy / name).write_bytes(whole)
    assert ends[True] > 20 and ends[False] > 200


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
            for column, name in measures(metrics).items():
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
    assert data.license == wanted and data.tags == ["seq2seq", "rnn", "attention", "text2text-generation"]


def test_a_card_names_its_task_its_languages_and_only_what_was_measured(tmp_path: Path) -> None:
    exact = {"test_set": "Words", "strategy": "greedy", "exact": 91.0, "chrf": 95.0, "chrf_signature": "nrefs:1"}
    exact |= {"bleu_signature": "", "command": "python -m x", "machine": "one", "date": "2026-11-27"}
    for sides, task, languages in (
        (("Letters", "Phonemes"), "text2text-generation", None),
        (("English", "Greek"), "translation", ["en", "el"]),
    ):
        card = {"name": "x", "source_language": sides[0], "target_language": sides[1], "scores": [exact]}
        save_checkpoint(tmp_path, dataclasses.replace(tiny_checkpoint(tiny_tokenizer()), metadata=card))
        text = (tmp_path / "README.md").read_text("utf-8")
        data = ModelCard.load(tmp_path / "README.md").data
        assert (data.pipeline_tag, data.language) == (task, languages)
        assert data.metrics == ["chrf", "exact_match"] and {found.task_type for found in data.eval_results} == {task}
        assert "BLEU" not in text and "chrF: `nrefs:1`" in text


def test_a_card_says_error_rates_where_outputs_are_right_or_wrong(tmp_path: Path) -> None:
    row = {"test_set": "Words", "strategy": "greedy", "exact": 91.0, "character_errors": 2.5, "word_errors": 9.0}
    row |= {"command": "python -m x", "machine": "one", "date": "2026-11-27"}
    for target, said in (("Phonemes", True), ("Greek", False)):
        card = {"name": "x", "source_language": "English", "target_language": target, "scores": [row]}
        save_checkpoint(tmp_path, dataclasses.replace(tiny_checkpoint(tiny_tokenizer()), metadata=card))
        text = (tmp_path / "README.md").read_text("utf-8")
        assert ("| exact, % | CER, % | WER, % |" in text, "| 91.0 | 2.5 | 9.0 |" in text) == (said, said)
        assert ModelCard.load(tmp_path / "README.md").data.metrics == ["exact_match", *(["cer", "wer"] if said else [])]


def test_without_scores_a_card_has_no_index_and_the_core_needs_no_hub(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, tiny_checkpoint(tiny_tokenizer(), attention="none"))
    data = ModelCard.load(tmp_path / "README.md").data
    assert data.eval_results is None and data.tags == ["seq2seq", "rnn", "text2text-generation"]
    script = "import sys\nsys.modules['huggingface_hub'] = None\n"  # importing it fails
    script += "from pathlib import Path\nfrom seq2seq_core.checkpoint import load_checkpoint\n"
    script += f"load_checkpoint(Path({str(tmp_path)!r}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
