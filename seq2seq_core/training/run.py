"""From a recipe to a checkpoint: data, tokenizer, model, the loop, and the log."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import torch

from seq2seq_core.checkpoint import (
    Checkpoint,
    checkpoint_name,
    load_checkpoint,
    read_tokenizer,
    save_checkpoint,
    write_tokenizer,
)
from seq2seq_core.config import to_dict
from seq2seq_core.data.batches import Pair
from seq2seq_core.data.checks import DataReport
from seq2seq_core.data.store import TextPair, TextPairs, encode_pairs
from seq2seq_core.data.tokenizer import OwnTokenizer, Tokenizer, TwoVocabularies
from seq2seq_core.decoding import GreedyConfig
from seq2seq_core.decoding.length import OutputLength, output_length
from seq2seq_core.distributed import join
from seq2seq_core.evaluation import corpus_quality
from seq2seq_core.files import only_one, replacing
from seq2seq_core.models import Model, make_model
from seq2seq_core.pipeline import Translator
from seq2seq_core.training.data import examples_of, learn_tokenizer, read_data, too_long
from seq2seq_core.training.events import Event, Sample, Translations
from seq2seq_core.training.log import RunLog
from seq2seq_core.training.loop import STATE, Trainer, epoch_seed
from seq2seq_core.training.recipe import Recipe
from seq2seq_core.training.state import Progress, what_differs
from seq2seq_core.types import CoreError, describe_machine

HELD_OUT = "held-out.tsv"
"""In a run's folder: the pairs that were set apart to validate on."""


def train(
    recipe: Recipe,
    *,
    resume: bool = False,
    on_data: Callable[[DataReport], None] = lambda report: None,
    on_ready: Callable[[Trainer], None] = lambda trainer: None,
) -> Iterator[Event]:
    """Runs a recipe. The best weights so far are always in ``recipe.folder / "checkpoint"``.

    Under ``accelerate launch`` each process calls this and gets the same events, in which samples and BLEU are the
    leader's alone; data and ``recipe.folder`` must lie where all of them see them.

    Args:
        recipe: what to do.
        resume: go on from the state in ``recipe.folder``, exactly as if never interrupted.
        on_data: is given what was found in the data, before anything is made of it.
        on_ready: is given the trainer before the first update, so that a signal can ``stop`` it.

    Raises:
        CoreError: the data cannot be trained on, ``start_from`` is of another shape, there is no run to resume or its
            state is damaged, or the folder holds one that would be overwritten or is going on, or cannot be written to.
    """
    folder, team = recipe.folder, join()
    if resume and not (folder / STATE).exists():
        raise CoreError(f"{folder} holds no run to resume; start without --resume")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CoreError(f"cannot write to {folder}: {error.strerror}; choose another output") from error
    with only_one(folder) if team.leads else nullcontext():
        yield from _run(recipe, resume, on_data, on_ready)


def _run(
    recipe: Recipe, resume: bool, on_data: Callable[[DataReport], None], on_ready: Callable[[Trainer], None]
) -> Iterator[Event]:
    """See ``train``; nobody else is in the folder."""
    folder, team = recipe.folder, join()
    if not resume and (folder / STATE).exists():
        raise CoreError(f"{folder} already holds a run; add --resume to go on, or choose another output")
    train_text, valid_text = read_data(recipe.data, recipe.training.seed, on_data)
    origin = _origin(recipe, train_text, valid_text)
    if resume and (changes := what_differs(folder / STATE, origin)):
        on_data(DataReport(notes=[f"the run goes on otherwise than it began: {change}" for change in changes]))
    if team.leads and not recipe.data.valid:
        _write_pairs(folder / HELD_OUT, valid_text)
    torch.manual_seed(recipe.training.seed)
    model, tokenizer = _begin(recipe, train_text, resume)
    epochs, valid = _epochs(recipe, train_text, tokenizer), encode_pairs(valid_text, tokenizer, recipe.data.max_pieces)
    pairs = len(epochs(0))
    longest = output_length((len(source), len(target)) for source, target in epochs(0))
    on_data(too_long(train_text, len(train_text) - pairs, tokenizer, recipe.data.max_pieces))
    on_data(too_long(valid_text, len(valid_text) - len(valid), tokenizer, recipe.data.max_pieces))
    for what, found in (("train on", pairs), ("validate on", len(valid))):
        if not found:
            raise CoreError(
                f"no pair is left to {what}: see data.valid, data.holdout ({recipe.data.holdout}) and "
                f"data.max_pieces ({recipe.data.max_pieces}), beyond which a side is left out"
            )
    examples = recipe.card.examples or examples_of(valid_text)
    trainer = Trainer(
        model,
        recipe.training,
        train=epochs,
        valid=valid,
        folder=folder,
        translations=_translations(valid_text, tokenizer, recipe.training.bleu_sentences, longest),
        origin=origin,
        keep=lambda model, progress: save_checkpoint(
            folder / "checkpoint", Checkpoint(model, tokenizer, _metadata(recipe, progress, pairs, longest, examples))
        ),
    )
    if resume:
        trainer.resume()
    on_ready(trainer)
    with RunLog(folder, trainer.progress.step) if team.leads else nullcontext() as log:
        for event in trainer.run():
            if log:
                log.add(event)
            yield event


