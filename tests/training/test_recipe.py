from __future__ import annotations

from pathlib import Path

import pytest

from seq2seq_core.training import load_recipe
from seq2seq_core.types import CoreError
from tests.tiny import write_recipe

RECIPES = sorted((Path(__file__).parents[2] / "recipes").glob("*.toml"))
TWINS = ("en-de-attention", "en-de-context")


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_shipped_recipes_are_valid(path: Path) -> None:
    assert load_recipe(path).name == path.stem


def test_the_twins_differ_in_attention_alone() -> None:
    attention, context = (load_recipe(path) for path in RECIPES if path.stem in TWINS)
    assert attention.data == context.data
    assert attention.training == context.training
    different = {name for name, value in vars(attention.model).items() if getattr(context.model, name) != value}
    assert different == {"attention"}


def test_overrides(tmp_path: Path) -> None:
    path = write_recipe(tmp_path)
    recipe = load_recipe(
        path, ["training.epochs=7", "model.cell=gru", "training.teacher_forcing.start=0.5", "data.tokenizer=null"]
    )
    assert (recipe.training.epochs, recipe.model.cell, recipe.training.teacher_forcing.start) == (7, "gru", 0.5)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("training.epoch=7", "unknown setting training.epoch; known are: .*epochs"),
        ("training.epochs=many", "training.epochs must be of type int"),
        ("training.epochs=true", "training.epochs must be of type int"),
        ("model.cell=rnn", "model.cell must be one of lstm, gru"),
        ("training.epochs=0", "epochs must be from 1"),
        ("model.dropout=2", "dropout must be from 0.0 to 0.95"),
        ("model.recurrent_dropout=1", "recurrent_dropout must be from 0.0 to 0.95"),
        ("training.bpe_dropout=1.5", "bpe_dropout must be from 0.0 to 1.0"),
        ("training", "section.key=value"),
        ("name.x=1", "name is not a section"),
        ("model.attention=none model.input_feeding=true", "must be one of"),
        ("data.train=[{}]", "either path, or both"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, override: str, message: str) -> None:
    with pytest.raises(CoreError, match=message):
        load_recipe(write_recipe(tmp_path), [override])


@pytest.mark.parametrize(("text", "message"), [("name = ", "not valid TOML"), ("name = 'x'", "card is missing")])
def test_broken_recipes(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "r.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CoreError, match=message):
        load_recipe(path)


def test_no_recipe(tmp_path: Path) -> None:
    with pytest.raises(CoreError, match="cannot read the recipe"):
        load_recipe(tmp_path / "none.toml")
