"""From a small model that is trained to a larger one that goes on from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from seq2seq_core.cli import main
from seq2seq_core.pipeline import Translator
from seq2seq_core.training import load_recipe
from seq2seq_core.training.sizes import SIZES, rate
from tests.tiny import PAIRS


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_new_train_larger_train(capsys: pytest.CaptureFixture[str]) -> None:
    Path("pairs.tsv").write_text("".join(f"{source}\t{target}\n" for source, target in PAIRS), encoding="utf-8")
    assert main(["new", "numbers", "--data", "pairs.tsv"]) == 0
    assert main(["larger", "numbers.toml"]) == 2
    assert "seq2seq_core train numbers.toml makes it" in capsys.readouterr().err
    assert main(["train", "numbers.toml", "--override", "training.updates=60", "training.validate_every=30"]) == 0

    assert main(["larger", "numbers.toml", "--minutes", "0.5"]) == 0
    said = capsys.readouterr().out
    assert "at first it says what that one says" in " ".join(said.split())
    (written,) = Path().glob("numbers-*.toml")
    assert f"python -m seq2seq_core train {written}" in said
    small, large = load_recipe(Path("numbers.toml")), load_recipe(written)
    assert large.name == written.stem and large.data == small.data and large.card == small.card
    updates = large.training.updates
    assert large.training.learning_rate == rate(SIZES[1], updates)  # docs/training-log.md has what others brought
    assert large.model.decoder_size == SIZES[1].decoder_size > small.model.decoder_size
    first = written.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# numbers with more units"), "what was said of the small one is gone"
    assert large.start_from is not None
    before, after = (
        Translator.load(folder, "cpu").score(PAIRS[0])[0].hypotheses[0].log_prob
        for folder in (small.folder / "checkpoint", Path(large.start_from))
    )
    assert before == pytest.approx(after, abs=1e-3)

    assert main(["larger", "numbers.toml", "--minutes", "nan"]) == 2
    assert "half a minute" in capsys.readouterr().err
    assert main(["larger", "numbers.toml"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["train", str(written), "--override", "training.updates=4"]) == 0
    assert (large.folder / "checkpoint").is_dir()


def test_what_is_as_large_as_any_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("pairs.tsv").write_text("".join(f"{source}\t{target}\n" for source, target in PAIRS), encoding="utf-8")
    assert main(["new", "numbers", "--data", "pairs.tsv"]) == 0
    sizes = [f"model.{unit}=520" for unit in ("embedding_size", "encoder_size", "decoder_size")]
    short = ["training.updates=1", "training.bleu_sentences=0", *sizes]
    assert main(["train", "numbers.toml", "--override", *short]) == 0
    assert main(["larger", "numbers.toml"]) == 2
    assert "no larger sizes" in capsys.readouterr().err
