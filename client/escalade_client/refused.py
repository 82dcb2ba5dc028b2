"""What is raised when the API refuses."""

from __future__ import annotations

from typing import Any

import httpx


class Refused(Exception):
    """A problem document (RFC 9457). `code` is stable and is what a program asks for; `detail` says what to do next.

    `errors`: the values that were not understood, each with its `pointer`. `document`: all of it.
    """

    def __init__(self, status: int, code: str, detail: str, document: dict[str, Any]) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.document = document

    @property
    def errors(self) -> list[dict[str, str]]:
        return list(self.document.get("errors", ()))

    @classmethod
    def of(cls, response: httpx.Response) -> Refused:
        """From an answer whose body was read; what stands before the API may answer in other forms."""
        try:
            document = response.json()
        except ValueError:
            document = {}
        if not isinstance(document, dict):
            document = {}
        code = str(document.get("code", "refused"))
        detail = str(document.get("detail", response.text[:500]))
        return cls(response.status_code, code, detail, document)
