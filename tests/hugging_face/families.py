"""Tiny random models of each family with tokenizers trained on the spot, saved as ``save_pretrained`` saves any."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from tokenizers import ByteLevelBPETokenizer, SentencePieceBPETokenizer
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BartTokenizer,
    GenerationConfig,
    M2M100Config,
    M2M100ForConditionalGeneration,
    M2M100Tokenizer,
    MarianConfig,
    MarianMTModel,
    MarianTokenizer,
    MBart50Tokenizer,
    MBartConfig,
    MBartForConditionalGeneration,
    MT5Config,
    MT5ForConditionalGeneration,
    NllbTokenizer,
    PegasusConfig,
    PegasusForConditionalGeneration,
    PegasusTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    T5Config,
    T5ForConditionalGeneration,
    T5Tokenizer,
)

from tests.tiny import PAIRS

LINES = [side for pair in PAIRS for side in pair]
PIECES = 40

SIZES = {
    "d_model": 16, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4, "decoder_attention_heads": 4,
    "encoder_ffn_dim": 24, "decoder_ffn_dim": 24, "max_position_embeddings": 64, "init_std": 0.6,
}  # fmt: skip
"""Of all but T5. Wide weights, so that a random model is not nearly indifferent."""

Made = tuple[PreTrainedModel, PreTrainedTokenizerBase]


def spm() -> bytes:
    """A SentencePiece model of both languages."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(LINES), model_writer=model, vocab_size=PIECES, model_type="unigram", minloglevel=2
    )
    return model.getvalue()


def pieces() -> list[tuple[str, float]]:
    """Its pieces with their scores, without special ones."""
    processor = sentencepiece.SentencePieceProcessor()
    processor.LoadFromSerializedProto(spm())
    ids = (i for i in range(len(processor)) if not processor.IsControl(i) and not processor.IsUnknown(i))
    return [(processor.IdToPiece(i), processor.GetScore(i)) for i in ids]


def numbered(folder: Path, first: list[str], last: list[str] | None = None) -> str:
    """A vocab.json of the pieces between these; its path."""
    names = [*first, *(piece for piece, _ in pieces()), *(last or [])]
    path = folder / "vocab-given.json"
    path.write_text(json.dumps({name: i for i, name in enumerate(names)}))
    return str(path)


def spm_file(folder: Path) -> str:
    path = folder / "given.spm"
    path.write_bytes(spm())
    return str(path)


def marian(folder: Path) -> Made:
    """As opus-mt models are: starts with PAD, which is forbidden, and has a bias on its logits."""
    spm_path, vocab = spm_file(folder), numbered(folder, ["</s>", "<unk>"], ["<pad>"])
    tokenizer = MarianTokenizer(spm_path, spm_path, vocab, source_lang="en", target_lang="de")
    pad = tokenizer.pad_token_id
    config = MarianConfig(
        **SIZES, vocab_size=len(tokenizer), pad_token_id=pad, eos_token_id=0, bos_token_id=0,
        decoder_start_token_id=pad, forced_eos_token_id=None, bad_words_ids=[[pad]], scale_embedding=True,
    )  # fmt: skip
    model = MarianMTModel(config)
    model.final_logits_bias.normal_(std=0.3)
    model.generation_config.bad_words_ids = [[pad]]
    return model, tokenizer


def bart(folder: Path) -> Made:
    """Byte-level pieces; starts with EOS, and the first token is forced, as in models that summarise."""
    learnt = ByteLevelBPETokenizer()
    learnt.train_from_iterator(LINES, vocab_size=300, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    learnt.save_model(str(folder))
    tokenizer = BartTokenizer.from_pretrained(str(folder))
    config = BartConfig(
        **SIZES, vocab_size=len(tokenizer), pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2,
        forced_eos_token_id=None, forced_bos_token_id=0,
        task_specific_params={"summarization": {"num_beams": 4}},
    )  # fmt: skip
    model = BartForConditionalGeneration(config)
    model.final_logits_bias.normal_(std=0.3)
    model.generation_config.forced_bos_token_id = 0
    return model, tokenizer


def mbart(_: Path) -> Made:
    """Of many languages: the source's code stands before it, the target's is forced."""
    vocab = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *pieces()]
    tokenizer = MBart50Tokenizer(vocab=vocab, src_lang="en_XX", tgt_lang="de_DE")
    config = MBartConfig(
        **SIZES, vocab_size=len(tokenizer), pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2,
        forced_eos_token_id=None,
    )  # fmt: skip
    return MBartForConditionalGeneration(config), tokenizer


