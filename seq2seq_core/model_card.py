"""The model card of a checkpoint, in Hugging Face's form, from what metrics.json and config.json say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from seq2seq_core.config import ModelConfig

LANGUAGE_CODES = {"English": "en", "German": "de", "French": "fr"}

ATTENTION_NAMES = {
    "none": "none: one fixed context vector, fed to the decoder at each step (Cho et al. 2014)",
    "bahdanau": "additive (Bahdanau et al. 2015)",
    "dot": "dot (Luong et al. 2015)",
    "general": "general (Luong et al. 2015)",
    "concat": "concat (Luong et al. 2015)",
}

MEASURES = {"bleu": "BLEU", "chrf": "chrF", "papers_bleu": "BLEU, papers", "exact": "exact, %"}
EXPLAINED = {
    "papers_bleu": "BLEU, papers: lowercased, Moses tokens, as on Multi30k in print; not comparable with BLEU",
    "exact": "exact: outputs equal to the reference, letter by letter",
}

CURVE = "![Validation loss by updates](curve.png)\n"


def model_card(config: ModelConfig, metadata: dict[str, Any], parameters: int) -> str:
    """The card as Markdown with its YAML front matter.

    Args:
        config: the model's shape.
        metadata: metrics.json; whatever it does not hold is left out of the card.
        parameters: how many weights there are.
    """
    sections = [
        _front_matter(metadata),
        f"# {metadata.get('title', 'A recurrent encoder-decoder')}\n",
        _summary(config, metadata, parameters),
        _training(metadata.get("training", {}), metadata.get("licence_terms")),
        CURVE if "curve" in metadata else "",
        _scores(metadata.get("scores", [])),
        _use(metadata),
    ]
    return "\n".join(section for section in sections if section)


def _front_matter(metadata: dict[str, Any]) -> str:
    languages = [metadata.get("source_language", ""), metadata.get("target_language", "")]
    codes = [LANGUAGE_CODES[language] for language in languages if language in LANGUAGE_CODES]
    values = {
        "license": metadata.get("licence", "other"),
        "language": codes,
        "library_name": "seq2seq_core",
        "pipeline_tag": "translation",
        "tags": ["seq2seq", "rnn", "attention", "translation"],
        "metrics": ["bleu", "chrf"],
    }
    # JSON is YAML, and it quotes whatever a recipe says
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items() if value]
    return "\n".join(["---", *lines, "---", ""])


def _summary(config: ModelConfig, metadata: dict[str, Any], parameters: int) -> str:
    directions = "both directions" if config.bidirectional else "one direction"
    rows = {
        "Languages": f"{metadata.get('source_language', '?')} to {metadata.get('target_language', '?')}",
        "Encoder": f"{config.encoder_layers} x {config.cell.upper()}, {config.encoder_size} units, {directions}",
        "Decoder": f"{config.decoder_layers} x {config.cell.upper()}, {config.decoder_size} units",
        "Attention": ATTENTION_NAMES[config.attention] + (", input feeding" if config.input_feeding else ""),
        "Embeddings": f"{config.embedding_size}, "
        + ("one matrix for source, target and output" if config.tie_embeddings else "three matrices"),
        "Pieces": f"{config.vocab_size}, one SentencePiece model for both languages, byte fallback",
        "Size": f"{parameters / 1e6:.1f} million weights, {parameters * 2 / 1e6:.1f} MB in half precision",
    }
    return _table(("", ""), list(rows.items()))


def _training(training: dict[str, Any], licence_terms: str | None) -> str:
    if not training:
        return ""
    lines = ["## Data and training\n"]
    lines += [f"- Data: {source}." for source in training.get("data", [])]
    if licence_terms:
        lines.append(f"- Licence: {licence_terms}")
    if training.get("start_from"):
        lines.append(f"- Begun with the weights of `{training['start_from']}`; what follows came on top.")
    if "seconds" in training:
        epochs = "1 epoch" if training["epochs"] == 1 else f"{training['epochs']} epochs"
        lines.append(
            f"- {training['pairs']:,} sentence pairs an epoch, {epochs}, {training['steps']:,} "
            f"updates in {training['seconds'] / 60:.0f} minutes on {training['machine']}."
        )
        lines.append(f"- Validation loss {training['validation_loss']:.3f} nats a piece.")
    if mix := training.get("mixed"):
        lines.append(
            f"- Mixed: these weights are {mix['share']:.0%} what came of that run, and for the rest those of "
            f"`{mix['with']}` (`recipes/mixed.py`)."
        )
    if "recipe" in training:
        lines.append(f"- Recipe: `recipes/{training['recipe']}.toml`.")
    return "\n".join(lines) + "\n"


def _scores(scores: list[dict[str, Any]]) -> str:
    if not scores:
        return ""
    measured = {column: name for column, name in MEASURES.items() if any(column in score for score in scores)}
    rows = [
        (s["test_set"], s["strategy"], *(f"{s[column]:.1f}" if column in s else "" for column in measured))
        for s in scores
    ]
    last = scores[-1]
    notes = [f"BLEU: `{last['bleu_signature']}`", f"chrF: `{last['chrf_signature']}`"]
    notes += [explained for column, explained in EXPLAINED.items() if column in measured]
    return "\n".join(
        [
            "## Scores\n",
            _table(("Test set", "Decoding", *measured.values()), rows),
            "  \n".join(notes) + "\n",
            f"From `{last['command']}` on {last['machine']}, {last['date']}.\n",
        ]
    )


def _use(metadata: dict[str, Any]) -> str:
    name = metadata.get("name", "NAME")
    source = next(iter(metadata.get("examples") or ()), "A dog runs on the beach.")
    return f"""## Use

```python
from seq2seq_core.pipeline import Translator

translator = Translator.load("checkpoints/{name}")
print(translator.translate([{json.dumps(source, ensure_ascii=False)}])[0].hypotheses[0].text)
```

The weights are for showing and studying how such models decode. They know texts like those they were trained on; on
others they make things up, fluently. Biases of the data are theirs too.
"""


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
