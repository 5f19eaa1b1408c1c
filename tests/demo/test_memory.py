"""When free memory goes back to the system."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

from demo import memory
from demo.memory import PATIENCE, Caretaker


def looks(*seconds_of_work: float) -> list[bool]:
    """Whether it is time at each look, two seconds apart, after so much work since the one before."""
    caretaker, used, found = Caretaker(10.0, 100.0), 10.0, []
    for place, work in enumerate(seconds_of_work, start=1):
        used += work
        found.append(caretaker.due(used, 100.0 + 2 * place))
    return found


def test_memory_is_given_back_once_after_work_as_soon_as_there_is_none() -> None:
    assert looks(0.0, 0.01, 1.5, 1.8, 0.02, 0.0, 0.0, 0.5, 0.0) == [False] * 4 + [True] + [False] * 3 + [True]


def test_after_the_start_it_is_given_back_as_soon_as_there_is_no_work() -> None:
    caretaker = Caretaker(10.0, 100.0, worked=True)
    assert [caretaker.due(12.0, 102.0), caretaker.due(12.0, 104.0), caretaker.due(12.0, 106.0)] == [False, True, False]


def test_under_work_without_an_end_it_is_given_back_now_and_then() -> None:
    found = looks(*[2.0] * 100)
    first = found.index(True)
    assert 2 * first >= PATIENCE and sum(found) == 3


def test_threads_share_their_heaps_where_the_library_can() -> None:
    """glibc says how many heaps there are: with many threads at work no more than are allowed."""
    script = (
        "import ctypes, threading\n"
        "from demo.memory import share_heaps\n"
        "share_heaps()\n"
        "library = ctypes.CDLL(None)\n"
        "gate = threading.Barrier(9)\n"
        "def work():\n"
        "    library.malloc(2000)\n"
        "    gate.wait()\n"
        "    gate.wait()\n"
        "for _ in range(8): threading.Thread(target=work, daemon=True).start()\n"
        "gate.wait()\n"
        "library.malloc_info(0, ctypes.c_void_p.in_dll(library, 'stdout'))\n"
        "library.fflush(None)\n"
        "gate.wait()\n"
    )
    if not hasattr(ctypes.CDLL(None), "mallopt") or not hasattr(ctypes.CDLL(None), "malloc_info"):
        memory.share_heaps()
        return
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert 1 <= told.count("<heap nr=") <= memory.ARENAS


def test_giving_back_shrinks_the_process_where_the_library_can() -> None:
    if not hasattr(ctypes.CDLL(None), "malloc_trim"):
        memory.give_back()
        return

    def resident() -> int:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1])

    memory.give_back()
    # Small pieces with one kept above them: free memory that the library cannot give back by shrinking its heap.
    held = [bytes(4000) for _ in range(20_000)]
    last = bytes(4000)
    high = resident()
    del held
    memory.give_back()
    assert high - resident() > 10_000 and last  # pages of 4 KB, of the 20,000


def test_where_there_is_no_such_call_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    memory.give_back()
