"""What each message is called where a life is shown, and who reads it, in English and French."""

from __future__ import annotations

from types import MappingProxyType

CALLED = MappingProxyType({
    "opened": ("ticket opened", "ticket ouvert"),
    "severity": ("severity changed", "gravité modifiée"),
    "first_response": ("first response", "première réponse"),
    "comment": ("comment", "commentaire"),
    "update": ("status update", "point d’avancement"),
    "update_automatic": ("automatic status update", "point d’avancement automatique"),
    "question": ("question", "question"),
    "intake": ("what we need to begin", "informations de départ demandées"),
    "escalated": ("handed to another level", "transmis à un autre niveau"),
    "manager": ("a manager is involved", "un responsable est impliqué"),
    "resolution": ("resolution proposed", "résolution proposée"),
    "consent_reminder": ("reminder: consent", "rappel : accord"),
    "closed_consent": ("closed, as agreed", "clos, avec accord"),
    "closed_silence": ("closed without an answer", "clos sans réponse"),
    "closed_withdrawn": ("closed, withdrawn", "clos, retiré"),
    "reopened": ("reopened", "rouvert"),
    "interval": ("another rhythm of reports", "autre rythme des points d’avancement"),
    "excluded": ("not covered", "non pris en charge"),
    "hours_moved": ("hours counted otherwise", "heures comptées autrement"),
    "package_warned": ("hour package nearly used up", "forfait d’heures presque épuisé"),
    "quote": ("quote", "devis"),
    "quote_accepted": ("quote accepted", "devis accepté"),
    "quote_expired": ("quote expired", "devis expiré"),
    "intervention_report": ("intervention report", "rapport d’intervention"),
    "session": ("remote session offered", "session à distance proposée"),
    "commitment_kept": ("promise kept", "engagement tenu"),
    "service_restored": ("service restored", "service rétabli"),
    "outage_attributed": ("cause of the outage", "cause de l’interruption"),
    "defect_awaited": ("a correction is awaited", "une correction est attendue"),
    "defect_left": ("the correction is not waited for", "la correction n’est plus attendue"),
    "defect_news": ("news of the correction", "nouvelles de la correction"),
    "defect_rejected": ("no correction will come", "aucune correction ne viendra"),
    "release": ("a release corrects it", "une version la corrige"),
    "call_not_reached": ("we could not reach you", "appel sans réponse"),
    "classified": ("treated as another kind", "traité comme un autre type"),
    "mail_refused": ("mail refused", "courriel refusé"),
    "maintenance_planned": ("maintenance planned", "entretien planifié"),
    "maintenance_cancelled": ("maintenance cancelled", "entretien annulé"),
    "progress": ("how it stands", "état d’avancement"),
    "times_moved": ("due instants moved", "échéances déplacées"),
    "staff_intake": ("what was asked for has come", "informations de départ reçues"),
    "staff_progress": ("the client asks how it stands", "le client demande où cela en est"),
    "staff_session": ("remote session", "session à distance"),
    "staff_maintenance_forced": ("maintenance without notice", "entretien sans préavis"),
    "staff_webhook_disabled": ("webhook switched off", "webhook désactivé"),
    "staff_opened": ("new ticket", "nouveau ticket"),
    "staff_assigned": ("assigned", "confié"),
    "staff_comment": ("comment", "commentaire"),
    "staff_answer": ("the client answered", "le client a répondu"),
    "staff_escalated": ("handed to this level", "transmis à ce niveau"),
    "staff_manager": ("escalation", "escalade"),
    "staff_warning": ("a promise falls due soon", "une échéance approche"),
    "staff_missed": ("a promise was missed", "une échéance est manquée"),
    "staff_suggestion": ("a resolution is suggested", "une résolution est suggérée"),
    "staff_consent": ("consent given", "accord donné"),
    "staff_consent_asked": ("consent asked for", "accord demandé"),
    "staff_refused": ("resolution refused", "résolution refusée"),
    "staff_closed": ("closed", "clos"),
    "staff_reopened": ("reopened", "rouvert"),
    "staff_package_warned": ("hour package nearly used up", "forfait d’heures presque épuisé"),
    "staff_quote_asked": ("a quote is asked for", "un devis est demandé"),
    "staff_quote_accepted": ("quote accepted", "devis accepté"),
    "staff_quote_refused": ("quote refused", "devis refusé"),
    "staff_quote_expired": ("quote expired", "devis expiré"),
    "staff_commitment_due": ("a promised instant has come", "un engagement arrive à échéance"),
    "staff_defect_rejected": ("no correction will come", "aucune correction ne viendra"),
    "staff_installation": ("installation asked for", "installation demandée"),
})  # fmt: skip
"""A message's template, in English and in French; one that is not here is called as it is written."""
_WHO = {
    "contact": ("the client", "le client"),
    "team": ("the team {id}", "l’équipe {id}"),
    "role": ("the {id}", "le rôle {id}"),
    "staff": ("{id}", "{id}"),
}
_IDS = {
    "the-client": ("the client", "le client"),
    "the-manager": ("the manager", "le responsable"),
    "the-staff": ("support", "le support"),
    "the-consultant": ("the consultant", "le consultant"),
    "the-rnd": ("R&D", "la R&D"),
    "the-monitor": ("monitoring", "la supervision"),
    "the-success-manager": ("the success manager", "le responsable de la réussite"),
}
_ROLES = {
    "lead": ("the team lead", "le chef d’équipe"),
    "manager": ("the manager", "le responsable"),
    "team": ("the team", "l’équipe"),
}
_TEAMS = {"support": ("support", "support"), "consulting": ("consulting", "conseil"), "rnd": ("R&D", "R&D")}


def called(template: str, language: str) -> str:
    """A message's name: "automatic status update"."""
    found = CALLED.get(template)
    return found[language == "fr"] if found else template.replace("_", " ")


def actor(who: str, language: str) -> str:
    """Somebody of a scenario, or whoever else acted: "the client"."""
    return _IDS[who][language == "fr"] if who in _IDS else who


def reader(kind: str, who: str, language: str) -> str:
    """Whom a message is for: "the client", "the team consulting/technical", "the team lead"."""
    french = language == "fr"
    if who in _IDS:
        return _IDS[who][french]
    if kind == "role" and who in _ROLES:
        return _ROLES[who][french]
    if kind == "team":
        level, slash, group = who.partition("/")
        who = f"{_TEAMS.get(level, (level, level))[french]}{slash}{group}"
    return _WHO.get(kind, ("{id}", "{id}"))[french].format(id=who)
