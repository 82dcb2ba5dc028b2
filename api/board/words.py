"""Words that several pages of the board share: what each step is called, and the choices it gives."""

from __future__ import annotations

from dataclasses import dataclass

from api.pages.catalogue import mark as _
from domain.words import Cause, Channel, Closing, Cover, Fault, Means, Reached, ResolutionKind, Role, Work


@dataclass(frozen=True)
class Named:
    """A step on a page: the title that opens its form, the button that takes it, what is said afterwards."""

    title: str
    button: str
    done: str
    often: bool = False


STEPS: dict[str, Named] = {
    "take_call": Named(_("Take the call"), _("I call"), _("The call is yours."), True),
    "call_done": Named(_("Tell of the call"), _("Tell of it"), _("The call is told of."), True),
    "acknowledge": Named(_("First response"), _("Give the first response"), _("The first response is given."), True),
    "comment": Named(_("Comment"), _("Send the comment"), _("The comment is there, for the client too."), True),
    "note": Named(_("Internal note"), _("Keep the note"), _("The note is kept."), True),
    "status_update": Named(_("Status update"), _("Send the update"), _("The client has been told."), True),
    "ask": Named(_("Ask the client"), _("Ask"), _("The client has been asked."), True),
    "answer": Named(_("Answer for the client"), _("Give the answer"), _("The answer is noted.")),
    "triage": Named(_("Severity"), _("Set the severity"), _("The severity is set."), True),
    "assign": Named(_("Assign"), _("Assign"), _("The ticket is assigned."), True),
    "escalate": Named(_("Escalate or hand back"), _("Escalate"), _("The ticket is escalated."), True),
    "resolve": Named(_("Propose a resolution"), _("Propose it"), _("The client is asked for consent."), True),
    "log_time": Named(_("Log time"), _("Log it"), _("The time is logged."), True),
    "classify": Named(_("Kind of request"), _("Set the kind"), _("The kind is set.")),
    "supply": Named(_("Fill in the intake"), _("Fill in"), _("The intake is noted.")),
    "exclude": Named(_("Not covered"), _("Close as not covered"), _("The ticket is closed as not covered.")),
    "agree_interval": Named(_("Interval of updates"), _("Agree on it"), _("The interval is agreed.")),
    "ask_manager": Named(_("Involve the manager"), _("Involve"), _("The manager is involved.")),
    "ask_progress": Named(_("Asked how it stands"), _("Note the question"), _("The question is noted.")),
    "offer_session": Named(_("Remote session"), _("Invite"), _("The client is invited.")),
    "ask_quote": Named(_("Quote wanted"), _("Note the wish"), _("The wish is noted.")),
    "make_quote": Named(_("Make a quote"), _("Send the quote"), _("The quote is sent.")),
    "consent": Named(_("Consent for the provider"), _("Agree"), _("Consent is given.")),
    "refuse": Named(_("Not solved"), _("Refuse the resolution"), _("The resolution is refused.")),
    "reopen": Named(_("Reopen"), _("Reopen"), _("The ticket is open again.")),
    "withdraw": Named(_("Withdraw"), _("Withdraw the ticket"), _("The ticket is withdrawn.")),
    "keep_commitment": Named(_("Promise kept"), _("It is kept"), _("The promise is kept.")),
    "restore_service": Named(_("Service is up again"), _("It is up"), _("The service is up again.")),
    "attribute_outage": Named(_("Cause of the outage"), _("Attribute"), _("The outage is attributed.")),
    "await_defect": Named(_("Wait for a defect"), _("Wait for it"), _("The ticket waits for the defect.")),
    "leave_defect": Named(_("Defect was another"), _("Wait no longer"), _("The ticket waits no longer.")),
    "ask_installation": Named(_("Install the release"), _("Ask for it"), _("The installation is asked for.")),
}
"""In the order in which the page offers them."""

CHANNELS = {
    Channel.portal: _("portal"),
    Channel.email: _("e-mail"),
    Channel.telephone: _("telephone"),
    Channel.monitoring: _("monitoring"),
    Channel.api: _("API"),
}
MEANS = {
    Means.call: _("by telephone"),
    Means.conversation: _("in a conversation"),
    Means.email: _("by e-mail"),
    Means.remote_session: _("in a remote session"),
}
REACHED = {Reached.reached: _("yes"), Reached.not_reached: _("no, nobody answered")}
RESOLUTIONS = {
    ResolutionKind.fix: _("fix"),
    ResolutionKind.workaround: _("workaround"),
    ResolutionKind.promised_fix: _("promised fix"),
    ResolutionKind.action_plan: _("action plan"),
    ResolutionKind.recommendations: _("recommendations"),
}
CAUSES = {
    Cause.bug: _("bug"),
    Cause.configuration: _("configuration"),
    Cause.usage: _("usage"),
    Cause.infrastructure: _("infrastructure"),
    Cause.third_party: _("third party"),
    Cause.unknown: _("unknown"),
}
WORKS = {Work.analysis: _("analysis"), Work.work: _("work"), Work.adjustment: _("adjustment")}
FAULTS = {
    Fault.provider: _("ours"),
    Fault.client: _("the client’s"),
    Fault.internet: _("the internet’s"),
    Fault.maintenance: _("announced maintenance"),
}
COVERED = {
    Cover.included: _("included in the agreement"),
    Cover.deducted: _("deducted from hours"),
    Cover.billable: _("charged by invoice"),
    Cover.not_handled: _("not treated here"),
}
CLOSINGS = {
    Closing.consent: _("with consent"),
    Closing.silence: _("after silence"),
    Closing.withdrawn: _("withdrawn"),
    Closing.not_covered: _("not covered"),
}
ROLES = {
    Role.client: _("Client"),
    Role.level1: _("Level 1"),
    Role.consultant: _("Consultant"),
    Role.rnd: _("R&D"),
    Role.manager: _("Manager"),
    Role.integrator: _("Monitoring"),
    Role.operations: _("Operations"),
    Role.system: _("Escalade"),
}
