from pathlib import Path

import pytest

from demo import service as module
from demo.common.text_input import InputError
from demo.service import Service
from seq2seq_core.decoding import DecodeResult
from seq2seq_core.types import CoreError
from tests.demo import samples


def test_the_model_with_attention_comes_first_and_a_broken_one_is_left_out(service: Service) -> None:
    assert service.names[0] == "en-de"
    assert service.working() == {"en-de": "en-de", "en-de-context": "en-de-context"}
    assert service.problems() == {"broken": "the weights do not load"}


def test_a_broken_model_is_one_sentence_and_the_others_go_on(service: Service) -> None:
    with pytest.raises(InputError, match=r"^The model broken cannot be used: the weights do not load\.$"):
        service.translator("broken")
    assert service.translator("en-de-context").name == "en-de-context"


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
    request = service.request("A dog.", "en-de", "beam", {})
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
        service.request(text, model, strategy, {})


def test_closing_a_run_stops_the_search(service: Service) -> None:
    translator = service.translator("en-de")
    assert isinstance(translator, samples.FakeTranslator)
    run = service.run(service.request("A dog.", "en-de", "greedy", {}))
    next(run), next(run)
    run.close()
    assert translator.closed_at == 1


def test_a_request_has_a_deadline_of_its_own(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEADLINE", -1.0)
    with pytest.raises(InputError, match=r"^Stopped after"):
        list(service.run(service.request("A dog.", "en-de", "greedy", {})))
