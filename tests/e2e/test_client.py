"""The endpoints, through ``gradio_client`` and plain HTTP, against the shipped checkpoint."""

from __future__ import annotations

import json
import math
import urllib.error
import urllib.request
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from seq2seq_core.decoding import STRATEGIES


@pytest.fixture(scope="module")
def client(app_url: str) -> Client:
    return Client(app_url, verbose=False)


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as response:
        return str(response.read().decode())


def post(url: str, body: bytes) -> tuple[int, dict[str, Any]]:
    """The status, and the answer as JSON."""
    asked = urllib.request.Request(url, body, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=30) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_the_page_of_the_api_lists_these_names_and_no_others(app_url: str) -> None:
    told = json.loads(fetch(f"{app_url}/gradio_api/info"))
    names = ("translate", "compare", "score", "why_not", "beside", "neighbours", "models", "ideas")
    assert set(told["named_endpoints"]) == {f"/{name}" for name in names}
    assert told["unnamed_endpoints"] == {}
    assert all(endpoint["description"] for endpoint in told["named_endpoints"].values())


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
    said = client.predict("a dog runs and " * 450, "greedy", {"max_new_tokens": 5}, api_name="/translate")
    assert "1,000" in said["note"]
    assert len(said["source"]) <= 1000


def test_a_text_comes_back_sentence_by_sentence(client: Client) -> None:
    said = client.predict("The baker is tired.\n\nShe goes home.  It is late.", "greedy", api_name="/translate")
    alone = [client.predict(part["source"], "greedy", api_name="/translate")["text"] for part in said["sentences"]]
    assert said["text"] == f"{alone[0]}\n\n{alone[1]}  {alone[2]}"


@pytest.mark.parametrize("text", ["\U0001f468\u200d\U0001f469 <b>x</b>", "مرحبا بالعالم", "\\ud83d lone"])
def test_any_text_comes_back_as_text(app_url: str, text: str) -> None:
    """Over plain HTTP, as in the README: POST gives an id, GET the result."""
    body = json.dumps({"data": [text, "greedy", {}, "", False]}).replace("\\\\ud83d", "\\ud83d").encode()
    _, started = post(f"{app_url}/gradio_api/call/translate", body)
    lines = fetch(f"{app_url}/gradio_api/call/translate/{started['event_id']}").splitlines()
    assert "event: complete" in lines
    data = json.loads(next(line for line in reversed(lines) if line.startswith("data: ")).removeprefix("data: "))
    assert isinstance(data[0]["text"], str)


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("translate", b'{"text": null}', "Type an English sentence to translate."),
        ("translate", b'{"text": "A dog.", "settings": {"num_beams": NaN}}', "Beam width must be a whole number."),
        ("translate", b'{"text": "A dog.", "settings": {"num_beams": 1%s}}' % (b"0" * 400), "must be from 1 to 1000."),
        ("translate", b'{"text": "A dog.", "settings": {"\\ud83d": 1}}', "Beam search has no setting"),
        ("score", b'{"text": "A dog.", "target": ["Ein"]}', "Give a translation to score."),
        ("score", b'{"text": "A dog.", "target": "%s"}' % (b"x " * 500_000), "Only texts of up to 1,000 characters"),
        ("compare", b'{"text": "A dog.", "cards": {"strategy": "greedy"}}', "Give the strategies as a list"),
    ],
)
def test_over_http_too_what_cannot_be_used_is_one_sentence(app_url: str, name: str, body: bytes, sentence: str) -> None:
    status, started = post(f"{app_url}/gradio_api/call/v2/{name}", body)
    assert status == 200
    events = fetch(f"{app_url}/gradio_api/call/{name}/{started['event_id']}")
    assert events.startswith("event: error\n")
    assert sentence in json.loads(events.splitlines()[1].removeprefix("data: "))["error"]


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        ("v2/translate", b"{}", 422, "No value provided for required argument: text."),
        ("v2/translate", b'{"txt": "A dog."}', 422, "Parameter `txt` is not a valid key-word argument."),
        ("v2/nowhere", b"{}", 404, "There is no endpoint of this name"),
        ("nowhere", b'{"data": []}', 404, "There is no endpoint of this name"),
        ("translate", b"{", 422, "JSON decode error"),
        ("translate", b'{"data": %s1%s}' % (b"[" * 5000, b"]" * 5000), 400, "error parsing the body"),
    ],
)
def test_a_call_that_reaches_no_endpoint_is_refused(
    app_url: str, path: str, body: bytes, status: int, sentence: str
) -> None:
    said = post(f"{app_url}/gradio_api/call/{path}", body)
    assert said[0] == status
    assert sentence in str(said[1]["detail"])


def test_nobody_jumps_the_queue(app_url: str) -> None:
    status, said = post(f"{app_url}/gradio_api/run/translate", b'{"data": ["A dog.", "greedy", {}, "", false]}')
    assert status == 404
    assert "queue" in said["detail"]
    # Nor by the number of a handler, the page's own included, which Gradio would run at once.
    status, said = post(f"{app_url}/gradio_api/run/predict", b'{"data": [], "fn_index": 0, "session_hash": "x"}')
    assert (status, "queue" in said["detail"]) == (404, True)
