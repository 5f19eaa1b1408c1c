"""The handlers of Translate, over the service of the test."""

from __future__ import annotations

import pytest

from demo.service import Service
from demo.translate.events import TranslateEvents
from tests.demo.translate.asking import laid_out


@pytest.fixture
def events(service: Service) -> TranslateEvents:
    return laid_out(service)
