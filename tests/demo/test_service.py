import os
import pickle
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Semaphore
from typing import Any

import pytest

from demo import models
from demo.common.stopping import PRESENT, Stop
from demo.common.text_input import InputError
from demo.service import DoneUnit, Part, Service, budget, groups, running, served
from seq2seq_core.checkpoint import save_checkpoint
from seq2seq_core.decoding import STRATEGIES, DecodeResult, options
from seq2seq_core.types import CoreError
from tests.demo import samples
from tests.tiny import tiny_checkpoint, tiny_tokenizer


def test_the_model_with_attention_comes_first_and_a_broken_one_is_left_out(service: Service) -> None:
    assert service.names[0] == "en-de"
    assert service.working() == {"en-de": "en-de", "en-de-context": "en-de-context"}
    assert service.problems() == {"broken": "the weights do not load"}


def test_a_broken_model_is_one_sentence_and_the_others_go_on(service: Service) -> None:
    with pytest.raises(InputError, match=r"^The model broken cannot be used: the weights do not load\.$"):
        service.translator("broken")
    assert service.translator("en-de-context").name == "en-de-context"


def test_whatever_loading_ends_in_the_other_models_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Translators:
        @staticmethod
        def load(folder: Path, device: str, **_: object) -> samples.FakeTranslator:
            if folder.name == "odd":
                raise KeyError("/root/secret")
            return samples.FakeTranslator(folder.name)

    monkeypatch.setattr(models, "Translator", Translators)
    for name in (b"odd", b"en-de", b"not utf-8 \xff"):
        os.mkdir(os.path.join(os.fsencode(tmp_path), name))
    service = Service(tmp_path, "cpu")
    assert service.problems() == {"odd": "loading it ends in KeyError; copy the checkpoint again"}
    assert service.names == ("en-de", "odd") and list(service.working()) == ["en-de"]
    with pytest.raises(InputError, match=r"^The model odd cannot be used: .*\.$"):
        service.translator("odd")
    said = capsys.readouterr().err
    assert "odd is left out: loading it ends in KeyError" in said and "secret" not in said
    assert "'not utf-8 \\udcff' is left out: its name is no text" in said


