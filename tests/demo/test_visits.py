"""What is kept of a visit."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from demo import visits as module
from demo.visits import CLOSED, Visit, Visits


class Desk:
    """Something that can forget."""

    forgot = False

    def forget(self) -> None:
        """Lets go what is large."""
        self.forgot = True


@pytest.fixture
def page() -> Any:
    with gr.Blocks(analytics_enabled=False) as page:
        gr.HTML("<p>large</p>")
        gr.State(None, time_to_live=100)
        gr.State([1], render=True)
        gr.State(Desk(), time_to_live=100)
    page.state_session_capacity = 3
    page._queue = SimpleNamespace(event_ids_to_events={"event": object()})
    return page


@pytest.fixture
def visits(page: Any) -> Visits:
    visits = Visits()
    visits.set_blocks(page)
    return visits


def keys(page: Any) -> list[int]:
    """Of the three values."""
    return [key for key, block in page.blocks.items() if isinstance(block, gr.State)]


def later(seconds: float) -> datetime:
    return datetime.now() + timedelta(seconds=seconds)


def test_a_visit_holds_no_copy_of_the_page_and_no_last_answer(page: Any) -> None:
    visit = Visit(page)
    visit._update_value_in_config(next(iter(page.blocks)), "x" * 1000)
    visit._update_config(next(iter(page.blocks)))
    assert visit.config_values == {} and list(visit.components) == []


def test_a_call_of_the_api_is_no_visit_and_drives_nobody_out(visits: Visits) -> None:
    mine = visits["page"]
    for _ in range(10):
        assert isinstance(visits["event"], Visit)
    assert list(visits.session_data) == ["page"] and visits["page"] is mine


def test_of_more_people_than_there_is_room_for_the_first_goes(visits: Visits) -> None:
    for name in "abcd":
        assert isinstance(visits[name], Visit)
    assert list(visits.session_data) == ["b", "c", "d"]


def test_what_was_not_used_for_long_goes_and_what_was_used_stays(page: Any) -> None:
    visit, (present, turn, _) = Visit(page), keys(page)
    visit[present] = "trace"
    assert visit[turn] == [1]
    assert not visit.let_go(later(99)) and visit[present] == "trace"
    assert not visit.let_go(later(101))
    assert present not in visit and visit[turn] == [1]


def test_on_an_open_page_what_was_set_up_stays_without_what_came_of_it(page: Any) -> None:
    visit, desk = Visit(page), keys(page)[2]
    mine = visit[desk]
    visit.let_go(later(101))
    assert visit[desk] is mine and mine.forgot


def test_a_closed_page_leaves_nothing(visits: Visits, page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = visits["page"]
    for key in keys(page):
        assert visit[key] is not False
    visit.is_closed = True
    visits.delete_all_expired_state()
    assert "page" in visits  # it may come back
    now = later(CLOSED + 1)
    monkeypatch.setattr(module, "datetime", SimpleNamespace(now=lambda: now))
    visits.delete_all_expired_state()
    assert "page" not in visits and not visits.time_last_used


def test_of_many_closed_pages_the_last_are_kept(visits: Visits) -> None:
    visits.capacity = 100
    for number in range(module.CLOSED_VISITS + 5):
        visits.session_data[f"closed {number}"] = visit = Visit(visits.blocks)
        visit.is_closed = True
        assert visit[keys(visits.blocks)[1]] == [1]
    assert visits["open"] and visits["closed 0"]  # used again, so among the last
    visits.delete_all_expired_state()
    assert len(visits.session_data) == module.CLOSED_VISITS + 1
    assert {"open", "closed 0", "closed 24"} <= set(visits.session_data) and "closed 4" not in visits
