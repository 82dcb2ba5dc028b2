"""Generates the typed client from the API's own OpenAPI document: `make client`.

Three steps: the document, with successes only, because a refusal is raised and not returned; one module for each
operation and model, by openapi-python-client; and over them one class for each tag, so that a caller writes
`client.tickets.open_ticket(body)`. All of it goes to `escalade_client/generated`, and is made anew each time.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from api.app import create_app
from runtime.settings import Settings

HERE = Path(__file__).parent
TAGS = {"R&D": "rnd"}
"""Tags whose names are no names in Python."""
HEADER = '"""Generated from the OpenAPI document by client/generate.py: not to be edited."""\n\n'


def document() -> dict[str, Any]:
    """The API's document as the generator takes it: what is answered when all goes well."""
    made: dict[str, Any] = json.loads(json.dumps(create_app(Settings()).openapi()))
    for methods in made["paths"].values():
        for operation in methods.values():
            operation["tags"] = [TAGS.get(tag, tag) for tag in operation["tags"]]
            operation["responses"] = {
                status: _answer(answer) for status, answer in operation["responses"].items() if status < "3"
            }
            forms = operation.get("requestBody", {}).get("content", {})
            for other in list(forms)[1:]:
                del forms[other]  # the same said in another form
    _files(made)
    return made


def _files(part: Any) -> None:
    """Files in forms, in the older words that the generator knows."""
    if isinstance(part, dict):
        if part.pop("contentMediaType", None) is not None:
            part["format"] = "binary"
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            _files(one)


def _answer(answer: dict[str, Any]) -> dict[str, Any]:
    """Without its links; what is no JSON is a file: a picture, a page, a table."""
    content = answer.get("content", {})
    if content and "application/json" not in content:
        content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    return {"description": answer["description"], **({"content": content} if content else {})}


def generate(package: Path) -> None:
    """Writes `package`/generated. CalledProcessError or RuntimeError when a part of the document is not understood."""
    target = package / "generated"
    shutil.rmtree(target, ignore_errors=True)
    scripts = Path(sysconfig.get_path("scripts"))
    with tempfile.TemporaryDirectory() as folder:
        source, settings = Path(folder, "openapi.json"), Path(folder, "settings.yml")
        source.write_text(json.dumps(document()))
        settings.write_text("post_hooks: []\nhttp_timeout: 30\n")
        told = subprocess.run(
            [scripts / "openapi-python-client", "generate", "--meta", "none", "--path", source, "--config", settings,
             "--output-path", target, "--fail-on-warning"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if told.returncode:
        raise RuntimeError(f"the generator does not understand the document:\n{told.stdout}{told.stderr}")
    _rooms(target)
    for task in (("check", "--fix", "--select", "I,F401"), ("format", "--line-length", "120")):
        subprocess.run([scripts / "ruff", *task, "--quiet", "--isolated", target], check=True)


def _rooms(target: Path) -> None:
    """One class for each tag, and one that has them all."""
    rooms = target / "rooms"
    rooms.mkdir()
    names = sorted(room.name for room in (target / "api").iterdir() if room.is_dir() and room.name != "__pycache__")
    for name in names:
        modules = sorted(path for path in (target / "api" / name).glob("*.py") if path.stem != "__init__")
        imports, methods = [], []
        for module in modules:
            tree = ast.parse(module.read_text())
            imports += [ast.unparse(node) for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
            imports.append(f"from ..api.{name} import {module.stem} as _{module.stem}")
            methods.append(_method(module.stem, tree))
        kept = [line for line in dict.fromkeys(imports) if "import errors" not in line]
        lines = "\n".join(line.replace("from ...", "from ..") for line in kept)
        (rooms / f"{name}.py").write_text(
            f"{HEADER}from ..client import AuthenticatedClient\n{lines}\n\n\n"
            f"class {name.capitalize()}:\n    def __init__(self, client: AuthenticatedClient) -> None:\n"
            "        self._client = client\n\n" + "\n\n".join(methods) + "\n"
        )
    (rooms / "__init__.py").write_text(
        HEADER
        + "from ..client import AuthenticatedClient\n"
        + "".join(f"from .{name} import {name.capitalize()}\n" for name in names)
        + "\n\nclass Rooms:\n    def __init__(self, client: AuthenticatedClient) -> None:\n"
        + "".join(f"        self.{name} = {name.capitalize()}(client)\n" for name in names)
    )


def _method(operation: str, tree: ast.Module) -> str:
    """The operation as a method: what its module takes and gives and says of itself, without the client."""
    whole = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "sync_detailed")
    given = ast.unparse(whole.returns).removeprefix("Response[").removesuffix("]") if whole.returns else "Any"
    first = [f"{one.arg}: {ast.unparse(one.annotation or ast.Constant(None))}" for one in whole.args.args]
    named = list(_named(whole.args))
    body = [one for one in named if one.startswith("body:")]
    rest = [one for one in named if one not in body]
    taken = ", ".join(["self", *first, *body, *(["*", *rest] if rest else [])])
    passed = ", ".join(f"{one.split(':')[0]}={one.split(':')[0]}" for one in [*first, *body, *rest])
    said = (ast.get_docstring(whole) or "").split("\n\nArgs:")[0].split("\n\nRaises:")[0]
    words = "\n        ".join(line.strip() for line in said.splitlines())
    call = f"_{operation}.sync_detailed(client=self._client, {passed})"
    if given == "Any":
        return f'    def {operation}({taken}) -> bytes:\n        """{words}"""\n        return {call}.content'
    return (
        f'    def {operation}({taken}) -> {given}:\n        """{words}"""\n'
        f"        answer = {call}.parsed\n        assert answer is not None\n        return answer"
    )


def _named(arguments: ast.arguments) -> Iterator[str]:
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if one.arg != "client":
            annotation = ast.unparse(one.annotation) if one.annotation else "object"
            yield f"{one.arg}: {annotation}" + (f" = {ast.unparse(default)}" if default else "")


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "escalade_client")