def m2m(folder: Path) -> Made:
    """As M2M100 and NLLB are."""
    vocab = numbered(folder, ["<s>", "<pad>", "</s>", "<unk>"])
    tokenizer = M2M100Tokenizer(vocab, spm_file(folder), src_lang="en", tgt_lang="de")
    config = M2M100Config(
        **SIZES, vocab_size=tokenizer.encoder_size + 108, pad_token_id=1, bos_token_id=0, eos_token_id=2,
        decoder_start_token_id=2, forced_eos_token_id=None,
    )  # fmt: skip
    return M2M100ForConditionalGeneration(config), tokenizer


def t5(_: Path) -> Made:
    """Relative positions, a scaled output that is the embeddings, and tasks told by a prefix."""
    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *pieces()]
    tokenizer = T5Tokenizer(vocab=vocab, extra_ids=4)
    prefixes = {"summarization": "one: ", "translation_en_to_de": "two: "}
    config = T5Config(
        vocab_size=len(tokenizer), d_model=16, d_kv=4, d_ff=24, num_layers=2, num_decoder_layers=2, num_heads=4,
        initializer_factor=4.0, decoder_start_token_id=0, tie_word_embeddings=True,
        relative_attention_num_buckets=8, relative_attention_max_distance=12,
        task_specific_params={task: {"prefix": prefix} for task, prefix in prefixes.items()},
    )  # fmt: skip
    return T5ForConditionalGeneration(config), tokenizer


def nllb(_: Path) -> Made:
    """M2M100's model with its own tokenizer, whose codes name language and script."""
    learnt = SentencePieceBPETokenizer()
    learnt.train_from_iterator(LINES, vocab_size=60, special_tokens=["<s>", "<pad>", "</s>", "<unk>"])
    merges = [tuple(pair) for pair in json.loads(learnt.to_str())["model"]["merges"]]
    tokenizer = NllbTokenizer(vocab=learnt.get_vocab(), merges=merges, src_lang="eng_Latn", tgt_lang="deu_Latn")
    config = M2M100Config(
        **SIZES, vocab_size=len(tokenizer), pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2,
        forced_eos_token_id=None,
    )  # fmt: skip
    return M2M100ForConditionalGeneration(config), tokenizer


def mt5(_: Path) -> Made:
    """T5 with gated feed-forward layers and an output of its own, and without tasks."""
    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *pieces()]
    tokenizer = T5Tokenizer(vocab=vocab, extra_ids=0)
    config = MT5Config(
        vocab_size=len(tokenizer), d_model=16, d_kv=4, d_ff=24, num_layers=2, num_decoder_layers=2, num_heads=4,
        initializer_factor=4.0, decoder_start_token_id=0, tie_word_embeddings=False, feed_forward_proj="gated-gelu",
        relative_attention_num_buckets=8, relative_attention_max_distance=12,
    )  # fmt: skip
    return MT5ForConditionalGeneration(config), tokenizer


def pegasus(_: Path) -> Made:
    """Summarises; starts with PAD."""
    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<mask_1>", 0.0), ("<mask_2>", 0.0), ("<unk>", 0.0), *pieces()]
    tokenizer = PegasusTokenizer(vocab=vocab, offset=3)
    config = PegasusConfig(
        **SIZES, vocab_size=len(tokenizer), pad_token_id=0, eos_token_id=1, decoder_start_token_id=0,
        forced_eos_token_id=None,
    )  # fmt: skip
    return PegasusForConditionalGeneration(config), tokenizer


MAKERS: dict[str, Callable[[Path], Made]] = {
    "marian": marian, "bart": bart, "mbart": mbart, "m2m": m2m, "nllb": nllb, "t5": t5, "mt5": mt5,
    "pegasus": pegasus,
}  # fmt: skip

OPTIONS = {
    "mbart": "?source=en_XX&target=de_DE", "m2m": "?source=en&target=de", "nllb": "?source=eng_Latn&target=deu_Latn",
    "t5": "?task=translation_en_to_de",
}  # fmt: skip
"""What is said behind the folder of those that need it."""


def save_tiny(family: str, folder: Path, seed: int = 0) -> str:
    """Saves a model of this family; what to call it by."""
    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / "made"
    made.mkdir(exist_ok=True)
    model, tokenizer = MAKERS[family](made)
    kept = GenerationConfig(**{**model.generation_config.to_dict(), "max_length": 20})
    model.generation_config = kept
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "decoder" in name and parameter.dim() == 2 and "embed" not in name:
                parameter.mul_(3)  # else the embedding that is read comes out again, and every step says the same
    place = folder / f"tiny-{family}"
    model.save_pretrained(place)
    tokenizer.save_pretrained(place)
    return f"{place}{OPTIONS.get(family, '')}"


def reference(place: str) -> tuple[Any, Any]:
    """The model and the tokenizer in a folder, as ``transformers`` alone loads them."""
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    folder = place.partition("?")[0]
    return AutoModelForSeq2SeqLM.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
