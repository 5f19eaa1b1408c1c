"""The documented endpoint, through ``gradio_client`` and plain HTTP, against the shipped checkpoint."""

from __future__ import annotations

import json
import math
import urllib.request
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from seq2seq_core.decoding import STRATEGIES


@pytest.fixture(scope="module")
def client(app_url: str) -> Client:
    return Client(app_url, verbose=False)


def test_a_sentence_comes_back_in_german(client: Client) -> None:
    said = client.predict("A man is reading a book.", api_name="/translate")
    assert {"Mann", "Buch"} & set(said["text"].replace(".", "").split())
    assert said["strategy"] == "beam"
    best = said["hypotheses"][0]
    assert best["tokens"][-1] == "</s>"
    assert math.isclose(sum(best["token_log_probs"]), best["log_prob"], abs_tol=1e-4)


def test_strategy_settings_and_trace(client: Client) -> None:
    settings = {"num_beams": 3, "num_return_sequences": 3}
    said = client.predict("A dog runs.", "beam", settings, "en-de-attention", True, api_name="/translate")
    assert len(said["hypotheses"]) == 3
    assert said["steps"]
    best = said["hypotheses"][0]
    assert len(best["attention"]) == len(best["tokens"])
    assert len(best["attention"][0]) == len(said["source_tokens"])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_on_offer_translates(client: Client, strategy: str) -> None:
    said = client.predict("A dog runs.", strategy, api_name="/translate")
    assert said["strategy"] == strategy
    assert "Hund" in said["text"] or strategy in ("sample", "stochastic-beam")


def test_a_seed_gives_the_same_sample_again(client: Client) -> None:
    samples = [client.predict("A dog runs.", "sample", {"seed": 7}, api_name="/translate")["text"] for _ in range(2)]
    assert samples[0] == samples[1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("",), "Type an English sentence"),
        (("A dog.", "no such"), "Choose one of the strategies"),
        (("A dog.", "beam", {"num_beams": None}), "Beam width must be a whole number."),
        (("A dog.", "beam", {"num_beams": 10**9}), "Beam width is"),
        (("A dog.", "beam", [1]), "Give the settings as an object"),
        (("A dog.", "beam", {}, "../secrets"), "Choose one of the models"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(client: Client, arguments: tuple[Any, ...], sentence: str) -> None:
    with pytest.raises(AppError, match=sentence):
        client.predict(*arguments, api_name="/translate")


def test_a_long_paste_is_cut_and_says_so(client: Client) -> None:
    said = client.predict("A dog runs. " * 450, "greedy", {"max_new_tokens": 5}, api_name="/translate")
    assert "1,000" in said["note"]
    assert len(said["source"]) <= 1000


@pytest.mark.parametrize("text", ["\U0001f468\u200d\U0001f469 <b>x</b>", "مرحبا بالعالم", "\\ud83d lone"])
def test_any_text_comes_back_as_text(app_url: str, text: str) -> None:
    """Over plain HTTP, as in the README: POST gives an id, GET the result."""
    body = json.dumps({"data": [text, "greedy", {}, "", False]}).replace("\\\\ud83d", "\\ud83d").encode()
    start = urllib.request.Request(
        f"{app_url}/gradio_api/call/translate", body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(start, timeout=30) as response:
        event = json.load(response)["event_id"]
    with urllib.request.urlopen(f"{app_url}/gradio_api/call/translate/{event}", timeout=60) as response:
        lines = response.read().decode().splitlines()
    assert "event: complete" in lines
    data = json.loads(next(line for line in reversed(lines) if line.startswith("data: ")).removeprefix("data: "))
    assert isinstance(data[0]["text"], str)
