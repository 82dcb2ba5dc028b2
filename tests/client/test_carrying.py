"""How the client carries a request: one key for all attempts, patience as asked for, an end to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest


class Scripted(httpx.BaseTransport):
    """Answers as the script says; what is an exception is raised."""

    def __init__(self, *script: httpx.Response | Exception) -> None:
        self._script = list(script)
        self.asked: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self._script.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def carried(library: Any) -> Callable[..., tuple[Any, list[httpx.Request], list[float]]]:
    """Sends one request through the script; the answer or what was raised, what was asked, how long was waited."""
    from escalade_client.carrying import Carrying

    def carry(*script: httpx.Response | Exception, method: str = "POST", attempts: int = 3) -> Any:
        under, waited = Scripted(*script), []
        with httpx.Client(transport=Carrying(under, attempts=attempts, wait=waited.append)) as http:
            try:
                answer: Any = http.request(method, "http://escalade.example/v1/tickets")
            except Exception as error:
                answer = error
        return answer, under.asked, waited

    return carry


def test_every_attempt_carries_the_same_key(carried: Any) -> None:
    answer, asked, waited = carried(httpx.Response(503, headers={"Retry-After": "7"}), httpx.Response(200))
    assert answer.status_code == 200
    assert len({request.headers["Idempotency-Key"] for request in asked}) == 1
    assert (len(asked), waited) == (2, [7.0])


def test_without_a_word_on_when_it_waits_longer_each_time(carried: Any) -> None:
    broken = httpx.ConnectError("refused")
    answer, asked, waited = carried(broken, broken, httpx.Response(200))
    assert (answer.status_code, len(asked), waited) == (200, 3, [0.5, 1.0])


def test_it_ends_with_the_last_refusal_or_the_last_failure(carried: Any) -> None:
    busy = [httpx.Response(429, json={"code": "too_many_commands", "detail": "Wait."}) for _ in range(3)]
    answer, asked, _ = carried(*busy)
    assert (answer.code, len(asked)) == ("too_many_commands", 3)
    answer, asked, _ = carried(*[httpx.ReadTimeout("nobody")] * 3)
    assert isinstance(answer, httpx.ReadTimeout)
    assert len(asked) == 3


def test_what_is_refused_is_not_sent_again(carried: Any) -> None:
    answer, asked, waited = carried(httpx.Response(409, json={"code": "ticket_closed", "detail": "Reopen it."}))
    assert (answer.status, answer.code, answer.detail) == (409, "ticket_closed", "Reopen it.")
    assert (len(asked), waited) == (1, [])


@pytest.mark.parametrize("body", [b"<html>Bad gateway</html>", b"[]", b""])
def test_an_answer_in_another_form_is_a_refusal_too(carried: Any, body: bytes) -> None:
    answer, _, _ = carried(httpx.Response(400, content=body))
    assert (answer.status, answer.code) == (400, "refused")


def test_reading_carries_no_key(carried: Any) -> None:
    _, asked, _ = carried(httpx.Response(200), method="GET")
    assert "Idempotency-Key" not in asked[0].headers
