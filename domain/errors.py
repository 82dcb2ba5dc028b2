"""Refusals: a stable code and a sentence that says what to do next; for a file, every problem with its place."""

from __future__ import annotations

from dataclasses import dataclass


class DomainError(Exception):
    """A command that the rules refuse. Nothing has changed when it is raised.

    `code` is stable and short (`already_acknowledged`); it becomes the type of the engine's
    application error and of the API's problem document. `message` is for people; `parts` are what it was made of,
    where a page says it in another language.
    """

    def __init__(self, code: str, message: str, **parts: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.parts = parts


Path = tuple[str | int, ...]
"""Where something stands in a file: `("ladder", 1, "of")`."""


@dataclass(frozen=True)
class Problem:
    """`file` as it was named, `line` from 1 (0: the whole file), `path` as in `severities.p1.response.on`."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.path, self.message) if part)


class FileRefused(DomainError):
    """A file that cannot be used; `problems` are all that were found, in the order of the file."""

    def __init__(self, code: str, problems: list[Problem]) -> None:
        super().__init__(code, "\n".join(str(problem) for problem in problems))
        self.problems = problems


def written(path: Path) -> str:
    """A path as people write it: `ladder[1].of`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
