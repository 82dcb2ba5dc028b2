"""What a mail carries besides its words: the intervention report as a PDF (1L-21)."""

from __future__ import annotations

from activities.channel import Attachment
from domain.messages import Message
from domain.report import Report
from papers.report_pdf import MEDIA_TYPE, report_pdf
from store import directory, hours
from store.database import Database

CARRYING = frozenset({"intervention_report"})
"""Templates whose mails carry a document."""


def attachments(database: Database, message: Message) -> tuple[Attachment, ...]:
    """The documents of a message; none for most. Reads the database, and takes a second for a long report."""
    if message.template not in CARRYING:
        return ()
    report = Report.model_validate(message.data["report"])
    client = directory.organisation(database, report.organisation)
    name = client.name if client else report.organisation
    paper = report_pdf(report, name, hours.packages_named(database, report.taken))
    return (Attachment(f"intervention-{report.ticket}.pdf", MEDIA_TYPE, paper),)
