"""A checkpoint of our own goes to the Hub and comes back: what is sent, what the card says, and what may go wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from seq2seq_core.checkpoint import save_checkpoint
from tests.hugging_face.families import save_tiny
from tests.hugging_face.hub import TOKEN, serving
from tests.hugging_face.test_hub import ROOT, ask, environment
from tests.tiny import tiny_checkpoint, tiny_tokenizer

OUT = "http://127.0.0.1:9"

PUSH = """
import json, os, sys
from seq2seq_core.cli import main
for token, *arguments in json.loads(sys.argv[1]):
    os.environ["HF_TOKEN"] = token
    print(main(["push", *arguments]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("runs") / "digits"
    save_checkpoint(run / "checkpoint", tiny_checkpoint(tiny_tokenizer()))
    learnt = {"event": "step", "step": 1, "loss": 2.0, "learning_rate": 0.1}
    (run / "checkpoint" / "log.jsonl").write_text(json.dumps(learnt) + "\n")
    (run / "checkpoint" / "notes-to-self.txt").write_text("nobody else's")
    return run / "checkpoint"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("room")


@pytest.fixture(scope="module")
def hub(room: Path) -> Iterator[tuple[str, list[str]]]:
    with serving({}, room) as server:
        yield server


def push(home: Path, endpoint: str, *arguments: str, token: str = TOKEN) -> tuple[int, str, str]:
    env = environment(home, endpoint) | {"HF_TOKEN": token}
    command = [sys.executable, "-m", "seq2seq_core", "push", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout, done.stderr


def test_what_was_pushed_is_loaded_by_its_name(
    hub: tuple[str, list[str]], room: Path, folder: Path, tmp_path: Path
) -> None:
    address, _ = hub
    code, said, complaint = push(tmp_path, address, str(folder), "me/digits")
    assert (code, complaint) == (0, "")
    assert said.splitlines()[0] == f"{address}/me/digits" and "--checkpoint hf:me/digits" in said
    sent = {path.name for path in (room / "digits").iterdir()}
    assert sent == {"config.json", "metrics.json", "model.safetensors", "tokenizer.model", "README.md", "log.jsonl"}
    card = (room / "digits" / "README.md").read_text(encoding="utf-8")
    assert 'Translator.load("hf:me/digits")' in card and str(folder.parent) not in card
    fetched, loaded, local = ask(tmp_path, address, "hf:me/digits", str(folder))
    assert fetched.startswith("said: fetching ")
    assert loaded.partition("(")[::2] == local.partition("(")[::2]
    # Once more is another commit in the same place; what was fetched needs no network.
    assert push(tmp_path, address, str(folder), "me/digits")[0] == 0
    assert ask(tmp_path, OUT, "hf:me/digits") == [loaded]


def test_a_damaged_repository_is_named_as_it_was_called(
    hub: tuple[str, list[str]], room: Path, folder: Path, tmp_path: Path
) -> None:
    address, _ = hub
    assert push(tmp_path, address, str(folder), "me/spoilt")[0] == 0
    (room / "spoilt" / "tokenizer.model").write_bytes(b"another")
    spoilt, manner = (
        line for line in ask(tmp_path, address, "hf:me/spoilt", "hf:me/digits?source=en") if line.startswith("error: ")
    )
    assert spoilt.startswith("error: me/spoilt: tokenizer.model in ") and "checksum" in spoilt
    assert "it is read in one way, so leave out all from ? on" in manner


def test_what_cannot_be_pushed_is_said_in_one_sentence(
    hub: tuple[str, list[str]], folder: Path, tmp_path: Path
) -> None:
    foreign = Path(save_tiny("marian", tmp_path))
    cases = [
        ((str(folder), "digits"), TOKEN, "'hf:digits' is no model of the Hub"),
        ((str(folder), "me/digits@v1"), TOKEN, "'me/digits@v1' is no repository to push to"),
        ((str(foreign), "me/foreign"), TOKEN, "is a model of transformers; push it with its own push_to_hub"),
        ((str(tmp_path / "none"), "me/none"), TOKEN, "there is no checkpoint folder"),
        ((str(folder), "me/digits"), "", "nobody is logged in here; hf auth login, or set HF_TOKEN"),
        ((str(folder), "me/digits"), "hf_wrong", "you may not write to me/digits (401)"),
        ((str(folder), "you/digits"), TOKEN, "you may not write to you/digits (403)"),
    ]
    asked = json.dumps([[token, *arguments] for arguments, token, _ in cases])
    env = environment(tmp_path, hub[0])
    done = subprocess.run([sys.executable, "-c", PUSH, asked], cwd=ROOT, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "2\n" * len(cases)), done.stderr
    for said, (_, _, wanted) in zip(done.stderr.splitlines(), cases, strict=True):
        assert said.startswith("error: ") and wanted in said
    code, said, complaint = push(tmp_path, OUT, str(folder), "me/digits")
    assert (code, said) == (2, "")
    assert complaint.startswith("error: the Hub does not answer (ConnectError)") and complaint.count("\n") == 1


SERVE = """
import json, os, sys, time
from pathlib import Path
from demo.api.endpoints import Endpoints
from demo.service import Service, log_of
service = Service([Path(sys.argv[1]), *sys.argv[2:]], "cpu")
while any(map(service.pending, service.names)):
    time.sleep(0.2)
said = {name: Endpoints(service).translate("one two.", "greedy", model=name)["text"] for name in service.working()}
logs = {name: len(log_of(service, name)) for name in said}
print(json.dumps({"said": said, "logs": logs, "problems": service.problems()}), flush=True)
os._exit(0)  # a server's threads do not end by themselves
"""


def test_the_app_takes_what_was_pushed_by_its_name_and_revision(
    hub: tuple[str, list[str]], folder: Path, tmp_path: Path
) -> None:
    address, _ = hub
    assert push(tmp_path, address, str(folder), "me/served")[0] == 0
    places = [str(folder), "hf:me/served@main", "hf:me/nowhere"]
    done = subprocess.run(
        [sys.executable, "-c", SERVE, *places], cwd=ROOT, env=environment(tmp_path, address), capture_output=True,
        text=True, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    (_, local), (name, served) = told["said"].items()
    assert served == local and "served" in name
    assert set(told["logs"].values()) == {1}, "how it learnt came with it"
    [(missing, problem)] = told["problems"].items()
    assert "nowhere" in missing and problem
