"""The one error of the domain: a refusal with a stable code and a sentence that says what to do next."""

from __future__ import annotations


class DomainError(Exception):
    """A command that the rules refuse. Nothing has changed when it is raised.

    `code` is stable and short (`already_acknowledged`); it becomes the type of the engine's
    application error and of the API's problem document. `message` is for people.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