def test_no_checkpoint_says_how_to_get_one(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(CoreError, match="train"):
            Service(folder, "cpu")


def test_the_folder_may_be_a_checkpoint_itself(tmp_path: Path, service: Service) -> None:
    (tmp_path / "mine" / "checkpoint").mkdir(parents=True)
    (tmp_path / "mine" / "checkpoint" / "config.json").write_text("{}", encoding="utf-8")
    (tmp_path / "mine" / "tensorboard").mkdir()
    own = Service(tmp_path / "mine" / "checkpoint", "cpu")
    assert own.names == ("mine",) and own.problems() == {}


def test_a_run_gives_drafts_and_then_the_result(service: Service) -> None:
    request = service.text_request("A dog.", "en-de", "beam", {}).sentences[0]
    *drafts, result = service.run(request)
    assert (drafts[1].steps, drafts[1].tokens) == (2, ("▁Ein", "▁Mann"))
    assert drafts[1].step is not None and drafts[1].step.index == 1
    assert isinstance(result, DecodeResult)
    assert result.source == "A dog."


@pytest.mark.parametrize(
    ("text", "model", "strategy"),
    [
        (None, "en-de", "beam"),
        ("A dog.", None, "beam"),
        ("A dog.", "../../etc", "beam"),
        ("A dog.", "en-de", None),
        ("A dog.", "en-de", ["beam"]),
        ("A dog.", "broken", "beam"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(
    service: Service, text: object, model: object, strategy: object
) -> None:
    with pytest.raises(InputError, match=r"^[A-Z].*\.$"):
        service.text_request(text, model, strategy, {}).sentences[0]


def closed(translator: samples.FakeTranslator) -> int | None:
    """The step at which its search was closed, once it is."""
    end = time.monotonic() + 10
    while translator.closed_at is None and time.monotonic() < end:
        time.sleep(0.01)
    return translator.closed_at


def step_by_step(service: Service) -> tuple[samples.FakeTranslator, Semaphore]:
    """The model, whose every step waits for the gate."""
    translator = service.translator("en-de")
    assert isinstance(translator, samples.FakeTranslator)
    translator.gate = Semaphore(0)
    return translator, translator.gate


def test_closing_a_run_stops_the_search(service: Service) -> None:
    translator, gate = step_by_step(service)
    gate.release(2)
    run = service.run(service.text_request("A dog.", "en-de", "greedy", {}).sentences[0])
    next(run), next(run)
    run.close()
    gate.release()  # the step under way
    assert closed(translator) in (1, 2)


def test_while_nothing_happens_whoever_waits_can_stop(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "BEAT", 0.01)
    translator, gate = step_by_step(service)
    asked = service.text_request("A dog.", "en-de", "greedy", {})
    document = service.run_document(service.decoding("en-de", "greedy", {}), ["A dog."])
    many = service.run_many([service.decoding("en-de", "greedy", {})], ["A dog."])
    runs = (service.run_text(asked, watched=False), many, document)
    assert [next(run) for run in runs] == [None, Part(0, ()), ()]
    for run in runs:
        run.close()
    gate.release()
    assert closed(translator) is not None


def test_a_client_that_goes_ends_its_search(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue tells the request, and both the search and whoever waits for it look."""
    translator, gate = step_by_step(service)
    stop = Stop()
    token = PRESENT.set(stop)
    try:
        run = service.run_text(service.text_request("A dog.", "en-de", "greedy", {}), watched=False)
        monkeypatch.setattr(groups, "BEAT", 0.01)
        next(run)
    finally:
        PRESENT.reset(token)
    stop.leave()
    gate.release()
    assert closed(translator) is not None
    with pytest.raises(InputError, match=r"^Stopped, since nobody waits"):
        list(run)


def test_a_deadline_is_kept_whatever_a_step_takes_and_a_late_result_is_not_handed_out(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "DEADLINE", 0.3)
    _, gate = step_by_step(service)
    begun, asked = time.monotonic(), service.text_request("A dog.", "en-de", "greedy", {})
    with pytest.raises(InputError, match=r"^Stopped after 0 seconds; try a shorter sentence"):
        list(service.run_text(asked, watched=False))
    assert time.monotonic() - begun < 1.3
    run = service.run_text(asked, watched=False)
    gate.release(20)
    while next(run) is None:
        pass  # its result is there, in time
    gate.release(20)
    late = service.run_text(asked, trace=False)
    assert next(late) is not None
    time.sleep(0.4)
    with pytest.raises(InputError, match=r"^Stopped after"):
        list(late)


ASKED: dict[str, Callable[[Service], Iterator[object]]] = {
    "scoring": lambda service: service.run(service.scoring("A dog.", "Ein Hund.", "en-de"), trace=False),
    "one sentence": lambda service: service.run_text(service.text_request("A dog.", "en-de", "mbr", {}), watched=False),
    "a text": lambda service: service.run_text(service.text_request("A dog. A cat.", "en-de", "greedy", {})),
    "a set": lambda service: service.run_many([service.decoding("en-de", "greedy", {})], ["A dog."]),
    "a document": lambda service: service.run_document(service.decoding("en-de", "greedy", {}), ["A dog."]),
}


@pytest.mark.parametrize("kind", ASKED)
def test_whatever_is_asked_keeps_its_deadline_though_its_first_step_takes_longer(
    service: Service, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Encoding is a part of the first step."""
    for name in ("DEADLINE", "TEXT_DEADLINE", "SET_DEADLINE", "DOCUMENT_DEADLINE"):
        monkeypatch.setattr(running, name, 0.2)
    monkeypatch.setattr(samples.FakeTranslator, "target_ids", lambda *_: [5, 6, 7], raising=False)
    _, gate = step_by_step(service)
    begun = time.monotonic()
    with pytest.raises(InputError, match=r"^[A-Z].*\.$"):
        list(ASKED[kind](service))
    assert time.monotonic() - begun < 1.2
    gate.release(1000)


def test_a_request_has_a_deadline_of_its_own(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "DEADLINE", -1.0)
    with pytest.raises(InputError, match=r"^Stopped after"):
        list(service.run(service.text_request("A dog.", "en-de", "greedy", {}).sentences[0]))


@pytest.mark.parametrize("model", ["en-de", "en-de-transformer"])
def test_all_that_the_sliders_offer_on_a_long_text_is_within_the_budget(repo_root: Path, model: str) -> None:
    """A thousand characters of English, each slider at its end, under every strategy."""
    there = Service(repo_root / "checkpoints" / model, "cpu")
    text = ("The harbour was quiet when the last of the fishing boats came home, and nobody spoke. " * 12)[:1000]
    for name, strategy in STRATEGIES.items():
        ends = {
            field.name: field.metadata["soft_max"] or field.metadata["max"]
            for field in options(strategy.Config)
            if field.metadata["kind"] is int and field.name not in ("min_new_tokens", "no_repeat_ngram_size")
        }
        if name == "diverse-beam":
            ends["num_beam_groups"] = 10
        request = there.decoding(model, name, {**ends, "max_new_tokens": 0})
        assert there.translator(model).cost([text], request.config, trace=True).bytes <= budget.BUDGET, name


@pytest.mark.parametrize(
    ("text", "strategy", "settings", "lower"),
    [
        ("\U0001f600" * 1000, "mbr", {"num_candidates": 128, "max_new_tokens": 500}, r"lower Candidates \(128\)"),
        ("a dog " * 160, "beam", {"num_beams": 1000}, r"lower Beam width \(1000\)"),
        ("a dog " * 160, "sample", {"num_return_sequences": 1000}, r"lower Samples \(1000\)"),
    ],
)
def test_what_is_beyond_the_budget_is_refused_before_it_begins(
    service: Service, monkeypatch: pytest.MonkeyPatch, text: str, strategy: str, settings: dict[str, int], lower: str
) -> None:
    translator = service.translator("en-de")
    monkeypatch.setattr(translator, "stream_batch", lambda *_, **__: pytest.fail("it was begun"))
    if strategy == "mbr":  # as its bytes are pieces
        text = text * 4
    request = replace(service.decoding("en-de", strategy, settings), text=text)
    with pytest.raises(InputError, match=rf"^This may take up to .* GB .*: {lower}, or give a shorter text .*\.$"):
        next(service.run(request))


def test_a_set_is_decoded_in_batches_within_the_budget(service: Service) -> None:
    request = service.decoding("en-de", "stochastic-beam", {"num_beams": 1000})
    sizes = [len(part.results) for part in service.run_many([request], ["A dog runs."] * 9) if part.results]
    assert sum(sizes) == 9 and 1 < max(sizes) < running.CHUNK
    few = service.decoding("en-de", "beam", {})
    assert [len(part.results) for part in service.run_many([few], ["A dog runs."] * 9) if part.results] == [8, 1]
    with pytest.raises(InputError, match="lower Samples"):
        next(service.run_many([few, request], ["A dog.", "long " * 190]))


def test_a_document_is_decoded_in_chunks_that_are_told_one_by_one(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    translator, chunks = service.translator("en-de"), list[tuple[int, list[str]]]()
    assert isinstance(translator, samples.FakeTranslator)
    stream = translator.stream_texts

    def noted(texts: Any, config: Any, *, first_index: int, batch_size: int) -> Any:
        assert batch_size == len(texts), "so many sentences are within the budget, however many the texts have"
        chunks.append((first_index, list(texts)))
        return stream(texts, config, first_index=first_index)

    monkeypatch.setattr(translator, "stream_texts", noted)
    monkeypatch.setattr(budget, "DOCUMENT_CHUNK", 3)
    monkeypatch.setattr(budget, "DOCUMENT_CHUNK_CHARACTERS", 10)
    texts = ["a", "b", "c", "d", "eeeeeeeee", "ff", "g" * 50, "h"]
    parts = list(service.run_document(service.decoding("en-de", "greedy", {}), texts))
    assert chunks == [(0, ["a", "b", "c"]), (3, ["d", "eeeeeeeee"]), (5, ["ff"]), (6, ["g" * 50]), (7, ["h"])]
    assert [len(part) for part in parts] == [0, 3, 0, 2, 0, 1, 0, 1, 0, 1], "a step, then the units of the chunk"
    assert all(isinstance(unit, DoneUnit) and unit.text for part in parts for unit in part)


def test_closing_a_document_stops_its_search_and_lets_others_in(service: Service) -> None:
    translator, gate = step_by_step(service)
    request = service.decoding("en-de", "greedy", {})
    run = service.run_document(request, ["A dog.", "A cat."])
    next(run)
    run.close()
    gate.release(2)
    assert closed(translator) == 0
    assert sum(len(part) for part in service.run_document(request, ["A dog."])) == 1


def test_what_runs_on_a_borrowed_gpu_is_passed_names_and_settings_but_no_model(
    service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sent: list[bytes] = []

    def through_a_queue(function: Callable[..., Iterator[object]]) -> Callable[..., Iterator[object]]:
        """As ZeroGPU does, whose other process is sent the arguments and sends back what is yielded."""

        def call(*arguments: object) -> Iterator[object]:
            sent.append(pickle.dumps(arguments))
            for event in function(*arguments):
                assert pickle.dumps(event)
                yield event

        return call

    monkeypatch.setattr(running, "on_gpu", through_a_queue)
    monkeypatch.setattr(running, "BORROWED", True)
    there = Service(tmp_path, "cpu")
    request = there.text_request("A dog.", "en-de", "beam", {}).sentences[0]
    assert isinstance(list(there.run(request))[-1], DecodeResult)
    assert sum(len(part.results) for part in there.run_many([request], ["A dog.", "A cat."])) == 2
    assert len(sent) == 2
    assert all(len(arguments) < 2000 and b"Translator" not in arguments for arguments in sent)


def test_on_a_borrowed_gpu_all_models_are_there_before_the_page_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Slow:
        @staticmethod
        def load(folder: Path, device: str, **_: object) -> samples.FakeTranslator:
            time.sleep(0.2)
            return samples.FakeTranslator(folder.name)

    (tmp_path / "one").mkdir()
    monkeypatch.setattr(models, "Translator", Slow)
    monkeypatch.setattr(served, "BORROWED", True)
    assert list(Service(tmp_path, "cpu")._models._kept) == ["one"]


def test_a_text_is_decoded_sentence_by_sentence_with_drafts_of_each(service: Service) -> None:
    asked = service.text_request("It rains. We walk.\nYes.", "en-de", "beam", {})
    assert [request.text for request in asked.sentences] == ["It rains.", "We walk.", "Yes."]
    assert asked.between == ("", " ", "\n", "")
    events = list(service.run_text(asked))
    results = [event for event in events if isinstance(event, DecodeResult)]
    assert [result.source for result in results] == ["It rains.", "We walk.", "Yes."]
    assert events.index(results[0]) < len(events) / 2, "the first is there before the last is begun"


def test_sentences_of_a_text_draw_as_they_do_in_the_core(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeds hang on a sentence's number, which ``Translator.translate_texts`` gives by its place."""
    numbers: list[int] = []
    translate = samples.FakeTranslator.stream_batch

    def stream(self: samples.FakeTranslator, *arguments: Any, indices: Sequence[int], **named: Any) -> Any:
        numbers.extend(indices)
        return translate(self, *arguments, indices=indices, **named)

    monkeypatch.setattr(samples.FakeTranslator, "stream_batch", stream)
    list(service.run_text(service.text_request("It rains. We walk. Yes.", "en-de", "sample", {})))
    assert numbers == [0, 1 << 32, 2 << 32]


def test_what_has_no_language_is_split_at_line_breaks_only(service: Service) -> None:
    service.translator("en-de").metadata.update(source_language="Date in words")
    asked = service.text_request("3. Mai 1999\n \n  4 juin 2001", "en-de", "beam", {})
    assert [request.text for request in asked.sentences] == ["3. Mai 1999", "4 juin 2001"]
    assert asked.between == ("", "\n \n  ", "")


def test_a_text_has_a_deadline_for_all_its_sentences(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "DEADLINE", -1.0)
    asked = service.text_request("It rains. We walk.", "en-de", "greedy", {})
    assert len([event for event in service.run_text(asked) if isinstance(event, DecodeResult)]) == 2
    monkeypatch.setattr(running, "TEXT_DEADLINE", -1.0)
    with pytest.raises(InputError, match=r"^Stopped after -1 seconds; try a shorter text"):
        list(service.run_text(asked))


def test_the_traces_of_a_text_are_bounded(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "TEXT_ROWS", 15)
    recorded = samples.result(steps=tuple(samples.step(i) for i in range(10)))
    monkeypatch.setattr(samples, "result", lambda **_: recorded)
    found, search = 0, service.run_text(service.text_request("It rains. " * 5, "en-de", "beam", {}))
    with pytest.raises(InputError, match=r"^Stopped: .* too much memory; try fewer beams\.$"):
        for event in search:
            found += isinstance(event, DecodeResult)
    assert found == 2, "ten rows each: after the second they are above fifteen"


def test_a_text_is_split_where_the_core_would_split_it(service: Service) -> None:
    text = "Uno dos. Tres cuatro.\nCinco."
    for language, count in (("Spanish", 3), ("Date", 2)):
        service.translator("en-de").metadata["source_language"] = language
        assert len(service.text_request(text, "en-de", "greedy", {}).sentences) == count


def test_models_with_one_title_are_told_apart_by_their_names(tmp_path: Path) -> None:
    card = {"title": "Names", "source_language": "Arabic", "target_language": "English", "task": "transliteration"}
    for name, title in (("one", "Names"), ("two", "Names"), ("three", "Others")):
        made = tiny_checkpoint(tiny_tokenizer())
        save_checkpoint(tmp_path / name, replace(made, metadata=card | {"title": title}))
    service = Service(tmp_path, "cpu")
    assert service.working() == {"one": "Names (one)", "three": "Others", "two": "Names (two)"}
    assert service.title("two") == "Names (two)" and service.title("none") == ""
    known = service.expected()
    assert (known.noun, known.source_code, known.reads_right_to_left) == ("transliteration", "ar", True)


def test_what_is_asked_for_is_called_what_the_model_writes(service: Service) -> None:
    service.translator("en-de-context").metadata |= samples.PRONUNCIATION
    for model, noun in (("en-de", "translation"), ("en-de-context", "pronunciation")):
        with pytest.raises(InputError, match=f"^Type the {noun} that you expected"):
            service.expecting("walk", "", model, "beam", {})
        with pytest.raises(InputError, match=f"^Give a {noun} to score"):
            service.scoring("walk", None, model)
        request = service.text_request("walk", model, "greedy", {}).sentences[0]
        assert f"beginning of the {noun} was left out" in service.continued(request, (10**6,)).note
