"""From a table of one's own to a model in the app."""

from __future__ import annotations

import csv
import json
import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from demo.service import Service
from seq2seq_core.cli import main
from seq2seq_core.data.corpus import CorpusConfig, read_corpus
from seq2seq_core.models import default_config
from seq2seq_core.training import Trainer, load_recipe, train
from seq2seq_core.training.new_recipe import Task, new_recipe
from seq2seq_core.training.sizes import SIZES, holdout_for, rate, schedule, size_for
from seq2seq_core.training.survey import Pace, Stopwatch, pace_of
from seq2seq_core.types import CoreError
from tests.tiny import PAIRS


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write_csv(pairs: list[tuple[str, str]]) -> None:
    with Path("pairs.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("English", "German"), *pairs])


def test_new_then_train_then_the_app(capsys: pytest.CaptureFixture[str]) -> None:
    write_csv([*PAIRS, ("alone", ""), ('Say "one", two.', "Sag „eins“,\nzwei.")])
    languages = ["--source-language", "English", "--target-language", "German"]
    assert main(["new", "numbers", "--data", "pairs.csv", *languages]) == 0
    said = capsys.readouterr()
    assert "101 pairs" in said.out and "on average" in said.out and "recipes/dates.toml" in said.out
    assert "pairs.csv, line 102" in said.err
    text = Path("numbers.toml").read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert any(first.startswith(f"# One of the pairs: {source} | {target} | If") for source, target in PAIRS)
    assert "\n# 101 pairs" in text and "unless --source-language" not in " ".join(text.split("\n# "))
    recipe = load_recipe(Path("numbers.toml"))
    assert recipe.data.unit == "char" and recipe.data.holdout == 10 and recipe.card.title == "English to German"

    assert main(["train", "numbers.toml", "--override", "training.epochs=10", "training.validate_every=20"]) == 0
    said = capsys.readouterr()
    assert "pairs.csv, line 102" in said.err
    assert "    source     " in said.out and "    model      " in said.out and "validation loss" in said.out
    assert said.out.splitlines()[-1] == "best weights    runs/numbers/checkpoint"
    assert "python app.py --checkpoints runs/numbers/checkpoint" in said.out
    assert list(Path("runs/numbers/tensorboard").glob("events.out.tfevents.*"))

    service = Service(Path("runs/numbers/checkpoint"), "cpu")
    assert service.working() == {"numbers": "English to German"}
    *_, result = service.run(service.text_request("one two.", "numbers", "beam", {}).sentences[0])
    assert result.source == "one two." and result.hypotheses  # type: ignore[union-attr]


def test_what_new_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    write_csv(PAIRS)
    Path("old.toml").write_text("mine", encoding="utf-8")
    for arguments, message in [
        (["new", "../up", "--data", "pairs.csv"], "names folders"),
        (["new", "old", "--data", "pairs.csv"], "old.toml is there already"),
        (["new", "x", "--data", "none.csv"], "cannot read none.csv"),
        (["new", "x", "--data", "a", "b", "c"], "one file, or two"),
        (["new", "x", "--data", "pairs.csv", "--target-column", "French"], "no column 'French'"),
        (["new", "x", "--data", "pairs.csv", "--source-column", "2"], "same text on both sides"),
    ]:
        assert main(arguments) == 2
        said = capsys.readouterr()
        assert message in said.err and "Traceback" not in said.err and said.out == ""
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["old.toml", "pairs.csv"]


def test_several_tables_and_sets_that_are_never_trained_on(capsys: pytest.CaptureFixture[str]) -> None:
    for name, pairs in (
        ("a.tsv", PAIRS[:50]),
        ("b.tsv", PAIRS[50:80]),
        ("v.jsonl", PAIRS[80:90]),
        ("t.en", PAIRS[89:]),
    ):
        rows = (
            [json.dumps({"de": t, "en": s}) for s, t in pairs] if name == "v.jsonl" else ["\t".join(p) for p in pairs]
        )
        Path(name).write_text("\n".join(rows if name != "t.en" else [s for s, _ in pairs]), encoding="utf-8")
    Path("t.de").write_text("\n".join(t for _, t in PAIRS[89:]), encoding="utf-8")
    sets = ["--data", "a.tsv", "b.tsv", "--valid", "v.jsonl", "--test", "t.en", "t.de"]
    assert main(["new", "x", *sets]) == 0
    recipe = load_recipe(Path("x.toml"))
    assert [corpus.path for corpus in recipe.data.train] == ["a.tsv", "b.tsv"]
    assert recipe.data.valid[0].path == "v.jsonl" and "holdout" not in Path("x.toml").read_text(encoding="utf-8")
    assert (recipe.data.test[0].source, recipe.data.test[0].target) == ("t.en", "t.de")
    assert "80 pairs" in capsys.readouterr().out


def test_columns_delimiter_and_comment_reach_the_recipe(capsys: pytest.CaptureFixture[str]) -> None:
    Path("x.txt").write_text("% no pair\n" + "".join(f"{i}/{s}/{t}/x{i}\n" for i, (s, t) in enumerate(PAIRS)))
    assert main(["new", "x", "--data", "x.txt", "--columns", "2+4:3", "--delimiter", "/", "--comment", "%"]) == 0
    corpus = load_recipe(Path("x.toml")).data.train[0]
    assert corpus == CorpusConfig(path="x.txt", source_column="2+4", target_column="3", delimiter="/", comment="%")
    assert "x7" in read_corpus(corpus, Path())[7][0]
    capsys.readouterr()
    for wrong in ("2", "1:2:3", ":2"):
        assert main(["new", "y", "--data", "x.txt", "--columns", wrong]) == 2
        assert "--columns wants SOURCE:TARGET" in capsys.readouterr().err


def test_the_sides_are_called_what_the_table_calls_them(capsys: pytest.CaptureFixture[str]) -> None:
    def card(first: str, *flags: str) -> tuple[str, str, str]:
        pairs = [(f"worng {a}{b}", f"wrong {a}{b}") for a in "abcdefgh" for b in "ijklmnop"]
        rows = [first, *("\t".join(pair) for pair in pairs)]
        Path("a.tsv").write_text("\n".join(row for row in rows if row), encoding="utf-8")
        Path("x.toml").unlink(missing_ok=True)
        assert main(["new", "x", "--data", "a.tsv", *flags]) == 0
        said = load_recipe(Path("x.toml")).card
        return said.title, said.source_language, said.target_language

    assert card("misspelling\tright_word") == ("Misspelling to Right word", "Misspelling", "Right word")
    assert "The app will call them Misspelling and Right word unless" in " ".join(capsys.readouterr().out.split())
    assert card("Englisch\tSpanisch") == ("English to Spanish", "English", "Spanish")
    assert card("source\ttarget") == card("") == ("Source to Target", "Source", "Target")
    capsys.readouterr()
    assert card("misspelling\tright_word", "--target-language", "English")[1:] == ("Source", "English")
    assert "The app will call them" not in " ".join(capsys.readouterr().out.split())


def test_what_is_typed_stays_a_value() -> None:
    name = 'a"]\n[training]\nepochs = 1 # \\ \x7f'
    Path('p"q.tsv').write_text("".join(f"{s}\t{t}\n" for s, t in PAIRS), encoding="utf-8")
    found = new_recipe(Task("x", (CorpusConfig(path='p"q.tsv'),), source_language=name))
    Path("x.toml").write_text(found.text, encoding="utf-8")
    recipe = load_recipe(Path("x.toml"))
    assert recipe.card.source_language == name and recipe.data.train[0].path == 'p"q.tsv'


def test_fifty_lines_and_ten_thousand() -> None:
    few = new_recipe(task("few.tsv", 50))
    Path("few.toml").write_text(few.text, encoding="utf-8")
    small = load_recipe(Path("few.toml"))
    many = new_recipe(task("many.tsv", 10_000))
    Path("many.toml").write_text(many.text, encoding="utf-8")
    large = load_recipe(Path("many.toml"))
    assert (small.data.unit, large.data.unit) == ("char", "bpe")
    assert small.model.decoder_size < large.model.decoder_size
    assert small.data.holdout == 5 and large.training.epochs < small.training.epochs
    assert "about" in many.reasons[-1]


def test_a_run_makes_as_many_updates_as_new_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs that are held out are in no epoch: counted there, a run ended a tenth too soon."""
    monkeypatch.setattr(
        "seq2seq_core.training.new_recipe.pace_of", lambda config, *_: Pace(config.decoder_size * 1e-6, "auto")
    )
    made = new_recipe(replace(task("many.tsv", 3_000), minutes=1000.0))
    Path("x.toml").write_text(made.text, encoding="utf-8")
    recipe, totals = load_recipe(Path("x.toml"), ["training.bleu_sentences=0"]), list[int]()

    def on_ready(trainer: Trainer) -> None:
        totals.append(trainer.total)
        trainer.stop()

    list(train(recipe, on_ready=on_ready))
    assert totals == [recipe.training.updates] and f"{totals[0]:,} updates" in made.reasons[-1]


def test_a_table_of_one_batch_has_a_pace_too() -> None:
    Path("one.tsv").write_text("".join(f"hello\thi number {i}\n" for i in range(10)), encoding="utf-8")
    found = new_recipe(Task("one", (CorpusConfig(path="one.tsv"),)))
    Path("one.toml").write_text(found.text, encoding="utf-8")
    assert load_recipe(Path("one.toml")).training.updates > 0


def test_less_time_means_a_smaller_model_and_fewer_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine that takes a second for a thousand positions times the units of the decoder."""
    monkeypatch.setattr(
        "seq2seq_core.training.new_recipe.pace_of", lambda config, *_: Pace(config.decoder_size * 1e-6, "bf16")
    )
    data = task("many.tsv", 13_000)
    found = {minutes: new_recipe(replace(data, minutes=minutes)) for minutes in (1.0, 7.0, 1000.0)}
    recipes = []
    for minutes, made in found.items():
        Path("x.toml").write_text(made.text, encoding="utf-8")
        recipes.append(load_recipe(Path("x.toml")))
        assert recipes[-1].training.updates > 0
        assert ("Smaller than so much data asks for" in made.reasons[2]) == (minutes < 1000)
        assert ("python -m seq2seq_core larger " in made.reasons[2]) == (minutes < 1000)
        assert recipes[-1].training.precision == "bf16"
    short, middle, long = recipes
    assert short.model.decoder_size == middle.model.decoder_size < long.model.decoder_size
    assert short.training.updates < middle.training.updates < long.training.updates == size_for(13_000).updates
    assert all("In bfloat16" in made.reasons[3] for made in found.values())
    assert "fill --minutes 1;" in found[1.0].reasons[3] and "hardly help" in found[1000.0].reasons[3]


def test_a_small_model_goes_on_as_long_as_so_much_data_has_something_to_give(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the time allows no larger one a thousand updates, the small one gets all that there is time for."""
    seconds = {size.decoder_size: 1e-5 if size is SIZES[0] else 1.0 for size in SIZES}
    monkeypatch.setattr(
        "seq2seq_core.training.new_recipe.pace_of", lambda config, *_: Pace(seconds[config.decoder_size], "auto")
    )
    rng = random.Random(3)
    names = {"".join(rng.choices("abdegiklmn", k=7)) for _ in range(13_000)}
    Path("names.tsv").write_text("".join(f"{name}\t{name[::-1]}\n" for name in names), encoding="utf-8")
    made = new_recipe(replace(task("unused.tsv", 1), train=(CorpusConfig(path="names.tsv"),), minutes=300.0))
    Path("x.toml").write_text(made.text, encoding="utf-8")
    recipe = load_recipe(Path("x.toml"))
    assert recipe.model.decoder_size == SIZES[0].decoder_size and recipe.training.best_by == "exact"
    assert "right or wrong as a whole" in made.reasons[3] and "bfloat16" not in made.reasons[3]
    assert recipe.training.updates == size_for(13_000).updates > SIZES[0].updates


def test_others_on_the_machine_do_not_make_a_run_look_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cores: alone for a second, then with one of them, then with none for a while."""
    wall, processor = iter([0.0, 1.0, 1.0, 3.0, 3.0, 13.0]), iter([0.0, 2.0, 2.0, 4.0, 4.0, 6.0])
    monkeypatch.setattr("time.monotonic", lambda: next(wall))
    monkeypatch.setattr("time.process_time", lambda: next(processor))
    clock = Stopwatch()
    for _ in range(3):
        clock.start()
        clock.stop()
    assert (clock.seconds, clock.seconds_alone()) == (13.0, 3.0)


@pytest.mark.parametrize("half, chosen", [(0.5, "bf16"), (0.95, "auto"), (3.0, "auto")])
def test_bfloat16_where_this_machine_is_faster_with_it(
    half: float, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seq2seq_core.training.survey._seconds_per_position", lambda *_, bf16: half if bf16 else 1.0)
    assert pace_of(default_config(), [], 1).precision == chosen


@pytest.mark.parametrize("minutes", [0.0, -3.0, float("nan"), float("inf")])
def test_a_time_that_is_none(minutes: float) -> None:
    with pytest.raises(CoreError, match="minutes is"):
        Task("x", (CorpusConfig(path="x"),), minutes=minutes)


def task(name: str, lines: int) -> Task:
    """Five words a side, of a language of some two thousand words, and each word backwards."""
    rng = random.Random(1)
    words = ["".join(rng.choices("abcdefghijklmno", k=rng.randint(2, 9))) for _ in range(2_000)]
    with Path(name).open("w", encoding="utf-8") as file:
        for _ in range(lines):
            chosen = rng.choices(words, k=5)
            print(*chosen, sep=" ", end="\t", file=file)
            print(*(word[::-1] for word in chosen), sep=" ", file=file)
    return Task("x", (CorpusConfig(path=name),))


def test_few_different_words_are_read_as_characters_and_that_is_said() -> None:
    Path("x.tsv").write_text("".join(f"{s} {i}\t{t} {i}\n" for s, t in PAIRS for i in range(20)), encoding="utf-8")
    found = new_recipe(Task("x", (CorpusConfig(path="x.tsv"),)))
    assert 'unit = "char"' in found.text and found.reasons[1].count("too few different words") == 2


def test_more_data_never_means_a_smaller_model() -> None:
    for smaller, larger in pairwise(SIZES):
        assert smaller.pairs < larger.pairs and smaller.updates <= larger.updates
        assert smaller.decoder_size <= larger.decoder_size and smaller.vocab_size < larger.vocab_size
    assert size_for(219_262).vocab_size == 6_000 and size_for(10**9) is SIZES[-1]
    assert [holdout_for(n) for n in (12, 100, 9_999, 10_000, 30_000, 10**6)] == [3, 10, 999, 1_033, 1_700, 2_000]
    assert schedule(SIZES[0], 100)["validate_every"] == 25
    assert schedule(SIZES[0], 10**6)["warmup_steps"] == 400


def test_short_runs_take_larger_steps_and_long_ones_what_long_ones_took() -> None:
    """docs/training-log.md has what either brought after 850 to 3,850 updates."""
    small = SIZES[1]
    assert [rate(small, n) for n in (1, 850, 4_000, 5_000, 6_000, 10**6)] == [6e-3, 6e-3, 6e-3, 4.5e-3, 3e-3, 3e-3]
    for size in SIZES:
        assert rate(size, 500) == size.short_rate >= rate(size, size.updates) == size.learning_rate


@pytest.mark.parametrize(("seconds", "wanted"), [(1e-6, 3e-3), (1e-3, 6e-3)])
def test_the_recipe_has_the_rate_of_so_many_updates(
    monkeypatch: pytest.MonkeyPatch, seconds: float, wanted: float
) -> None:
    monkeypatch.setattr("seq2seq_core.training.new_recipe.pace_of", lambda *_: Pace(seconds, "auto"))
    made = new_recipe(task("few.tsv", 300))
    Path("x.toml").write_text(made.text, encoding="utf-8")
    assert load_recipe(Path("x.toml")).training.learning_rate == wanted
    assert ("higher learning rate" in made.reasons[3]) == (wanted > 3e-3)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "-x", "a b", "x" * 65, "ü"])
def test_a_name_that_names_no_folder(name: str) -> None:
    with pytest.raises(CoreError, match="names folders"):
        Task(name, (CorpusConfig(path="x"),))
