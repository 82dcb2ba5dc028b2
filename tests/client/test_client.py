"""The generated client against a running API: every operation is there, typed; refusals are raised, pages follow."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from runtime.settings import Settings
from tests.client.conftest import Served

pytestmark = pytest.mark.timeout(400)  # the first of them generates the client


@pytest.fixture
def client(library: Any, served: Served) -> Any:
    with library.Escalade(served.address, served.world.keys["client"]) as made:
        yield made


def filing(**changes: Any) -> Any:
    from escalade_client.generated.models import Channel, OpenTicket

    fields = {"subject": "The gates stay closed", "description": "No badge opens them.", "severity": "critical"}
    return OpenTicket(channel=Channel.PORTAL, **{**fields, **changes})


def test_a_ticket_is_opened_commented_on_and_read(client: Any) -> None:
    from escalade_client.generated.models import CommentBody

    ticket = client.tickets.open_ticket(filing())
    receipt = client.tickets.comment(ticket.id, CommentBody(text="The left one opens again."))
    assert receipt.sequence > ticket.version
    assert client.reading.read_ticket(ticket.id).subject == "The gates stay closed"
    sentences = [entry.sentence for entry in client.reading.read_timeline(ticket.id).items]
    assert any("The left one opens again." in sentence for sentence in sentences)


def test_the_same_key_leads_to_the_same_ticket(client: Any) -> None:
    first, again = (client.tickets.open_ticket(filing(), idempotency_key="gates-1") for _ in range(2))
    assert first.id == again.id


def test_every_page_of_a_list_is_walked(library: Any, client: Any) -> None:
    numbers = {client.tickets.open_ticket(filing(subject=f"Gate {number}")).id for number in range(5)}
    listed = [ticket.id for ticket in library.every(client.reading.list_tickets, limit=2)]
    assert len(listed) == len(set(listed))
    assert set(listed) == numbers


def test_a_refusal_is_raised_with_its_code_and_what_to_do(library: Any, client: Any) -> None:
    with pytest.raises(library.Refused) as refused:
        client.tickets.open_ticket(filing(severity="appalling"))
    assert (refused.value.status, refused.value.code) == (422, "unknown_severity")
    with pytest.raises(library.Refused, match="There is no ticket") as none:
        client.reading.read_ticket("0000000000")
    assert none.value.code == "unknown_ticket"


def test_a_file_is_uploaded_named_and_downloaded(client: Any) -> None:
    from escalade_client.generated.models import UploadAttachmentForm
    from escalade_client.generated.types import File

    file = File(payload=BytesIO(b"08:50 gate 3: closed\n"), file_name="gate.log", mime_type="text/plain")
    uploaded = client.attachments.upload_attachment(UploadAttachmentForm(file=file))
    ticket = client.tickets.open_ticket(filing(attachments=[uploaded.id]))
    got = client.attachments.download_attachment(ticket.id, uploaded.id)
    assert got.payload.read() == b"08:50 gate 3: closed\n"


def test_what_fails_for_a_moment_is_sent_again_and_done_once(library: Any, served: Served) -> None:
    served.world.engine.away = True
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        served.world.engine.away = False

    with library.Escalade(served.address, served.world.keys["client"]) as client:
        client.client.get_httpx_client()._transport._wait = wait
        ticket = client.tickets.open_ticket(filing())
    assert waited == [2.0]  # as the answer asked for
    assert list(served.world.engine.runs) == [ticket.id]


def test_every_operation_of_the_document_is_a_method(library: Any) -> None:
    document = create_app(Settings()).openapi()
    with library.Escalade("http://escalade.example", "esk_none") as client:
        for methods in document["paths"].values():
            for operation in methods.values():
                room = {"R&D": "rnd"}.get(operation["tags"][0], operation["tags"][0])
                assert callable(getattr(getattr(client, room), operation["operationId"]))


def test_all_of_it_is_typed(package: Path, tmp_path: Path) -> None:
    user = tmp_path / "user.py"
    user.write_text(
        "from escalade_client import Escalade, every\n"
        "from escalade_client.generated.models import Channel, OpenTicket\n\n\n"
        "def main(client: Escalade) -> list[str]:\n"
        "    ticket = client.tickets.open_ticket(\n"
        "        OpenTicket(subject='Gates', description='Closed.', channel=Channel.PORTAL)\n"
        "    )\n"
        "    return [ticket.id, *(one.subject for one in every(client.reading.list_tickets, limit=2))]\n"
    )
    told = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", user, package],
        cwd=package.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout
