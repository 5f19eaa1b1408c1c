"""A folder of ``save_pretrained`` -> a model, its tokenizer and what a card would say of it.

Safetensors only: nothing is unpickled. No code of a repository is run. Nothing is fetched: ``hub`` does that.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors import safe_open
from transformers import AutoConfig, AutoModelForSeq2SeqLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from seq2seq_core.models.hugging_face.model import HuggingFaceConfig, HuggingFaceModel
from seq2seq_core.models.hugging_face.place import Place
from seq2seq_core.models.hugging_face.task import purpose_of
from seq2seq_core.models.hugging_face.tokenizer import ForeignTokenizer
from seq2seq_core.models.hugging_face.tokens import banned_tokens, chosen_languages, generation_tokens, language_ids
from seq2seq_core.types import CoreError, NoRoomError, SpecialTokens

KINDS = (
    "bart", "blenderbot", "blenderbot-small", "m2m_100", "marian", "mbart", "mt5", "pegasus", "plbart", "t5", "umt5",
)  # fmt: skip
"""``model_type`` of those that are held against ``generate()`` or are built as one of those; see docs/models.md."""

Loaded = tuple[HuggingFaceModel, ForeignTokenizer, dict[str, Any]]


def load_pretrained(folder: Path, place: Place) -> Loaded:
    """The model in a folder, in evaluation mode on the CPU, its tokenizer, and its metadata.

    Args:
        folder: with config.json, safetensors and what its tokenizer needs.
        place: what it was called by, with the manner in which it is to be read.

    Raises:
        CoreError: it is of a kind that we do not know, its weights are not safetensors, a file is missing or damaged,
            or it needs to be told a language or a task.
    """
    transformers.utils.logging.disable_progress_bar()
    name = place.whole_name
    _check_weights(folder, name)
    try:
        _check_room(folder, place)
        for file in folder.glob("*config.json"):  # one that is damaged is passed over in silence by the library
            json.loads(file.read_text(encoding="utf-8"))
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        kind = str(config.model_type)
        if kind not in KINDS:
            raise CoreError(
                f"{name} is of the kind {kind}, which is not read here; those that are: {', '.join(KINDS)}; "
                "docs/models.md says how to bring another"
            )
        model = AutoModelForSeq2SeqLM.from_pretrained(
            folder, dtype=getattr(torch, place.manner.dtype), local_files_only=True, trust_remote_code=False,
            use_safetensors=True,
        )  # fmt: skip
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except CoreError:
        raise
    except Exception as error:  # whatever a damaged file makes the library do
        raise CoreError(f"{name} cannot be read ({_first_line(error)}); save or copy it again") from error
    return _put_together(model.eval().requires_grad_(False), tokenizer, place)


def _put_together(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, place: Place) -> Loaded:
    config, told = model.config, generation_tokens(model)
    eos = told["eos_token_id"]
    specials = SpecialTokens(
        pad=told["pad_token_id"] if told["pad_token_id"] is not None else eos,
        unk=-1 if tokenizer.unk_token_id is None else int(tokenizer.unk_token_id),
        bos=told["decoder_start_token_id"],
        eos=eos,
        banned=banned_tokens(told, place),
    )
    forced, languages = chosen_languages(tokenizer, told, place)
    task = purpose_of(place, config.to_dict(), languages)
    shape = HuggingFaceConfig(
        vocab_size=_first_of(config, "decoder_vocab_size", "vocab_size"),
        kind=str(config.model_type),
        dtype=place.manner.dtype,
        encoder_layers=_first_of(config, "encoder_layers", "num_layers"),
        decoder_layers=_first_of(config, "decoder_layers", "num_decoder_layers", "num_layers"),
        heads=_first_of(config, "decoder_attention_heads", "num_heads"),
        width=_first_of(config, "d_model"),
    )
    alignment = tuple((int(layer), int(head)) for layer, head in told["alignment_heads"] or ())
    made = HuggingFaceModel(model, shape, specials, forced_first=forced, alignment=alignment)
    marks = {*tokenizer.all_special_ids, *language_ids(tokenizer)}
    pieces = ForeignTokenizer(
        tokenizer, specials, shape.vocab_size, prefix=task.prefix, forced_first=forced, marks=marks
    )
    return made.eval(), pieces, task.card(place)


def _check_weights(folder: Path, name: str) -> None:
    if not folder.is_dir():
        raise CoreError(f"there is no folder {name}; name one, or a model of the Hub as hf:USER/NAME")
    if any(folder.glob("*.safetensors")):
        return
    others = [path.name for path in folder.glob("*.bin")]
    found = f"only {others[0]}, which can run code when it is read" if others else "no weights"
    raise CoreError(f"{name} has {found}; save it anew with save_pretrained, which writes safetensors")


def _check_room(folder: Path, place: Place) -> None:
    """Looks before memory is taken: where a system lends more than it has, taking it ends the process.

    Raises:
        NoRoomError: the weights are larger than what is free.
    """
    needed = 0
    for path in folder.glob("*.safetensors"):
        with safe_open(path, framework="pt") as file:
            sizes = [math.prod(file.get_slice(key).get_shape()) for key in file.keys()]  # noqa: SIM118 (not a dict)
        needed += sum(sizes) * getattr(torch, place.manner.dtype).itemsize
    free = _free_memory()
    if free is not None and needed > free:
        raise NoRoomError(
            f"{place.whole_name} needs {needed / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are free; "
            "?dtype=bfloat16 takes half of float32"
        )


def _free_memory() -> int | None:
    """Bytes that can be had without taking them from another program; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)


def _first_of(config: Any, *names: str) -> int:
    values = (getattr(config, name, None) for name in names)
    return int(next(value for value in values if value is not None))


def _first_line(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return "a file is no JSON"
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")
