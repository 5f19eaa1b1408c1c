"""The model card of a checkpoint, in Hugging Face's form, from what metrics.json and config.json say."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from seq2seq_core.models import Model
from seq2seq_core.text.languages import language_code, translates

if TYPE_CHECKING:
    from huggingface_hub import EvalResult

MEASURES = {"bleu": "BLEU", "chrf": "chrF", "papers_bleu": "BLEU, papers", "exact": "exact, %"}
RIGHT_OR_WRONG = {"character_errors": "CER, %", "word_errors": "WER, %"}
"""Also of what is no translation, where an output is the reference or wrong in some of it."""

HUB_METRICS = {
    "bleu": "bleu", "chrf": "chrf", "papers_bleu": "bleu", "exact": "exact_match", "character_errors": "cer",
    "word_errors": "wer",
}  # fmt: skip
EXPLAINED = {
    "papers_bleu": "BLEU, papers: lowercased, Moses tokens, as on Multi30k in print; not comparable with BLEU",
    "exact": "exact: outputs equal to the reference, letter by letter",
    "character_errors": "CER, WER: edits for each 100 characters and words, parted by blanks, of the reference",
}

SHIPPED = "checkpoints/"
"""Where the models lie whose recipes are in recipes/."""

CURVE = "![Validation loss by updates](curve.png)\n"


def model_card(model: Model, metadata: dict[str, Any], where: str | None = None) -> str:
    """The card as Markdown with its YAML front matter.

    Args:
        model: says how it is built, and how many weights it has.
        metadata: metrics.json; whatever it does not hold is left out of the card.
        where: what ``Translator.load`` takes to load it; None means among those that are shipped.
    """
    where = where or f"{SHIPPED}{metadata.get('name', 'NAME')}"
    sections = [
        _front_matter(model, metadata),
        f"# {metadata.get('title', 'A sequence-to-sequence model')}\n",
        _summary(model, metadata),
        _training(metadata.get("training", {}), metadata.get("licence_terms"), where),
        CURVE if "curve" in metadata else "",
        _scores(metadata),
        _use(metadata, where),
    ]
    return "\n".join(section for section in sections if section)


def _front_matter(model: Model, metadata: dict[str, Any]) -> str:
    """What the Hub reads: what the model is for, and each score as it shows them beside the card."""
    from huggingface_hub import ModelCardData  # no other part of the core needs it

    codes = [language_code(metadata.get(side, "")) for side in ("source_language", "target_language")]
    scores = [result for score in metadata.get("scores", []) for result in _results(score, metadata)]
    data = ModelCardData(
        language=[code for code in codes if code] or None,
        library_name="seq2seq_core",
        license=metadata.get("licence", "other"),
        metrics=_hub_metrics(metadata),
        pipeline_tag=_task(metadata),
        tags=["seq2seq", *model.tags, *(["attention"] if model.has_attention else []), _task(metadata)],
        model_name=metadata.get("name", "NAME") if scores else None,
        eval_results=scores or None,
    )
    order = ["license", "language", "library_name", "pipeline_tag", "tags", "metrics"]
    return f"---\n{data.to_yaml(original_order=order)}\n---\n"


def _task(metadata: dict[str, Any]) -> str:
    """Hugging Face's name of it: dates and numbers are no languages."""
    return "translation" if translates(metadata) else "text2text-generation"


def measures(metadata: dict[str, Any]) -> dict[str, str]:
    """What a model with this metadata may have been measured by, and how the card calls it."""
    return MEASURES if translates(metadata) else MEASURES | RIGHT_OR_WRONG


def _hub_metrics(metadata: dict[str, Any]) -> list[str] | None:
    """What it was measured by, each measure once."""
    scores, names = metadata.get("scores", []), measures(metadata)
    measured = dict.fromkeys(HUB_METRICS[column] for score in scores for column in names if column in score)
    return list(measured) or None


def _results(score: dict[str, Any], metadata: dict[str, Any]) -> list[EvalResult]:
    """One row of the scores, a result for each of its measures."""
    from huggingface_hub import EvalResult

    return [
        EvalResult(
            task_type=_task(metadata),
            dataset_type=re.sub(r"\W+", "-", score["test_set"]).lower(),
            dataset_name=score["test_set"],
            metric_type=HUB_METRICS[column],
            metric_name=f"{name} ({score['strategy']})",
            metric_value=round(score[column], 2),
            metric_args={"decoding": score["strategy"], "signature": score.get(f"{column}_signature")},
        )
        for column, name in measures(metadata).items()
        if column in score
    ]


def _summary(model: Model, metadata: dict[str, Any]) -> str:
    parameters = sum(p.numel() for p in model.parameters())
    rows = {
        "Languages": f"{metadata.get('source_language', '?')} to {metadata.get('target_language', '?')}",
        **model.describe(),
        "Pieces": _pieces(model.config.source_vocab_size, model.config.vocab_size),
        "Size": f"{parameters / 1e6:.1f} million weights, {parameters * 2 / 1e6:.1f} MB in half precision",
    }
    return _table(("", ""), list(rows.items()))


def _pieces(source: int, target: int) -> str:
    if not source:
        return f"{target}, one SentencePiece model for both languages, byte fallback"
    return f"{source} of the source and {target} of the target, a SentencePiece model for each, byte fallback"


def _training(training: dict[str, Any], licence_terms: str | None, where: str) -> str:
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
        folder = "recipes/" if where.startswith(SHIPPED) else ""
        lines.append(f"- Recipe: `{folder}{training['recipe']}.toml`.")
    return "\n".join(lines) + "\n"


def _scores(metadata: dict[str, Any]) -> str:
    scores: list[dict[str, Any]] = metadata.get("scores", [])
    if not scores:
        return ""
    measured = {column: name for column, name in measures(metadata).items() if any(column in score for score in scores)}
    rows = [
        (s["test_set"], s["strategy"], *(f"{s[column]:.1f}" if column in s else "" for column in measured))
        for s in scores
    ]
    last = scores[-1]
    signatures = {"bleu": last.get("bleu_signature"), "chrf": last.get("chrf_signature")}
    notes = [f"{MEASURES[column]}: `{signature}`" for column, signature in signatures.items() if signature]
    notes += [explained for column, explained in EXPLAINED.items() if column in measured]
    return "\n".join(
        [
            "## Scores\n",
            _table(("Test set", "Decoding", *measured.values()), rows),
            "  \n".join(notes) + "\n",
            f"From `{last['command']}` on {last['machine']}, {last['date']}.\n",
        ]
    )


def _use(metadata: dict[str, Any], where: str) -> str:
    source = next(iter(metadata.get("examples") or ()), "A dog runs on the beach.")
    return f"""## Use

```python
from seq2seq_core.pipeline import Translator

translator = Translator.load({json.dumps(where, ensure_ascii=False)})
print(translator.translate([{json.dumps(source, ensure_ascii=False)}])[0].hypotheses[0].text)
```

The weights are for showing and studying how such models decode. They know texts like those they were trained on; on
others they make things up, fluently. Biases of the data are theirs too.
"""


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
