"""Whatever people paste comes out whole: as many lines, the same line breaks, and all that is not translated."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_core.decoding import GreedyConfig
from seq2seq_core.pipeline import Translator
from tests.tiny import PAIRS, tiny_checkpoint, tiny_tokenizer

PARTS = [
    "https://example.org/x",
    "🙂",
    "{name}",
    "`x = 1`",
    *(source for source, _ in PAIRS[:9]),
    "\n",
    "\r\n",
    "\n\n",
    "\t",
]
BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


@pytest.fixture(scope="module")
def translator() -> Translator:
    made = tiny_checkpoint(tiny_tokenizer(), seed=5)
    card = {**made.metadata, "source_language": "English", "target_language": "German"}
    return Translator(dataclasses.replace(made, metadata=card), name="tiny", device=torch.device("cpu"))


def breaks(text: str) -> list[str]:
    return [character for character in text if character in BREAKS]


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(
        st.one_of(st.sampled_from(PARTS), st.text(st.characters(exclude_characters="`{}"), max_size=20)), max_size=9
    )
)
def test_nothing_of_a_text_is_lost(translator: Translator, parts: list[str]) -> None:
    text = " ".join(parts)
    [translation] = translator.translate_texts(text, GreedyConfig(max_new_tokens=3))
    assert breaks(translation.text()) == breaks(text)
    for kept in ("https://example.org/x", "{name}", "`x = 1`"):
        assert translation.text().count(kept) == text.count(kept)


def test_as_many_texts_come_out_as_went_in(translator: Translator) -> None:
    texts = ["one two.", "", " \n", "🙂", "seven. one.\nthree.", "\ufeffnine", "ФЫВА"]
    said = translator.translate_texts(texts, GreedyConfig(max_new_tokens=3))
    assert [each.source for each in said] == texts
    assert [len(each.sentences) for each in said] == [1, 0, 0, 1, 3, 1, 1]
    assert [said[1].text(), said[2].text(), said[3].text(), said[6].text()] == ["", " \n", "🙂", "ФЫВА"]


def test_a_given_translation_is_read_like_its_source_by_whoever_asks(translator: Translator) -> None:
    pair = ("Say one to {name}", "eins {name}")
    ids = translator.target_ids(*pair)
    assert tuple(ids) == translator.score(pair)[0].hypotheses[0].token_ids
    assert ids[:-1] == translator.tokenizer.encode("eins") != translator.tokenizer.encode(pair[1])
