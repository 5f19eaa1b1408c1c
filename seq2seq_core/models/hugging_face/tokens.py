"""What a model says of its tokens: which begin, end and are forbidden, and which stand for languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from seq2seq_core.models.hugging_face.place import Manner, Place
from seq2seq_core.types import CoreError


def generation_tokens(model: PreTrainedModel) -> dict[str, Any]:
    """What generation_config.json says of tokens, or config.json where it says nothing."""
    names = (
        "pad_token_id", "eos_token_id", "decoder_start_token_id", "bos_token_id", "forced_bos_token_id",
        "bad_words_ids", "suppress_tokens", "alignment_heads",
    )  # fmt: skip
    told = {}
    for name in names:
        value = getattr(model.generation_config, name, None)
        told[name] = getattr(model.config, name, None) if value is None else value
    if isinstance(told["eos_token_id"], list):
        told["eos_token_id"] = told["eos_token_id"][0]
    if told["decoder_start_token_id"] is None:
        told["decoder_start_token_id"] = told["bos_token_id"]
    for name in ("eos_token_id", "decoder_start_token_id"):
        if told[name] is None:
            raise CoreError(f"the model's config.json names no {name}; add it there")
    return told


def banned_tokens(told: Mapping[str, Any], place: Place) -> tuple[int, ...]:
    """Tokens that ``generate()`` would never write."""
    words = [list(word) for word in told["bad_words_ids"] or ()]
    if long := next((word for word in words if len(word) > 1), None):
        raise CoreError(
            f"{place.whole_name} forbids tokens in a row, {long}, which is not done here; take that out of its "
            "generation_config.json"
        )
    return tuple(dict.fromkeys([*(word[0] for word in words), *(told["suppress_tokens"] or ())]))


def chosen_languages(
    tokenizer: PreTrainedTokenizerBase, told: Mapping[str, Any], place: Place
) -> tuple[int | None, tuple[str, str]]:
    """The token that each translation begins with, and the languages of both sides as far as the tokenizer knows.

    Raises:
        CoreError: the model reads and writes many, and none or one it does not know was named.
    """
    forced, manner = told["forced_bos_token_id"], place.manner
    if not hasattr(tokenizer, "src_lang"):
        sides = (getattr(tokenizer, "source_lang", None), getattr(tokenizer, "target_lang", None))
        return forced, (sides[0] or "", sides[1] or "")
    _check_languages(tokenizer, manner, place)
    if manner.source:
        tokenizer.src_lang = manner.source
    if manner.target:
        tokenizer.tgt_lang = manner.target
        forced = _language_id(tokenizer, manner.target)
    elif forced is None and told["decoder_start_token_id"] not in language_ids(tokenizer):
        raise CoreError(f"{place.whole_name} writes many languages; name both sides, as in ?source=en&target=de")
    return forced, (tokenizer.src_lang or "", getattr(tokenizer, "tgt_lang", None) or "")


def _check_languages(tokenizer: PreTrainedTokenizerBase, manner: Manner, place: Place) -> None:
    for code in filter(None, (manner.source, manner.target)):
        if _language_id(tokenizer, code) is None:
            marks = sorted(language_codes(tokenizer))
            some = ", ".join(marks[:8])
            raise CoreError(f"{place.whole_name} knows no language {code!r}; it has {len(marks)}, among them {some}")


def language_codes(tokenizer: PreTrainedTokenizerBase) -> dict[str, int]:
    """Ids of its languages by their codes."""
    if codes := getattr(tokenizer, "lang_code_to_token", None):  # M2M100
        return {code: int(tokenizer.get_lang_id(code)) for code in codes}
    if codes := getattr(tokenizer, "lang_code_to_id", None):  # mBART 50
        return {code: int(number) for code, number in codes.items()}
    from transformers.models.mbart.tokenization_mbart import FAIRSEQ_LANGUAGE_CODES as MBART
    from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES as NLLB

    ids = {code: tokenizer.convert_tokens_to_ids(code) for code in (*MBART, *NLLB)}
    return {
        code: number for code, number in ids.items() if isinstance(number, int) and number != tokenizer.unk_token_id
    }


def _language_id(tokenizer: PreTrainedTokenizerBase, code: str) -> int | None:
    return language_codes(tokenizer).get(code)


def language_ids(tokenizer: PreTrainedTokenizerBase) -> set[int]:
    return set(language_codes(tokenizer).values()) if hasattr(tokenizer, "src_lang") else set()