def _write_pairs(path: Path, pairs: Sequence[TextPair]) -> None:
    """As a table that ``evaluate --data`` reads; texts are normalised and hold no tab."""
    with replacing(path) as unfinished, unfinished.open("w", encoding="utf-8") as file:
        file.write("source\ttarget\n")
        file.writelines(f"{source}\t{target}\n" for source, target in pairs)


def _origin(recipe: Recipe, train: TextPairs, valid: TextPairs) -> dict[str, Any]:
    """What makes a run what it is, as plain values; where it writes does not."""
    plain = {name: value for name, value in to_dict(recipe).items() if name != "output"}
    return plain | {"training pairs": train.fingerprint(), "validation pairs": valid.fingerprint()}


def _epochs(recipe: Recipe, texts: Sequence[TextPair], tokenizer: OwnTokenizer) -> Callable[[int], Sequence[Pair]]:
    """The training pairs of an epoch: always the same, or cut into other pieces each time."""

    def encoded(epoch: int) -> Sequence[Pair]:
        return encode_pairs(
            texts,
            tokenizer,
            recipe.data.max_pieces,
            bpe_dropout=recipe.training.bpe_dropout,
            seed=epoch_seed(recipe.training.seed, epoch),
        )

    if recipe.training.bpe_dropout:
        return functools.lru_cache(maxsize=1)(encoded)  # the first epoch is looked at before it is trained on
    once = encoded(0)
    return lambda epoch: once


def _begin(recipe: Recipe, pairs: Sequence[TextPair], resume: bool) -> tuple[Model, OwnTokenizer]:
    """The model before the first update, fresh or from another checkpoint, and its tokenizer."""
    if recipe.start_from is None:
        tokenizer = _tokenizer(recipe, pairs, resume)
        own = len(tokenizer.source) if isinstance(tokenizer, TwoVocabularies) else 0
        shape = dataclasses.replace(recipe.model, vocab_size=len(tokenizer), source_vocab_size=own)
        return make_model(shape), tokenizer
    begun = load_checkpoint(Path(recipe.start_from))
    there = begun.model.config
    config = dataclasses.replace(recipe.model, vocab_size=there.vocab_size, source_vocab_size=there.source_vocab_size)
    if config.shape() != there.shape():
        raise CoreError(f"the recipe's model is not of the shape of {recipe.start_from}; give it the same settings")
    model = make_model(config)
    model.load_state_dict(begun.model.state_dict())
    assert isinstance(begun.tokenizer, OwnTokenizer)  # a checkpoint of this project has one of its own
    return model, begun.tokenizer


def _tokenizer(recipe: Recipe, pairs: Sequence[TextPair], resume: bool) -> OwnTokenizer:
    """The recipe's tokenizer, or the run's own: trained when it begins, for other data may have left another."""
    if recipe.data.tokenizer is not None:
        return Tokenizer.load(Path(recipe.data.tokenizer))
    team = join()
    if team.leads and not resume:
        write_tokenizer(recipe.folder, learn_tokenizer(pairs, recipe.data, recipe.model))
    team.wait()
    return read_tokenizer(recipe.folder, two=recipe.data.vocabularies == "two")


def _translations(
    pairs: Sequence[TextPair], tokenizer: OwnTokenizer, sentences: int, longest: OutputLength
) -> Callable[[Model], Translations | None] | None:
    """What a model makes of some validation pairs, taken evenly from all of them; None where none are asked for."""
    if not sentences:
        return None
    chosen = pairs[:: max(1, len(pairs) // sentences)][:sentences]
    team = join()
    # Not the first three: in a corpus sorted by length they are its shortest.
    shown = sorted({len(chosen) // 4, len(chosen) // 2, 3 * len(chosen) // 4})

    def translate(model: Model) -> Translations | None:
        checkpoint = Checkpoint(model, tokenizer, {"output_length": to_dict(longest)})
        translator = Translator(checkpoint, name="", device=next(model.parameters()).device)
        _, mine = team.part([source for source, _ in chosen])
        texts = team.gather([result.hypotheses[0].text for result in translator.translate(mine, GreedyConfig())])
        if not team.leads:
            return None
        quality = corpus_quality(texts, [[target for _, target in chosen]])
        return Translations(
            bleu=quality.bleu,
            exact=quality.exact,
            character_errors=quality.character_errors,
            samples=tuple(Sample(*chosen[i], texts[i]) for i in shown),
        )

    return translate


def _metadata(
    recipe: Recipe, progress: Progress, pairs: int, longest: OutputLength, examples: Sequence[str]
) -> dict[str, Any]:
    """What metrics.json says of a checkpoint before it is evaluated."""
    card = recipe.card
    return {
        "name": recipe.name,
        "title": card.title,
        "source_language": card.source_language,
        "target_language": card.target_language,
        "licence": card.licence,
        "licence_terms": card.licence_terms,
        "examples": list(examples),
        **({"task": card.task} if card.task else {}),
        "output_length": to_dict(longest),
        "training": {
            "recipe": recipe.name,
            "start_from": checkpoint_name(Path(recipe.start_from)) if recipe.start_from else None,
            "data": list(card.data),
            "pairs": pairs,
            "steps": progress.step,
            "epochs": progress.epoch + (progress.batch > 0),  # a begun one counts
            "seconds": round(progress.seconds),
            "machine": _machine(),
            "validation_loss": progress.best,
            "torch": torch.__version__,
        },
    }


def _machine() -> str:
    processes = join().size
    return describe_machine() if processes == 1 else f"{processes} processes, the first on {describe_machine()}"
