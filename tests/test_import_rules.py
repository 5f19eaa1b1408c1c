"""The arrows of docs/architecture.md, kept true: imports go down only, and nothing unpickles or evaluates.

The sources are read, not imported, so an import inside a function or behind a condition counts as well.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# The core from top to bottom: a module imports from floors below its own, or from its own package.
FLOORS = (
    "__main__",
    "cli",
    "strategy_flags",
    "training",  # validates with the pipeline's Translator
    "documents",  # names what is doubtful in the pipeline's Translation
    "limits",  # asks several models what why_not asks one
    "about",  # asks the pipeline's Translator what its model is
    "neighbours",  # asks the pipeline's Translator for states, and a file what is near
    "why_not",  # asks the pipeline's Translator several things of one translation
    "pipeline",
    "push",
    "onnx_export",
    "checkpoint",
    "weights",
    "model_card",
    "models",
    "attention",
    "worked",  # tables searched as models are
    "decoding",
    "data",
    "text",
    "contrast",
    "evaluation",
    "distributed",
    "config",
    "files",
    "types",
)


ROOMS = (  # of decoding, the highest first
    "strategies",
    "search",
    "strategy",
    "record",
    "request",
    "filters",
    "phrases",
    "score",
    "config",
)


@dataclass(frozen=True)
class Rule:
    """``who`` and all below it never import any of ``never``; ``types_too`` also forbids it under TYPE_CHECKING."""

    who: str
    never: tuple[str, ...]
    types_too: bool = True


# What knows Gradio in a view's folder, and in what the views share. Everything else there works something out or draws
# it: a pure function of a result.
WIRED = {"view", "layout", "events", "editing", "show", "offline", "searching"}
WIRED_COMMON = {"controls", "theme", "wiring"}


def views() -> tuple[str, ...]:
    """The folders of the views, as modules."""
    folders = sorted(path.parent.name for path in (ROOT / "demo").glob("*/view.py"))
    return tuple(f"demo.{name}" for name in folders)


VIEWS = views()


RUN_THE_CORE = ("demo.service", "demo.models")
"""All that the app has of the core but words: the others ask the service."""


def draws(module: str) -> bool:
    """Whether this part of the app only draws or computes."""
    view, _, name = module.rpartition(".")
    return (view in VIEWS and name not in WIRED) or (view == "demo.common" and name not in WIRED_COMMON)


def _floor_rules() -> Iterator[Rule]:
    for height, floor in enumerate(FLOORS):
        yield Rule(f"seq2seq_core.{floor}", tuple(f"seq2seq_core.{above}" for above in FLOORS[:height]))


def _room_rules() -> Iterator[Rule]:
    for height, room in enumerate(ROOMS):
        above = tuple(f"seq2seq_core.decoding.{other}" for other in ROOMS[:height])
        yield Rule(f"seq2seq_core.decoding.{room}", above)


RULES = (
    *_floor_rules(),
    Rule("seq2seq_core", ("demo", "app", "gradio", "plotly", "spaces")),
    Rule("seq2seq_core.models", ("seq2seq_core.decoding",)),
    Rule("seq2seq_core.decoding", ("seq2seq_core.data", "sentencepiece", "transformers")),
    *_room_rules(),
    Rule("demo", ("app",)),
    Rule("demo", ("torch",)),
    Rule("demo.common", ("demo.app", "demo.api", *VIEWS)),
    *(Rule(runs, ("demo.app", "demo.api", *VIEWS)) for runs in RUN_THE_CORE),
    *(Rule(view, ("demo.app", "demo.api", *(other for other in VIEWS if other != view))) for view in VIEWS),
)

PICKLES = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
EVALUATES = {"eval", "exec", "__import__"}
UNPICKLES = {("torch", "load"), ("torch", "save"), ("np", "load"), ("numpy", "load"), ("pd", "read_pickle")}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources() -> list[Path]:
    files = [ROOT / "app.py"]
    for folder in ("seq2seq_core", "demo", "benchmarks", "scripts"):
        files += sorted((ROOT / folder).rglob("*.py"))
    return [path for path in files if path.exists()]


def below(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def _absolute(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    parts = parts[: len(parts) - node.level + is_package]
    return ".".join([*parts, *([node.module] if node.module else [])])


def _type_only(tree: ast.Module) -> set[ast.AST]:
    """Every node in the body of an ``if TYPE_CHECKING:``."""
    guarded: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            guarded.update(child for statement in node.body for child in ast.walk(statement))
    return guarded


def imports(source: str, module: str, is_package: bool = False) -> Iterator[tuple[str, int, bool]]:
    """Each imported name in full, its line, and whether only a type checker sees it."""
    tree = ast.parse(source)
    guarded = _type_only(tree)
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = _absolute(node, module, is_package)
            names = [f"{origin}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            names = [arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        for name in names:
            yield name, getattr(node, "lineno", 0), node in guarded


def broken_rules(source: str, module: str, is_package: bool = False) -> list[str]:
    found = []
    makes_pictures = any(
        below(name, "plotly") or below(name, "demo.common.markup") for name, *_ in imports(source, module)
    )
    for name, line, for_types in imports(source, module, is_package):
        for rule in RULES:
            if below(module, rule.who) and (rule.types_too or not for_types):
                found += [f"{module}:{line} imports {name}" for banned in rule.never if below(name, banned)]
        runs = any(below(module, each) for each in RUN_THE_CORE)
        if below(module, "demo") and not runs and not for_types and _runs_the_core(name):
            found.append(f"{module}:{line} reaches past the service: {name}")
        if draws(module) and below(name, "gradio"):
            found.append(f"{module}:{line} draws, and imports {name}")
        if draws(module) and makes_pictures and below(name, "seq2seq_core") and not for_types:
            found.append(f"{module}:{line} draws, and imports the core: {name}")
    return found


def _runs_the_core(name: str) -> bool:
    """Anything of the core but its version, its types, its text and what the strategies say of themselves."""
    origin, _, word = name.rpartition(".")
    plain_modules = ("types", "decoding", "text.characters", "text.languages", "text.spreadsheet")
    words = origin in {f"seq2seq_core.{module}" for module in plain_modules}
    plain = name == "seq2seq_core.__version__" or (words and word not in {"decode", "run"})
    return below(name, "seq2seq_core") and not plain


def unsafe_constructs(source: str, module: str) -> list[str]:
    found = [
        f"{module}:{line} imports {name}" for name, line, _ in imports(source, module) if name.split(".")[0] in PICKLES
    ]
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        owner, _, method = called.rpartition(".")
        if called in EVALUATES or (owner, method) in UNPICKLES:
            found.append(f"{module}:{node.lineno} calls {called}")
        if any(keyword.arg == "allow_pickle" and ast.unparse(keyword.value) != "False" for keyword in node.keywords):
            found.append(f"{module}:{node.lineno} allows pickles")
    return found


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_imports_go_down_only(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert broken_rules(source, module_name(path), path.name == "__init__.py") == []


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_nothing_unpickles_or_evaluates(path: Path) -> None:
    assert unsafe_constructs(path.read_text(encoding="utf-8"), module_name(path)) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("seq2seq_core.models.recurrent.decoder", "import gradio as gr"),
        ("seq2seq_core.pipeline", "def f():\n    from demo.translate import heatmap"),
        ("seq2seq_core.decoding.strategies.beam", "from seq2seq_core.models import Seq2Seq"),
        ("seq2seq_core.decoding.strategies.beam", "from ...data.tokenizer import Tokenizer"),
        ("seq2seq_core.decoding.strategies.beam", "from seq2seq_core import pipeline"),
        (
            "seq2seq_core.decoding.strategies.beam",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import sentencepiece",
        ),
        ("seq2seq_core.models.recurrent.seq2seq", "from seq2seq_core.decoding import score"),
        ("seq2seq_core.decoding.search.live", "from seq2seq_core.decoding.strategies import beam"),
        ("seq2seq_core.decoding.record.recorder", "from seq2seq_core.decoding.search.live import Live"),
        ("seq2seq_core.decoding.filters.top_p", "from seq2seq_core.decoding.search.live import Live"),
        ("seq2seq_core.types", "from .config import field"),
        ("seq2seq_core.data.corpus", "import importlib\nimportlib.import_module('plotly.io')"),
        ("demo.translate.heatmap", "import torch.nn"),
        ("demo.translate.heatmap", "from gradio import Plot"),
        ("demo.common.status", "import gradio as gr"),
        ("demo.translate.lens", "from demo.common.markup import tag\nfrom seq2seq_core.decoding import DecodeResult"),
        ("demo.translate.view", "from demo.compare import events"),
        ("demo.translate.view", "from ..compare.view import build"),
        ("demo.sets.figures", "import demo.compare.figures"),
        ("demo.common.contest", "from demo.compare.figures import Figures"),
        ("demo.translate.view", "from demo.app import VIEWS"),
        ("demo.translate.events", "from seq2seq_core.decoding import run"),
        ("demo.api", "import seq2seq_core.decoding"),
        ("demo.api", "from seq2seq_core.decoding import run"),
        ("demo.common.theme", "from seq2seq_core import checkpoint"),
        ("demo.translate.events", "from seq2seq_core.pipeline import Translator"),
        ("demo.service", "from app import main"),
    ],
)
def test_the_checker_sees_a_wrong_import(module: str, source: str) -> None:
    assert broken_rules(source, module) != []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (
            "seq2seq_core.decoding.strategies.beam",
            "import torch\nfrom ..config import Config\nfrom seq2seq_core.types import StepFn",
        ),
        ("seq2seq_core.pipeline", "from seq2seq_core.decoding import DecodeResult"),
        ("demo.app", "from demo.translate import view\nfrom demo.application import x"),
        ("demo.translate.view", "from demo.translate.events import TranslateEvents\nfrom demo.service import Service"),
        ("demo.common.controls", "from seq2seq_core.decoding import STRATEGIES, options"),
        ("demo.service", "from seq2seq_core.pipeline import Translator"),
        ("demo.translate.tree", "if TYPE_CHECKING:\n    from seq2seq_core.decoding import DecodeResult"),
    ],
)
def test_the_checker_lets_right_imports_pass(module: str, source: str) -> None:
    assert broken_rules(source, module) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from marshal import loads",
        "import torch\ntorch.load('x', weights_only=True)",
        "eval('1')",
        "exec('x = 1')",
        "np.load('x.npy')",
        "numpy_like.read('x', allow_pickle=True)",
    ],
)
def test_the_checker_sees_what_is_unsafe(source: str) -> None:
    assert unsafe_constructs(source, "x") != []


def test_the_checker_knows_a_method_from_the_builtin() -> None:
    assert unsafe_constructs("model.eval()\ntokenizer.load('x')\njson.loads('1')", "x") == []


def _loaded_by(module: str, *watched: str) -> list[str]:
    """Which of ``watched`` are in memory after importing ``module`` in a fresh interpreter."""
    script = f"import sys, {module}\nprint(*[name for name in {watched!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_every_part_of_the_core_has_its_floor() -> None:
    names = [module_name(path).split(".") for path in (ROOT / "seq2seq_core").rglob("*.py")]
    assert {name[1] for name in names if len(name) > 1} - set(FLOORS) == set()


def test_the_whole_core_loads_without_the_app() -> None:
    modules = [module_name(path) for path in sorted((ROOT / "seq2seq_core").rglob("*.py"))]
    everything = ", ".join(name for name in modules if not name.endswith("__main__"))
    assert _loaded_by(everything, "gradio", "plotly", "demo", "app") == []


def test_decoding_loads_without_a_model_or_a_tokenizer() -> None:
    watched = [
        f"seq2seq_core.{floor}" for floor in FLOORS if floor not in ("decoding", "evaluation", "config", "types")
    ]
    assert _loaded_by("seq2seq_core.decoding", *watched, "sentencepiece", "transformers") == []


def test_what_draws_a_figure_or_a_card_loads_without_gradio() -> None:
    parts = [module_name(path) for path in sorted((ROOT / "demo").rglob("*.py"))]
    assert len(drawing := [name for name in parts if draws(name)]) > 30
    assert _loaded_by(", ".join(drawing), "gradio") == []


def test_plots_load_without_torch() -> None:
    files = sorted((ROOT / "demo").rglob("*.py"))
    plots = [module_name(path) for path in files if "plotly.graph_objects" in path.read_text(encoding="utf-8")]
    assert len(plots := [name for name in plots if draws(name)]) > 4
    assert _loaded_by(", ".join(plots), "torch") == []
