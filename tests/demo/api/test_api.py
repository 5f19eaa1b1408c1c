"""The endpoints on a small model of random weights: what they answer, and what they say of what they cannot use."""

from __future__ import annotations

import asyncio
import json
import math
import re
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from demo.api import answers, refusals
from demo.api.endpoints import Endpoints
from demo.app import build
from demo.learn.lessons import lessons
from demo.learn.pages import body, pages
from demo.learn.tables import TABLES
from demo.service import Service, running
from seq2seq_core.about import piece_lengths
from seq2seq_core.checkpoint import Checkpoint, save_checkpoint, weights_sum
from seq2seq_core.decoding import STRATEGIES, BeamConfig, GreedyConfig, returned
from seq2seq_core.decoding.record.recorder import Recorder
from seq2seq_core.limits import beside
from seq2seq_core.neighbours import build as build_index
from seq2seq_core.neighbours import load_index, nearest, save_index
from seq2seq_core.pipeline import Translator
from seq2seq_core.types import MovedWeight
from seq2seq_core.why_not import agree, candidates_config, exact_config, explain, true_best_of, why_not
from tests.tiny import PAIRS, tiny_checkpoint, tiny_tokenizer

SCORE = {
    "test_set": "numbers", "strategy": "greedy", "bleu": 1.5, "bleu_signature": "nrefs:1", "chrf": 2.5,
    "chrf_signature": "nrefs:1", "sentences": 9, "machine": "a desk", "date": "2026-11-22", "command": "none",
}  # fmt: skip


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A model with attention and one without."""
    folder, tokenizer = tmp_path_factory.mktemp("checkpoints"), tiny_tokenizer()
    for name, attention in (("plain", "none"), ("attends", "general")):
        made = tiny_checkpoint(tokenizer, attention=attention)
        card = {"title": name.title(), "source_language": "English", "licence": "cc0-1.0", "scores": [SCORE]}
        save_checkpoint(folder / name, Checkpoint(made.model, made.tokenizer, card))
    translator, weights = Translator.load(folder / "attends", "cpu"), weights_sum(folder / "attends")
    save_index(folder / "attends", build_index(translator, PAIRS, weights=weights, credit="numbers"))
    return Service(folder, "cpu")


@pytest.fixture(scope="module")
def endpoints(service: Service) -> Endpoints:
    return Endpoints(service)


def test_the_page_offers_these_endpoints_and_no_other(service: Service) -> None:
    told = build(service).get_api_info()
    names = ("translate", "compare", "score", "why_not", "beside", "neighbours", "models", "ideas")
    assert set(told["named_endpoints"]) == {f"/{name}" for name in names}
    assert told["unnamed_endpoints"] == {}
    assert all(endpoint["returns"][0]["type"]["type"] == "object" for endpoint in told["named_endpoints"].values())


def test_each_argument_is_described(service: Service) -> None:
    for function in build(service).fns.values():
        if function.api_name in refusals.NAMES:
            _, arguments, answer = gr.utils.get_function_description(function.fn)
            assert all(arguments.values()), f"{function.api_name}: {arguments}"
            assert len(answer) == 1, "Gradio joins several lines with commas"


def test_a_translation_has_all_that_the_command_line_writes(endpoints: Endpoints) -> None:
    said = endpoints.translate("one two.", "beam", {"num_beams": 3, "num_return_sequences": 2})
    assert said["text"] == said["hypotheses"][0]["text"]
    assert (said["model"], said["note"], len(said["hypotheses"])) == ("attends", "", 2)
    assert "steps" not in said
    assert "attention" not in said["hypotheses"][0]


def test_a_text_comes_back_whole_and_by_sentences(endpoints: Endpoints) -> None:
    said = endpoints.translate("one two.  three four.\n\nnine.", "beam", {"num_beams": 2})
    alone = [endpoints.translate(text, "beam", {"num_beams": 2}) for text in ("one two.", "three four.", "nine.")]
    assert [part["source"] for part in said["sentences"]] == [part["source"] for part in alone]
    assert [part["hypotheses"] for part in said["sentences"]] == [part["hypotheses"] for part in alone]
    assert said["between"] == ["", "  ", "\n\n", ""]
    first, second, third = (part["text"] for part in alone)
    assert said["text"] == f"{first}  {second}\n\n{third}"
    assert (said["source"], said["note"]) == ("one two.  three four.\n\nnine.", "")
    assert not {"hypotheses", "source_tokens"} & set(said), "of the first sentence they would pass for the whole"
    assert "sentences" not in alone[0]
    assert "steps" in endpoints.translate("one. two.", trace=True)["sentences"][1]


def test_what_is_left_out_of_a_long_text_is_said(endpoints: Endpoints) -> None:
    said = endpoints.translate("one two.\n" * 33, "greedy", {"max_new_tokens": 2})
    assert len(said["sentences"]) == 30 and said["note"].startswith("Only the first 30 sentences were read")


def test_steps_are_recorded_only_for_who_asks(endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded: list[Recorder] = []
    monkeypatch.setattr(Recorder, "__init__", lambda self, request: recorded.append(self))
    endpoints.translate("one two.")
    endpoints.compare("one two.", [{"strategy": "greedy"}, {"strategy": "beam"}])
    endpoints.score("one two.", "eins zwei.")
    assert not recorded
    with pytest.raises(gr.Error):  # it gets as far as a recorder that was never made
        endpoints.translate("one two.", trace=True)
    assert len(recorded) == 1


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/gradio_api/call/translate", 500, "Something went wrong on our side"),
        ("/gradio_api/call/v2/models/abc", 500, "Something went wrong on our side"),
        ("/gradio_api/call/nowhere", 404, "There is no endpoint of this name"),
    ],
)
def test_a_failed_look_up_is_no_missing_endpoint(path: str, status: int, sentence: str) -> None:
    request: Any = SimpleNamespace(url=SimpleNamespace(path=path))
    answer = asyncio.run(refusals.unanswerable(request, KeyError("a bug")))
    assert (answer.status_code, sentence in answer.body.decode()) == (status, True)
    with pytest.raises(KeyError):
        elsewhere: Any = SimpleNamespace(url=SimpleNamespace(path="/config"))
        asyncio.run(refusals.unanswerable(elsewhere, KeyError("a bug")))


def test_the_trace_comes_on_demand(endpoints: Endpoints) -> None:
    said = endpoints.translate("one two.", trace=True)
    best = said["hypotheses"][0]
    assert len(said["steps"]) >= len(best["tokens"])
    assert [len(best["attention"]), len(best["attention"][0])] == [len(best["tokens"]), len(said["source_tokens"])]


def test_a_score_is_that_of_the_core(endpoints: Endpoints, service: Service) -> None:
    said = endpoints.score(" one  two.", "eins zwei.", "plain")
    expected = service.translator("plain").score([("one two.", "eins zwei.")])[0].hypotheses[0]
    assert said["tokens"] == list(expected.tokens)
    assert said["tokens"][-1] == "</s>"
    assert said["token_log_probs"] == pytest.approx(expected.token_log_probs)
    assert said["ranks"] == list(expected.ranks or ())
    assert said["entropies"] == pytest.approx(expected.entropies)
    assert math.isclose(sum(said["token_log_probs"]), said["log_prob"], rel_tol=1e-6)
    assert (said["source"], said["target"], said["model"]) == ("one two.", "eins zwei.", "plain")


def test_why_not_says_what_the_core_says(endpoints: Endpoints, service: Service) -> None:
    said = endpoints.why_not("one.", "eins.", "beam", {"max_new_tokens": 4}, "plain")
    known = why_not(service.translator("plain"), "one.", "eins.", BeamConfig(max_new_tokens=4))
    assert (said["kind"], said["verdict"]) == (known.judgement.kind, known.verdict)
    assert said["evidence"] == list(known.evidence)
    assert [token["lost"] for token in said["tokens"]] == pytest.approx([each.lost for each in known.expected.tokens])
    assert [one["width"] for one in said["widths"]] == list(range(1, 51))
    assert said["stays_from"] == known.stays_from
    assert (said["missing_words"], said["extra_words"]) == (list(known.apart.missing), list(known.apart.extra))
    assert [sign["said"] for sign in said["signs"]] == [sign.said for sign in known.signs]
    assert "agreement" not in said
    scored = endpoints.score("one.", "eins.", "plain")
    assert said["log_prob"] == pytest.approx(scored["log_prob"], abs=1e-4) or said["log_prob"] > scored["log_prob"]


def test_why_not_says_what_candidates_agree_on(endpoints: Endpoints, service: Service) -> None:
    said = endpoints.why_not("one.", "eins.", "beam", {"max_new_tokens": 4}, "plain", candidates=5)["agreement"]
    translator = service.translator("plain")
    known = returned(explain(translator, "one.", "eins.", BeamConfig(max_new_tokens=4)))
    agreed = returned(agree(translator, known, candidates_config(5)))
    assert (said["texts"], said["utilities"]) == (list(agreed.texts), agreed.utilities)
    for wrong in (1, 65, "5", True, 2.5, 10**400, float("nan")):
        with pytest.raises(gr.Error, match="Draw from 2 to 64 candidates"):
            endpoints.why_not("one.", "eins.", "greedy", {"max_new_tokens": 2}, "plain", candidates=wrong)


def test_why_not_says_what_the_true_best_is(endpoints: Endpoints, service: Service) -> None:
    said = endpoints.why_not("one.", "eins.", "beam", {"max_new_tokens": 4}, "plain", exact=1)["exact"]
    translator = service.translator("plain")
    known = returned(explain(translator, "one.", "eins.", BeamConfig(max_new_tokens=4)))
    core = true_best_of(translator.translate("one.", exact_config(1))[0], known)
    assert said["ranked"][-1] and [row["name"] for row in said["ranked"]].count("expected") == 1
    assert said["proven"] == core.proven and said["said"].split(" ")[0] == core.said.split(" ")[0]
    for wrong in (-1, 16, "5", True, 10**400, float("nan")):
        with pytest.raises(gr.Error, match="Give exact search from 1 to 15 seconds"):
            endpoints.why_not("one.", "eins.", "greedy", {"max_new_tokens": 2}, "plain", exact=wrong)


def test_words_are_asked_for_as_settings(endpoints: Endpoints) -> None:
    said = endpoints.translate("one.", "beam", {"force_words": "neun"}, "plain")
    assert re.search(r"(?<!\w)neun(?!\w)", said["text"]) and said["config"]["force_words"] == "neun"
    without = endpoints.translate("one.", "greedy", {"bad_words": "neun"}, "plain")
    assert not re.search(r"(?<!\w)neun(?!\w)", without["text"])


def test_attention_is_moved_as_the_core_moves_it(endpoints: Endpoints, service: Service) -> None:
    said = endpoints.translate("one two.", "greedy", {"max_new_tokens": 6}, "attends", True, [MOVE])
    moved = (MovedWeight(1, 0, 0, 0.5),)
    [own] = service.translator("attends").translate("one two.", GreedyConfig(max_new_tokens=6), moved=moved)
    assert said["text"] == own.hypotheses[0].text and said["moved"] == [MOVE]
    assert said["hypotheses"][0]["attention"][1][0] == pytest.approx(0.5, abs=1e-5)
    assert "by hand" in said["notes"][-1]
    again = endpoints.translate("one two.", "greedy", {"max_new_tokens": 6}, "attends", False, said["moved"])
    assert again["text"] == said["text"]


def test_models_beside_each_other_say_what_the_core_says(endpoints: Endpoints, service: Service) -> None:
    said = endpoints.beside("one two.", ["plain"], "eins zwei.", 1)
    (one,) = said["models"]
    known = returned(beside(service.translator("plain"), "one two.", "eins zwei.", slip_at=0))
    assert known.expected is not None and known.left_out is not None
    assert one["text"] == known.found.hypotheses[0].text
    assert [token["log_prob"] for token in one["tokens"]] == pytest.approx([t.log_prob for t in known.said.tokens])
    assert one["reference_log_prob"] == pytest.approx(known.expected.hypothesis.log_prob)
    assert [word["lost"] for word in one["words"]] == pytest.approx(known.left_out.worth, abs=1e-4)
    assert (one["slip"] is None) == (known.slip is None) and "costs" not in one
    [timed] = endpoints.beside("one two.", ["plain"], "", 1, True)["models"]
    axes = [cost["axis"] for cost in timed["costs"]]
    assert axes == ["width"] * 6 + ["length", "read"] * 3 + ["batch"] * 3
    with pytest.raises(gr.Error, match="Give cost as true or false"):
        endpoints.beside("one two.", ["plain"], "", 1, 1)  # type: ignore[arg-type]


def test_where_it_learnt_this_is_what_the_core_finds(endpoints: Endpoints, service: Service) -> None:
    translator, index = service.translator("attends"), load_index(service.folder("attends"))
    said = endpoints.neighbours("one two.", "eins zwei.", 2, "attends", 4)
    known = nearest(translator, index, "one two.", translator.target_ids("one two.", "eins zwei."), 1, 4)
    assert {name: value for name, value in said.items() if name != "model"} == known.to_dict()
    own = endpoints.neighbours("one two.", model="attends")
    [found] = translator.translate("one two.", BeamConfig())
    assert tuple(own["tokens"]) == found.hypotheses[0].tokens and own["place"] == 0


def test_what_a_search_found_scores_the_same_again(endpoints: Endpoints) -> None:
    found = endpoints.translate("three four.", "greedy", {"max_new_tokens": 40})["hypotheses"][0]
    forced = endpoints.score("three four.", found["text"])
    if forced["tokens"] == found["tokens"]:
        assert forced["ranks"] == [1] * len(found["tokens"])
    assert forced["target"] == found["text"]


def test_cards_of_a_comparison_may_have_models_of_their_own(endpoints: Endpoints) -> None:
    cards: list[Any] = [{"strategy": "greedy", "model": "attends"}, {"strategy": "greedy", "model": "plain"}]
    said = endpoints.compare("one two.", cards)
    assert [row["model"] for row in said["results"]] == ["attends", "plain"]
    assert "ranked" in said["scale"]
    for row in said["results"]:
        alone = endpoints.compare("one two.", [{"strategy": "greedy"}], model=row["model"])
        (only,) = alone["results"]
        assert (row["text"], row["log_prob"]) == (only["text"], pytest.approx(only["log_prob"]))
        assert only["name"] == "Greedy" and row["name"] == f"Greedy · {row['model']}" and alone["scale"] == ""


def test_a_comparison_has_a_row_for_each_card(endpoints: Endpoints) -> None:
    cards: list[Any] = [
        {"strategy": "greedy"},
        {"strategy": "sample", "settings": {"num_return_sequences": 4}, "name": "four <b>draws</b>"},
        {"strategy": "beam", "settings": {"num_beams": 2}},
    ]
    said = endpoints.compare("one two.", cards, "eins zwei.", 7)
    assert [row["strategy"] for row in said["results"]] == ["greedy", "sample", "beam"]
    assert said["results"][1]["name"] == "four <b>draws</b>"
    assert said["results"][1]["settings"]["seed"] == 7
    assert said["results"][1]["spread"]["number"] == 4
    assert all(0 <= row["chrf"] <= 100 and row["forward_calls"] > 0 for row in said["results"])
    assert set(said["metrics"]) == {"bleu", "chrf"}
    again = endpoints.compare("one two.", cards, "eins zwei.", 7)
    assert [row["text"] for row in again["results"]] == [row["text"] for row in said["results"]]


def test_a_comparison_is_timed_as_often_as_it_is_asked_for(endpoints: Endpoints) -> None:
    cards: list[Any] = [{"strategy": "greedy"}, {"strategy": "beam"}]
    for row in endpoints.compare("one two.", cards, timings=3)["results"]:
        assert row["runs"] == len(row["times"]) == 3
        assert row["milliseconds"] == median(row["times"])
        assert row["range"] == [min(row["times"]), max(row["times"])]
    [once] = endpoints.compare("one two.", cards[:1])["results"]
    assert (once["runs"], once["range"]) == (1, None)


def test_without_a_reference_nothing_is_scored_against_one(endpoints: Endpoints) -> None:
    said = endpoints.compare("one two.", [{"strategy": "greedy"}])
    assert said["results"][0]["chrf"] is None
    assert said["metrics"] == {}


def test_a_card_that_fails_leaves_the_others_be(endpoints: Endpoints) -> None:
    cards: list[Any] = [{"strategy": "beam", "settings": {"coverage_penalty": 1.0}}, {"strategy": "greedy"}]
    failed, done = endpoints.compare("one two.", cards, model="plain")["results"]
    assert "attention" in failed["error"]
    assert "text" not in failed
    assert done["forward_calls"] > 0


def test_a_model_has_one_name_wherever_it_is_named(tmp_path: Path) -> None:
    """Where a run left it, or behind a link of the file system; from the folder of all or from its own."""
    run = tmp_path / "runs/typed/checkpoint"
    save_checkpoint(run, tiny_checkpoint(tiny_tokenizer()))
    (tmp_path / "all").mkdir()
    (tmp_path / "all/linked").symlink_to(run)
    for folder, name in ((run, "typed"), (run.parent, "typed"), (tmp_path / "all", "linked"), (run / ".", "typed")):
        service = Service(folder, "cpu")
        (told,) = Endpoints(service).models()["models"]
        said = Endpoints(service).translate("one two.", "greedy", model=told["name"])
        assert {told["name"], said["model"], *service.names} == {name}, folder
        assert service.text_request("one", name, "greedy", {}).sentences[0].model == name
    assert Translator.load(run, device="cpu").name == "typed"
    assert Translator.load(tmp_path / "all/linked", device="cpu").name == "linked"


def test_of_one_model_more_is_said(endpoints: Endpoints, service: Service) -> None:
    said = endpoints.models("attends", "one two.")
    known, translator = said["about"], service.translator("attends")
    assert known["pieces"] == list(translator.source_pieces("one two.")) and known["log"] == []
    [lengths] = piece_lengths(translator.tokenizer)
    assert known["piece_lengths"] == [lengths.to_dict()]
    assert endpoints.models("attends")["about"]["pieces"] == [] and "about" not in endpoints.models()
    for asked, message in (
        (("none",), "Choose one of the models"),
        (([],), "Choose"),
        (("attends", {}), "Type an English sentence"),
    ):
        with pytest.raises(gr.Error, match=message):
            endpoints.models(*asked)  # type: ignore[arg-type]


def test_models_and_strategies_are_all_there_with_what_they_take(endpoints: Endpoints) -> None:
    said = endpoints.models()
    assert [model["name"] for model in said["models"]] == ["attends", "plain"]
    model = said["models"][0]
    assert (model["title"], model["licence"], model["attention"], model["cell"]) == (
        "Attends", "cc0-1.0", "general", "lstm",
    )  # fmt: skip
    assert model["scores"] == [SCORE]
    assert model["weights"] > model["decoder_size"] > 0
    assert [strategy["name"] for strategy in said["strategies"]] == [*STRATEGIES]


@pytest.mark.parametrize("name", STRATEGIES)
def test_what_a_strategy_says_of_its_settings_can_be_sent(endpoints: Endpoints, name: str) -> None:
    (told,) = [strategy for strategy in endpoints.models()["strategies"] if strategy["name"] == name]
    settings = {setting["name"]: setting["default"] for setting in told["settings"]}
    assert endpoints.translate("one two.", name, settings)["config"] == settings
    for setting in told["settings"]:
        assert setting["type"] in {"int", "float", "bool", "str"}
        assert setting["help"]
        if setting["max"] is not None:
            words = setting["type"] == "str"
            more, said = (
                ("x" * (setting["max"] + 1), "it may have") if words else (setting["max"] + 1, "it must be from")
            )
            with pytest.raises(gr.Error, match=said):
                endpoints.translate("one two.", name, {setting["name"]: more})


@pytest.mark.parametrize("endpoint", ["translate", "compare", "score", "why_not", "beside", "neighbours"])
def test_answers_are_json(endpoints: Endpoints, endpoint: str) -> None:
    arguments = {"compare": [[{"strategy": "sample", "settings": {"num_return_sequences": 2}}]], "score": ["eins."]}
    arguments["why_not"] = ["eins.", "beam", {"max_new_tokens": 3}]
    arguments["beside"] = [["plain"], "eins."]
    arguments["neighbours"] = ["eins.", 1, "attends"]
    said = getattr(endpoints, endpoint)("one\ud83d two.", *arguments.get(endpoint, []))
    json.dumps(said, ensure_ascii=False, allow_nan=False).encode()


def test_ideas_are_the_pages_that_the_view_shows(endpoints: Endpoints, service: Service) -> None:
    listed = endpoints.ideas()
    assert [one["name"] for one in listed["ideas"]] == list(pages()) and listed["page"] is None
    for page in pages().values():
        said = endpoints.ideas(page.key)["page"]
        assert (said["title"], said["group"]) == (page.title, page.group)
        assert said["text"] == body(page, TABLES, service.working())
        json.dumps(said, allow_nan=False)
    shipped = answers.page(pages()["beam"], {"en-de": "English to German"})
    assert shipped["see"] == [vars(one) for kind in pages()["beam"].see for one in lessons(kind, ("en-de",))] != []
    assert "| 2 | I like | 0.24 |" in shipped["text"]


SURROGATE, NOVEL = "\ud83d", "word " * 400_000
NESTED: list[Any] = [[[["one"]]]]
GREEDY = [{"strategy": "greedy"}]
MOVE: dict[str, Any] = {"step": 1, "first": 0, "last": 0, "weight": 0.5}
BAD: list[tuple[str, tuple[Any, ...], str]] = [
    ("translate", (None,), "Type an English sentence"),
    ("translate", (5,), "Type an English sentence"),
    ("translate", (NESTED,), "Type an English sentence"),
    ("translate", (math.nan,), "Type an English sentence"),
    ("translate", (" \n\u200b",), "Type an English sentence"),
    ("translate", ("one.", None), "Choose one of the strategies"),
    ("translate", ("one.", SURROGATE), "Choose one of the strategies"),
    ("translate", ("one.", "score"), "Choose one of the strategies"),
    ("translate", ("one.", NESTED), "Choose one of the strategies"),
    ("translate", ("one.", "beam", [1]), "Give the settings as an object"),
    ("translate", ("one.", "beam", "num_beams=5"), "Give the settings as an object"),
    ("translate", ("one.", "beam", {SURROGATE: 1}), "has no setting"),
    ("translate", ("one.", "beam", {"__class__": 1}), "has no setting"),
    ("translate", ("one.", "beam", {"x" * 10_000: 1}), "has no setting"),
    ("translate", ("one.", "beam", {"num_beams": 10**9}), "Beam width is"),
    ("translate", ("one.", "beam", {"num_beams": 10**400}), "Beam width is a number of very many digits"),
    ("translate", ("one.", "beam", {"length_penalty": 10**400}), "Length penalty alpha is a number of very many"),
    ("translate", ("one.", "sample", {"top_k": 10**9}), "Top-k is 1000000000; it must be from 0 to 1000000"),
    ("translate", ("one.", "beam", {"num_beams": math.nan}), "Beam width must be a whole number"),
    ("translate", ("one.", "beam", {"num_beams": {}}), "Beam width must be a whole number"),
    ("translate", ("one.", "beam", {"length_penalty": -math.inf}), "Length penalty alpha is -inf; it must be"),
    ("translate", ("one.", "beam", {"length_penalty_type": NOVEL}), "cannot be as long"),
    ("translate", ("one.", "beam", {"length_penalty_type": SURROGATE}), "choose one of"),
    ("translate", ("one.", "beam", {}, "../../etc"), "Choose one of the models"),
    ("translate", ("one.", "beam", {}, []), "Choose one of the models"),
    ("translate", ("one.", "beam", {}, "", "yes"), "Give trace as true or false"),
    ("translate", ("one.", "beam", {}, "attends", False, {"step": 1}), "Give moved as a list of objects"),
    ("translate", ("one.", "beam", {}, "attends", False, [MOVE] * 101), "At most 100 weights can be moved"),
    ("translate", ("one.", "beam", {}, "attends", False, [{"step": 1}]), "Give moved as a list of objects"),
    ("translate", ("one.", "beam", {}, "attends", False, [MOVE | {"weight": math.nan}]), "Give moved as a list"),
    ("translate", ("one.", "beam", {}, "attends", False, [MOVE | {"step": 10**400}]), "Give moved as a list"),
    ("translate", ("one.", "beam", {}, "attends", False, [MOVE | {"more": 1}]), "Give moved as a list of objects"),
    ("translate", ("one.", "beam", {}, "attends", False, [MOVE | {"first": 99, "last": 99}]), "some, not all, of the"),
    ("translate", ("one.", "beam", {}, "plain", False, [MOVE]), "cannot be moved"),
    ("score", ("one.", None), "Give a translation to score"),
    ("score", ("one.", ""), "Give a translation to score"),
    ("score", ("one.", ["eins."]), "Give a translation to score"),
    ("score", (None, "eins."), "Type an English sentence"),
    ("score", ("one.", NOVEL), "Only texts of up to 1,000 characters"),
    ("score", (NOVEL, "eins."), "Only texts of up to 1,000 characters"),
    ("score", ("one.", "eins.", 7), "Choose one of the models"),
    ("why_not", ("one.", None), "Type the translation that you expected"),
    ("why_not", (None, "eins."), "Type an English sentence"),
    ("why_not", ("one.", NOVEL), "Only texts of up to 1,000 characters"),
    ("why_not", ("one.", "eins.", "score"), "Choose one of the strategies"),
    ("why_not", ("one.", "eins.", "beam", [1]), "Give the settings as an object"),
    ("beside", ("one.", None), "Choose 1 to 6 models"),
    ("beside", ("one.", "plain"), "Choose 1 to 6 models"),
    ("beside", ("one.", ["plain"] * 7), "Choose 1 to 6 models"),
    ("beside", ("one.", [NESTED]), "Choose one of the models"),
    ("beside", (None, ["plain"]), "Type an English sentence"),
    ("beside", ("one.", ["plain"], ["eins."]), "Give the reference as text"),
    ("beside", ("one.", ["plain"], "", math.nan), "must be a whole number"),
    ("neighbours", (None,), "Type an English sentence"),
    ("neighbours", (NOVEL,), "Only texts of up to 1,000 characters"),
    ("neighbours", ("one.", ["eins."]), "Give the target as text"),
    ("neighbours", ("one.", "eins.", 0, "attends"), "Give place as a whole number from 1 on"),
    ("neighbours", ("one.", "eins.", 1.5, "attends"), "Give place as a whole number from 1 on"),
    ("neighbours", ("one.", "eins.", 1, "attends", 51), "count as one from 1 to 50"),
    ("neighbours", ("one.", "eins.", 1, "attends", True), "count as one from 1 to 50"),
    ("neighbours", ("one.", "eins.", 900, "attends"), "There is no piece 900 of this translation"),
    ("neighbours", ("one.", "eins.", 1, "plain"), "Plain has no index of training sentences"),
    ("neighbours", ("one.", "eins.", 1, []), "Choose one of the models"),
    ("ideas", ("../../etc/passwd",), "Choose one of the ideas"),
    ("ideas", (NESTED,), "Choose one of the ideas"),
    ("compare", ("one.", None), "Give the strategies as a list"),
    ("compare", ("one.", {"strategy": "greedy"}), "Give the strategies as a list"),
    ("compare", ("one.", [{"strategy": "greedy", "model": 5}]), "Give the model of strategy 1 by its name"),
    ("compare", ("one.", [{"strategy": "greedy", "model": "missing"}]), "Choose one of the models"),
    ("compare", ("one.", []), "Add a strategy"),
    *(
        ("compare", ("one.", GREEDY, "", 0, "", n), "timings as a whole number from 1 to 10")
        for n in (0, 11, True, "2")
    ),
    ("compare", ("one.", GREEDY * 9), "at most 8"),
    ("compare", ("one.", ["greedy"]), "Strategy 1 must be an object"),
    ("compare", ("one.", [{"strategy": "greedy", "colour": "red"}]), "Strategy 1 must be an object"),
    ("compare", ("one.", [{"strategy": SURROGATE}]), "Choose one of the strategies"),
    ("compare", ("one.", [{"strategy": "beam", "settings": [5]}]), "settings of strategy 1 as an object"),
    ("compare", ("one.", [{"strategy": "beam", "settings": {"num_beams": 10**9}}]), "Strategy 1: Beam width"),
    ("compare", (None, GREEDY), "Type an English sentence"),
    ("compare", ("one.", GREEDY, ["eins."]), "Give the reference as text"),
    ("compare", ("one.", GREEDY, "", None), "Seed must be a whole number"),
    ("compare", ("one.", GREEDY, "", math.nan), "Seed must be a whole number"),
    ("compare", ("one.", GREEDY, "", 0, "missing"), "Choose one of the models"),
]


@pytest.mark.parametrize(("endpoint", "arguments", "sentence"), BAD)
def test_what_cannot_be_used_is_one_short_sentence(
    endpoints: Endpoints, endpoint: str, arguments: tuple[Any, ...], sentence: str
) -> None:
    with pytest.raises(gr.Error) as refused:
        getattr(endpoints, endpoint)(*arguments)
    said = refused.value.message
    assert sentence in said
    assert said[0].isupper()
    assert said.endswith(".")
    assert len(said) < 300
    said.encode()  # no surrogate gets through
    assert not refused.value.print_exception


def test_a_deadline_is_a_sentence_too(endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "DEADLINE", -1.0)
    with pytest.raises(gr.Error, match="Stopped after"):
        endpoints.score("one.", "eins.")
    (row,) = endpoints.compare("one.", [{"strategy": "greedy"}])["results"]
    assert "Stopped after" in row["error"]


def test_our_own_mistakes_are_not_told_to_strangers(endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("/home/someone/secret.py")

    monkeypatch.setattr(answers, "scored", broken)
    with pytest.raises(gr.Error) as refused:
        endpoints.score("one.", "eins.")
    assert refused.value.message == "Something went wrong on our side; try another request."
