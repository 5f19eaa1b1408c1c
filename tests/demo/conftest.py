"""A service over hand-made translators: the app's own behaviour, without a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo import models
from demo.service import Service
from seq2seq_core.types import CoreError
from tests.demo import samples


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    """One model with attention, its twin without, and a broken one."""

    class Translators:
        @staticmethod
        def load(folder: Path, device: str, **_: object) -> samples.FakeTranslator:
            if folder.name == "broken":
                raise CoreError("the weights do not load")
            return samples.FakeTranslator(folder.name)

    monkeypatch.setattr(models, "Translator", Translators)
    for name in ("broken", "en-de-context", "en-de"):
        (tmp_path / name).mkdir()
    service = Service(tmp_path, "cpu")
    service.problems()  # waits until all were tried
    return service
