"""The Models view on a small model of random weights, with what a stranger may have put into its folder."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import numpy as np
import pytest

from demo.about_models import card, curves, vocabulary
from demo.about_models import link as models_link
from demo.about_models.events import ModelsEvents
from demo.about_models.layout import lay_out
from demo.common.examples import EXAMPLES
from demo.models import KnownModel, Models
from demo.service import LoggedEvent, Service, log_of, picture_of, piece_lengths, pieces_of
from demo.service.about import LARGEST_PICTURE, PNG
from seq2seq_core.about import piece_lengths as lengths_of
from seq2seq_core.attention import ATTENTIONS
from seq2seq_core.checkpoint import Checkpoint, save_checkpoint
from seq2seq_core.data.tokenizer import Tokenizer, TwoVocabularies
from seq2seq_core.models.recurrent.config import RecurrentConfig
from seq2seq_core.pipeline import Translator
from tests.demo.reading import cells, told
from tests.hugging_face.families import save_tiny
from tests.tiny import tiny_checkpoint, tiny_tokenizer

CHECKPOINTS = Path(__file__).parents[3] / "checkpoints"
LOG = (
    {"event": "step", "step": 50, "loss": 3.5, "epsilon": 1.0},
    {"event": "step", "step": 100, "loss": 2.5, "epsilon": 0.75},
    {"event": "validation", "step": 100, "loss": 2.0, "perplexity": 7.39, "bleu": 12.5},
)
BAD_LINES = (
    "", "[]", "null", "{", '{"step": true, "loss": 1}', '{"step": 7, "loss": "low"}', '{"step": -1, "loss": 1.0}',
    '{"step": 8, "loss": NaN}', '{"step": 9, "loss": 1e999}', "[" * 100_000,
)  # fmt: skip


class SaidOfModels(ModelsEvents):
    """The handlers, with what they answer by the names of the view's components."""

    def said(self, updates: Any) -> Any:
        return told(self._view, updates)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, made = tmp_path_factory.mktemp("checkpoints"), tiny_checkpoint(tiny_tokenizer())
    for name in ("first", "second"):
        words = {"title": f"The {name}", "source_language": "English", "target_language": "German", "licence": "mit"}
        save_checkpoint(folder / name, Checkpoint(made.model, made.tokenizer, words))
    lines = [*map(json.dumps, LOG), *BAD_LINES]
    (folder / "first" / "log.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "second" / "curve.png").write_bytes(PNG + b"rest")
    (folder / "broken<b>").mkdir()
    (folder / "broken<b>" / "config.json").write_text("{", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def service(folder: Path) -> Service:
    return Service(folder, "cpu")


@pytest.fixture(scope="module")
def events(service: Service) -> SaidOfModels:
    with gr.Blocks():
        return SaidOfModels(service, lay_out())


def opened(events: SaidOfModels, **query: str) -> Any:
    request: Any = SimpleNamespace(query_params={"view": "models", **query})
    return events.said(events.restore(request))


def test_pieces_are_shown_of_a_text_that_the_model_reads(tmp_path: Path) -> None:
    made = tiny_checkpoint(tiny_tokenizer())
    words = {"title": "Names", "source_language": "Arabic", "target_language": "English", "examples": ["سليم"]}
    save_checkpoint(tmp_path / "names", Checkpoint(made.model, made.tokenizer, words))
    english = {"title": "Sentences", "source_language": "English", "target_language": "German"}
    save_checkpoint(tmp_path / "sentences", Checkpoint(made.model, made.tokenizer, english))
    with gr.Blocks():
        events = SaidOfModels(Service(tmp_path, "cpu"), lay_out())
    shown = opened(events)
    assert (shown.text["value"], shown.text["rtl"]) == ("سليم", True)
    assert "text=" not in shown.title, "a link need not name it"
    assert "text=" in events.said(events.cut("names", "", "loss", "other")).title
    pressed: Any = SimpleNamespace(_data={"kind": "sentences"})
    chosen = events.said(events.choose("", "loss", "سليم", pressed))
    assert (chosen.text["value"], chosen.text["rtl"]) == (EXAMPLES[0], False) and "text=" not in chosen.title
    assert "value" not in events.said(events.choose("", "loss", "typed", pressed)).text


def test_a_log_gives_what_it_holds_and_nothing_of_what_is_no_event(service: Service) -> None:
    assert log_of(service, "first") == (
        LoggedEvent(50, False, {"loss": 3.5, "epsilon": 1.0}),
        LoggedEvent(100, False, {"loss": 2.5, "epsilon": 0.75}),
        LoggedEvent(100, True, {"loss": 2.0, "perplexity": 7.39, "bleu": 12.5}),
    )
    assert log_of(service, "second") == ()


def test_a_log_without_end_and_a_picture_that_is_none_are_not_read(folder: Path, service: Service) -> None:
    (log := folder / "second" / "log.jsonl").symlink_to("/dev/zero")
    assert log_of(service, "second") == ()
    log.unlink()
    assert picture_of(service, "second") == PNG + b"rest"
    (picture := folder / "first" / "curve.png").write_bytes(b"<svg onload=alert(1)>")
    assert picture_of(service, "first") is None
    picture.write_bytes(PNG + bytes(LARGEST_PICTURE))
    assert picture_of(service, "first") is None
    picture.unlink()


def test_curves_are_the_numbers_of_the_log_and_two_models_lie_over_each_other(service: Service) -> None:
    events = log_of(service, "first")
    figure = curves.draw([("a", events), ("<b>", events)], "loss")
    assert [list(line.y) for line in figure.data] == [[3.5, 2.5], [2.0]] * 2
    assert [list(line.x) for line in figure.data[:2]] == [[50, 100], [100]]
    assert "&lt;b&gt;" in figure.data[2].name
    assert list(curves.draw([("a", events)], "epsilon").data[0].y) == [1.0, 0.75]
    assert not curves.known(log_of(service, "second"), "loss")


def test_the_pieces_are_those_of_the_tokenizer(service: Service) -> None:
    tokenizer = service.translator("first").tokenizer
    pieces = pieces_of(service, "first", "one two.")
    assert list(pieces) == tokenizer.pieces(tokenizer.encode("one two."))
    drawn = vocabulary.split(pieces, "en")
    assert drawn.count('<span class="piece') == len(pieces) and f"{len(pieces)} pieces" in drawn


def test_every_piece_of_the_vocabulary_is_counted_once(service: Service) -> None:
    [known] = piece_lengths(service, "first")
    assert known.of == "both" and known.said in vocabulary.told([known])
    assert sum(known.characters.values()) + known.others == len(service.translator("first").tokenizer)
    assert sum(vocabulary.lengths([known]).data[0].y) == sum(known.characters.values())


def test_each_bar_and_the_mean_are_those_of_the_tokenizer(service: Service) -> None:
    tokenizer = service.translator("first").tokenizer
    pieces = [tokenizer.pieces([place])[0] for place in range(len(tokenizer)) if place not in tokenizer.byte_pieces]
    letters = [len(bare) for piece in pieces if (bare := piece.removeprefix("▁")) and not bare.startswith("<")]
    [bars] = vocabulary.lengths(known := piece_lengths(service, "first")).data
    assert [int(x.removesuffix("+")) for x in bars.x] == list(range(1, vocabulary.LAST + 1))
    assert list(bars.y) == [letters.count(length) for length in range(1, vocabulary.LAST)] + [
        sum(length >= vocabulary.LAST for length in letters)
    ]
    others = len(tokenizer) - len(letters)
    said = f"{len(letters):,} pieces of letters, {np.mean(letters):.1f} letters long in the mean; {others:,} are bytes"
    assert said in vocabulary.told(known)


def test_pieces_a_word_are_counted(service: Service) -> None:
    pieces = pieces_of(service, "first", "one twenty two.")
    assert f"{len(pieces)} pieces, {len(pieces) / 3:.2f} a word" in vocabulary.split(pieces, "en")


@pytest.mark.parametrize("name", ["en-de", "en-de-transformer", "pronunciations"])
def test_a_shipped_card_s_numbers_are_those_of_its_weights_its_shape_and_its_metrics(name: str) -> None:
    translator = Translator.load(CHECKPOINTS / name, "cpu")
    known = Service(CHECKPOINTS / name, "cpu").known(name)
    drawn = card.draw(known)
    weights, said = sum(each.numel() for each in translator.model.parameters()), translator.metadata
    assert f'<dd dir="auto">{weights:,}</dd>' in drawn
    assert f"{weights / 1e6:.1f} million weights" in card.listed({name: known}, {}, name)
    training = said["training"]
    told = [f"{training[each]:,.0f}" for each in ("pairs", "steps", "epochs") if each in training]
    told += [f"{training['seconds'] / 60:,.0f} minutes"]
    assert all(f">{one}" in drawn for one in told)
    measures = [each for each in card.measures(said) if any(each in row for row in said["scores"])]
    assert ("word_errors" in measures) == (name == "pronunciations")
    assert cells(drawn) == [
        [row["test_set"], row["strategy"], *(f"{row[each]:.1f}" if each in row else "–" for each in measures)]
        for row in said["scores"][: card.MOST_SCORES]
    ]


BUILT = {
    "vocab_size": "Pieces", "source_vocab_size": "Pieces", "cell": "Encoder Decoder", "encoder_layers": "Encoder",
    "encoder_size": "Encoder", "decoder_layers": "Decoder", "decoder_size": "Decoder", "width": "Encoder Decoder",
    "heads": "Encoder Decoder", "encoder_attention_heads": "Encoder", "decoder_attention_heads": "Decoder",
    "d_model": "Encoder Decoder", "feed_forward": "Encoder Decoder", "embedding_size": "Embeddings",
    "model_type": "Kind",
}  # fmt: skip
"""Settings of a config.json by the rows of the card that say them."""
LAST_ROWS = ("Encoder", "Decoder", "Attention", "Embeddings", "Pieces", "Dropout")
DROPPED = {"dropout": "units", "word_dropout": "whole pieces", "recurrent_dropout": "weights from a layer to itself"}


def built(drawn: str) -> dict[str, str]:
    return dict(re.findall(r'<dt>(.*?)</dt><dd dir="auto">(.*?)</dd>', drawn))


def says_what_it_holds(rows: dict[str, str], config: dict[str, Any]) -> None:
    held = {name: config[name] for name in BUILT if config.get(name)}
    assert len(held) >= 5
    for name, value in held.items():
        said = f"{value:,}" if isinstance(value, int) else str(value)
        for row in BUILT[name].split():
            assert re.search(rf"(?<![\w.,]){re.escape(said)}(?![\w]|[.,]\d)", rows[row], re.IGNORECASE), (name, rows)


@pytest.mark.parametrize("name", sorted(path.name for path in CHECKPOINTS.iterdir()))
def test_how_a_shipped_model_is_built_is_said_in_words_as_its_checkpoint_holds_it(name: str) -> None:
    config = {"family": "recurrent"} | json.loads((CHECKPOINTS / name / "config.json").read_text("utf-8"))["model"]
    rows = built(card.draw(Models(CHECKPOINTS / name, "cpu").known(name)))
    says_what_it_holds(rows, config)
    used = {what: config[kind] for kind, what in DROPPED.items() if config.get(kind)}
    assert rows["Dropout"] == ", ".join(f"{100 * share:g}% of {what}" for what, share in used.items())
    if config["family"] == "recurrent":
        assert ATTENTIONS[config["attention"]].label in rows["Attention"]
        assert ("both directions" in rows["Encoder"]) == config["bidirectional"]
        assert ("input feeding" in rows["Attention"]) == config["input_feeding"]
    assert ("one matrix" in rows["Embeddings"]) == config["tie_embeddings"]
    assert not re.search(
        r"\b(False|True|0\.0|[a-z]+_[a-z]+)\b", " ".join(rows[row] for row in LAST_ROWS if row in rows)
    )


def test_so_is_one_of_transformers(tmp_path: Path) -> None:
    place = save_tiny("marian", tmp_path)
    rows = built(card.draw(Models([place], "cpu").known("tiny-marian")))
    says_what_it_holds(rows, json.loads((Path(place) / "config.json").read_text("utf-8")))
    assert "Dropout" not in rows and "Embeddings" not in rows


def test_source_and_target_have_bars_of_their_own_where_they_have_a_vocabulary_each() -> None:
    letters, pieces = Tokenizer.train(["a b c"] * 9, vocab_size=264), tiny_tokenizer()
    source, target = lengths_of(TwoVocabularies(letters, pieces))
    assert (source.of, target.of) == ("source", "target")
    for each, tokenizer in ((source, letters), (target, pieces)):
        [whole] = lengths_of(tokenizer)
        assert (each.characters, each.others) == (whole.characters, whole.others)
    figure = vocabulary.lengths((source, target))
    assert [bars.name for bars in figure.data] == ["source", "target"] and figure.layout.showlegend
    assert [sum(bars.y) for bars in figure.data] == [sum(each.characters.values()) for each in (source, target)]
    assert "Of the source: " in vocabulary.told((source, target))


def test_what_is_shown_is_taken_away(events: SaidOfModels, service: Service) -> None:
    def taken(kind: object, text: object = "one two.") -> Any:
        press: Any = SimpleNamespace(_data={"kind": kind})
        return events.said(events.export("first", "second", "loss", text, press))

    whole = json.loads(taken("json").file["text"])
    assert (
        (whole["model"], whole["text"]) == ("first", "one two.")
        and whole["weights"] > 0
        and "PyTorch" in whole["versions"]
    )
    assert whole["piece_lengths"] == [each.to_dict() for each in piece_lengths(service, "first")]
    assert whole["pieces"] == list(pieces_of(service, "first", "one two."))
    assert (
        whole["log"]["first"] == [asdict(event) for event in log_of(service, "first")] and whole["log"]["second"] == []
    )
    rows = list(csv.DictReader(io.StringIO(taken("csv").file["text"].removeprefix("\ufeff"))))
    assert [(row["update"], row["set"], row["loss"]) for row in rows][-1] == ("100", "validation", "2.0")
    page = taken("html").file["text"]
    assert (
        "The first (first)" in page
        and "The first, training" in page
        and page.count("data-figure") >= 5
        and "of letters" in page
    )
    assert json.loads(taken("json", " ").file["text"])["pieces"] == []
    assert taken("exe").file == gr.skip() == events.said(events.export("none", "", "loss", "", taken)).file  # type: ignore[arg-type]


def test_a_broken_folder_is_listed_with_one_line_and_harms_nothing(events: SaidOfModels) -> None:
    shown = opened(events)
    assert "broken&lt;b&gt;" in shown.listed and "config.json" in shown.listed
    assert "The first" in shown.listed and "The second" in shown.listed and "mit" in shown.card


def test_a_link_shows_the_same_again(events: SaidOfModels) -> None:
    shown = opened(events, model="second", over="first", curve="bleu", text="one two.")
    assert "The second" in shown.title
    href = models_link.write("second", "first", "bleu", "one two.")
    assert href.replace("&", "&amp;") in shown.title
    assert (shown.over["value"], shown.measure, shown.text["value"]) == ("first", "bleu", "one two.")
    assert "data:image/png;base64" in shown.picture and len(shown.curves["value"].data) == 1


def test_a_press_shows_another_model_and_a_setting_other_curves(events: SaidOfModels) -> None:
    pressed: Any = SimpleNamespace(_data={"kind": "second"})
    assert "The second" in events.said(events.choose("", "loss", "one", pressed)).title
    drawn = events.said(events.lay_over("first", "", "perplexity", "one")).curves["value"]
    assert [(line.name, list(line.y)) for line in drawn.data] == [("The first, validation", [7.39])]
    assert "The second came without a log" in events.said(events.lay_over("first", "second", "loss", "one")).picture


@pytest.mark.parametrize("name", ["../first", None, 7, "broken<b>", ["first"]])
def test_a_model_that_there_is_not_changes_nothing(events: SaidOfModels, name: object) -> None:
    pressed: Any = SimpleNamespace(_data={"kind": name})
    assert events.choose("", "loss", "one", pressed) == gr.skip()
    assert events.cut(name, "", "loss", "one") == gr.skip()


@pytest.mark.parametrize("typed", ["", None, 7, "\x00", "\ud83d", "<img src=x onerror=alert(1)>", "x" * 100_000])
def test_whatever_is_typed_is_cut_or_asked_for_again(events: SaidOfModels, typed: object) -> None:
    shown = events.said(events.cut("first", "\ud83d", "no such", typed))
    assert "piece" in shown.pieces and "<img" not in shown.pieces
    assert ("Only the first 1,000 characters were read" in shown.pieces) == (typed == "x" * 100_000)
    assert "link to this" in events.said(events.lay_over("first", "first", "loss", typed)).title


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"title": 7, "training": "long", "scores": "good", "licence": ["x"]},
        {"training": {"data": [7, None, "<script>"], "pairs": True, "seconds": "9"}, "scores": [7, {"bleu": "high"}]},
        {"scores": [{"bleu": 1e300, "test_set": "<b>", "strategy": None}, {"bleu": 41.5, "test_set": "<i>"}]},
    ],
)
def test_a_card_passes_over_what_is_not_what_it_should_be(metadata: dict[str, Any]) -> None:
    drawn = card.draw(KnownModel("x", metadata, RecurrentConfig(), 1_000))
    assert "<script>" not in drawn and "<i>" not in drawn and "1,000" in drawn
    assert ("41.5" in drawn) == ("41.5" in str(metadata))
