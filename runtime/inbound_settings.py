"""The settings of what comes in: mails, and the files that people send; a part of `Settings`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings


class InboundSettings(BaseSettings):
    """Where mails are taken in and whom they are believed from; which files are taken, and how many."""

    inbound_smtp_port: Annotated[int, Field(ge=0, le=65535)] | None = Field(
        None,
        description="Port on which the API takes mails in. Empty: none; `escalade up` takes 2525. 0: any free one.",
    )
    inbound_smtp_host: str = Field("127.0.0.1", description="Address on which mails are taken in.")
    inbound_mib: Annotated[int, Field(ge=1, le=200)] = Field(50, description="MiB that a mail may have that comes in.")
    inbound_per_hour: Annotated[int, Field(ge=1)] = Field(
        60, description="Mails of one sender that may touch tickets in an hour; more are kept for somebody to look at."
    )
    inbound_authserv_id: str | None = Field(
        None,
        pattern=r"^[^\s;]+$",
        description="Name under which your mail server writes `Authentication-Results`. Set: a sender that it does not "
        "confirm touches no ticket. Empty: the mail server is trusted to have refused forged mail.",
    )
    inbound_tls_cert: Path | None = Field(None, description="Certificate (PEM) for STARTTLS where mails are taken in.")
    inbound_tls_key: Path | None = Field(None, description="Its key (PEM); empty where the certificate's file has it.")
    inbound_days: Annotated[int, Field(ge=1)] = Field(
        365, description="Days for which the originals of mails are kept that came in."
    )
    attachment_mib: Annotated[int, Field(ge=1, le=100)] = Field(10, description="MiB that one attached file may have.")
    attachments_at_once: Annotated[int, Field(ge=1, le=50)] = Field(10, description="Files that one message may carry.")
    ticket_mib: Annotated[int, Field(ge=1, le=10_000)] = Field(
        100, description="MiB of files that one ticket may carry."
    )
    attachment_families: str = Field(
        "images,pdf,office,text,archives",
        pattern=r"^(images|pdf|office|text|archives)(,(images|pdf|office|text|archives))*$",
        description="Which files are taken: some of images, pdf, office, text (logs, e-mails, pages), archives.",
    )

    webhook_private_networks: str = Field(
        "",
        description="Networks of ours that webhooks may lead to, with commas (`127.0.0.0/8, 10.1.0.0/16`). Empty: "
        "none. http is taken for this machine alone, and only with the embedded stack.",
    )
