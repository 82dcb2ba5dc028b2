"""Each event as one sentence, in English and French. Instants are told in the agreement's zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from domain import events as ev
from domain.events import Event
from domain.telling import duration, local, promise
from domain.terms import Terms
from domain.words import Level, Means

_EN = {
    "ticket_opened": "Opened: {subject} (severity {severity})",
    "severity_set": "Severity changed from {before} to {severity}: {reason}",
    "interval_agreed": "Reports are due every {target} from now on, as agreed with the client: {reason}",
    "ticket_assigned": "Assigned to {assignee}",
    "first_response_given": "First response given ({means}): {text}",
    "comment_added": "Comment: {text}",
    "note_added": "Internal note: {text}",
    "status_updated": "Status update: {text}",
    "status_updated.spoken": "Status update ({means}): {text}",
    "status_updated.automatic": "Automatic status update; the next one by {next_by}",
    "information_requested": "Asked the client: {question}",
    "information_given": "The client answered: {text}",
    "escalated": "Escalated from {before} to {level}: {reason}",
    "manager_involved": "{tell} involved: {reason}",
    "manager_involved.clock": "{tell} told: {share} % of {clock} used up",
    "staff_warned": "Staff warned: {clock} is due {due}",
    "alert_repeated": "The alert fires again: {text}",
    "resolution_suggested": "A resolution is suggested: {text}",
    "resolution_proposed": "Resolution proposed ({kind}): {text}",
    "commitment_due": "The promised instant has come: {promised_by}; it is not kept yet",
    "commitment_kept": "The promise is kept: {text}",
    "commitment_kept.late": "The promise is kept, {late} late: {text}",
    "service_restored": "The service is up again since {up_at}: {text}",
    "outage_attributed": "The outage is attributed to: {fault}. {reason}",
    "consent_given": "Consent given by the {party}",
    "consent_reminded": "Reminded of the consent (number {count})",
    "resolution_refused": "Resolution refused: {reason}",
    "ticket_closed": "Closed ({closing}); can be reopened until {reopen_until}",
    "ticket_reopened": "Reopened: {reason}",
    "ticket_archived": "The time for reopening is over",
    "progress_asked": "The client asks how it stands",
    "progress_asked.more": "The client asks how it stands: {text}",
    "session_offered": "Remote session offered for {session_at}: {text}",
    "request_classified": "Treated as {kind} from now on ({cover}): {reason}",
    "intake_asked": "Information asked for: {items}",
    "intake_supplied": "The client gave what was asked for; still missing: {missing}",
    "intake_supplied.whole": "Nothing that was asked for is missing any longer",
    "request_excluded": "Not covered ({exclusion}): {text}",
    "handed_over": "“{kind}” needs {minutes}, more than the contract allows: handed over",
    "time_logged": "{work}, {worked}, counted as {counted} ({cover}): {text}",
    "hours_moved": "Time counted before is now {cover}: {minutes}",
    "package_warned": "Hour package {package} is nearly used up: {left} left in it, {all_left} in all packages",
    "quote_asked": "A quote is asked for: {text}",
    "quote_made": "Quote {quote}, {minutes}, valid until {valid_until}: {text}",
    "quote_made.priced": "Quote {quote}, {minutes}, {amount} {currency}, valid until {valid_until}: {text}",
    "quote_accepted": "Quote {quote} accepted",
    "quote_refused": "Quote {quote} refused: {reason}",
    "quote_expired": "Quote {quote} has expired",
    "intervention_reported": "Intervention report sent, up to entry {entry}",
    "call_taken": "Call {call} to the client taken",
    "call_made.reached": "Call {call}: the client was reached. {text}",
    "call_made.not_reached": "Call {call}: the client was not reached, next try {next_at}. {text}",
    "clock_started": "Clock {clock} started: {target}, due {due}",
    "clock_paused": "Clock {clock} stands still ({why})",
    "clock_resumed": "Clock {clock} runs again ({why} is over), due {due}",
    "clock_resumed.undue": "Clock {clock} runs again ({why} is over)",
    "clock_retargeted": "Clock {clock} measured again: {target}, due {due}",
    "clock_missed": "Clock {clock} missed: it was due {due}",
    "clock_ended.met": "Clock {clock} kept",
    "clock_ended.missed": "Clock {clock} ended {late} late; it was due {due}",
    "clock_ended.cancelled": "Clock {clock} no longer counts ({reason})",
    "texts_erased": "What people wrote was erased on request",
    "terms_changed": "Revision {terms} of the agreement holds from now on; before, it was {before}",
    "times_moved": "Promised times have changed: {moved}",
    "defect_awaited": "Waits for the defect {defect}: {reason}",
    "defect_left": "No longer waits for the defect {defect}: {reason}",
    "defect_news": "R&D on the defect {defect}: {text}",
    "defect_news.rejected": "R&D does not correct the defect {defect}: {text}",
    "release_offered": "The defect {defect} is corrected in {release}: {text}",
    "installation_asked": "The installation of {release} is asked for: {text}",
    "resolution_proposed.cause": "Resolution proposed ({kind}): {text} Root cause ({cause}): {cause_text}",
}
_FR = {
    "ticket_opened": "Ouvert : {subject} (gravité {severity})",
    "severity_set": "Gravité passée de {before} à {severity} : {reason}",
    "interval_agreed": "Points d’avancement désormais tous les {target}, comme convenu avec le client : {reason}",
    "ticket_assigned": "Confié à {assignee}",
    "first_response_given": "Première réponse donnée ({means}) : {text}",
    "comment_added": "Commentaire : {text}",
    "note_added": "Note interne : {text}",
    "status_updated": "Point d’avancement : {text}",
    "status_updated.spoken": "Point d’avancement ({means}) : {text}",
    "status_updated.automatic": "Point d’avancement automatique ; prochain au plus tard {next_by}",
    "information_requested": "Question au client : {question}",
    "information_given": "Réponse du client : {text}",
    "escalated": "Escaladé de {before} vers {level} : {reason}",
    "manager_involved": "{tell} saisi : {reason}",
    "manager_involved.clock": "Alerte ({tell}) : {clock}, {share} % écoulés",
    "staff_warned": "Équipe prévenue : {clock}, échéance {due}",
    "alert_repeated": "L’alerte se déclenche de nouveau : {text}",
    "resolution_suggested": "Résolution suggérée : {text}",
    "resolution_proposed": "Résolution proposée ({kind}) : {text}",
    "commitment_due": "Le moment promis est venu : {promised_by} ; la promesse n’est pas encore tenue",
    "commitment_kept": "La promesse est tenue : {text}",
    "commitment_kept.late": "La promesse est tenue avec {late} de retard : {text}",
    "service_restored": "Le service est rétabli depuis {up_at} : {text}",
    "outage_attributed": "L’interruption est attribuée à : {fault}. {reason}",
    "consent_given": "Accord donné ({party})",
    "consent_reminded": "Rappel de la demande d’accord (n° {count})",
    "resolution_refused": "Résolution refusée : {reason}",
    "ticket_closed": "Clos ({closing}) ; peut être rouvert jusqu’au {reopen_until}",
    "ticket_reopened": "Rouvert : {reason}",
    "ticket_archived": "Le délai de réouverture est passé",
    "progress_asked": "Le client demande où en est le ticket",
    "progress_asked.more": "Le client demande où en est le ticket : {text}",
    "session_offered": "Session à distance proposée le {session_at} : {text}",
    "request_classified": "Traité désormais comme {kind} ({cover}) : {reason}",
    "intake_asked": "Informations demandées : {items}",
    "intake_supplied": "Informations reçues ; il manque encore : {missing}",
    "intake_supplied.whole": "Plus aucune des informations demandées ne manque",
    "request_excluded": "Non couvert ({exclusion}) : {text}",
    "handed_over": "« {kind} » exige {minutes}, plus que le contrat ne le permet : passé à un autre service",
    "time_logged": "{work}, {worked}, comptées pour {counted} ({cover}) : {text}",
    "hours_moved": "Le temps compté jusqu’ici est maintenant {cover} : {minutes}",
    "package_warned": "Forfait d’heures {package} presque épuisé : il y reste {left}, {all_left} en tout",
    "quote_asked": "Devis demandé : {text}",
    "quote_made": "Devis {quote}, {minutes}, valable jusqu’au {valid_until} : {text}",
    "quote_made.priced": "Devis {quote}, {minutes}, {amount} {currency}, valable jusqu’au {valid_until} : {text}",
    "quote_accepted": "Devis {quote} accepté",
    "quote_refused": "Devis {quote} refusé : {reason}",
    "quote_expired": "Devis {quote} expiré",
    "intervention_reported": "Rapport d’intervention envoyé, jusqu’à l’intervention {entry}",
    "call_taken": "Appel n° {call} au client pris en charge",
    "call_made.reached": "Appel n° {call} : client joint. {text}",
    "call_made.not_reached": "Appel n° {call} : client non joint, prochain essai {next_at}. {text}",
    "clock_started": "Délai {clock} lancé : {target}, échéance {due}",
    "clock_paused": "Délai {clock} arrêté ({why})",
    "clock_resumed": "Délai {clock} reparti (fin de : {why}), échéance {due}",
    "clock_resumed.undue": "Délai {clock} reparti (fin de : {why})",
    "clock_retargeted": "Délai {clock} remesuré : {target}, échéance {due}",
    "clock_missed": "Délai {clock} manqué : l’échéance était {due}",
    "clock_ended.met": "Délai {clock} tenu",
    "clock_ended.missed": "Délai {clock} terminé avec {late} de retard ; l’échéance était {due}",
    "clock_ended.cancelled": "Délai {clock} : ne compte plus ({reason})",
    "texts_erased": "Ce qui avait été écrit a été effacé sur demande",
    "terms_changed": "La révision {terms} de l’accord s’applique désormais ; jusqu’ici c’était {before}",
    "times_moved": "Des échéances promises ont changé : {moved}",
    "defect_awaited": "En attente de l’anomalie {defect} : {reason}",
    "defect_left": "N’attend plus l’anomalie {defect} : {reason}",
    "defect_news": "La R&D sur l’anomalie {defect} : {text}",
    "defect_news.rejected": "La R&D ne corrige pas l’anomalie {defect} : {text}",
    "release_offered": "L’anomalie {defect} est corrigée dans {release} : {text}",
    "installation_asked": "L’installation de {release} est demandée : {text}",
    "resolution_proposed.cause": "Résolution proposée ({kind}) : {text} Cause première ({cause}) : {cause_text}",
}
SENTENCES = {"en": _EN, "fr": _FR}

_FRENCH = {
    "response": "première réponse", "update": "point d’avancement", "resolution": "résolution", "internal": "interne",
    "consent": "accord", "waiting": "information du client attendue", "level": "niveau", "manager": "responsable",
    "lead": "chef d’équipe", "team": "équipe", "client": "client", "provider": "prestataire", "call": "appel",
    "conversation": "entretien", "email": "courriel", "fix": "correction", "workaround": "contournement",
    "promised_fix": "correction promise", "internet": "liaison Internet", "maintenance": "entretien planifié",
    "action_plan": "plan d’action", "recommendations": "recommandations", "silence": "sans réponse",
    "analysis": "analyse", "work": "réalisation", "adjustment": "ajustement",
    "included": "compris", "deducted": "décompté du forfait", "billable": "facturé", "not_handled": "non traité",
    "withdrawn": "retiré", "remote_session": "session à distance",
}  # fmt: skip
_ENGLISH = {
    "deducted": "deducted from the package", "billable": "billed", "not_handled": "not handled",
    "third_party": "third party", "defect": "R&D’s correction awaited",
    "action_plan": "action plan", "promised_fix": "promised fix", "internet": "internet line",
    "maintenance": "planned maintenance", "waiting": "client’s information awaited", "manager": "manager",
    "lead": "lead", "remote_session": "remote session",
}  # fmt: skip
_MINUTES = {"worked", "counted", "minutes", "left", "all_left"}
_TRANSLATED = {"cause", "work", "cover", "tell", "clock", "why", "party", "means", "kind", "closing", "fault"}


def sentence(event: Event, terms: Terms, language: str, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """What happened, for a reader of `language`: English unless it is French; `names` are people's by their ids."""
    fact = event.fact
    words = SENTENCES.get(language, _EN)
    parts = {name: _word(name, value, terms, language) for name, value in fact}
    if "assignee" in parts:
        parts["assignee"] = names.get(parts["assignee"], parts["assignee"])
    if isinstance(fact, ev.TicketOpened):
        parts["subject"] = fact.opening.subject
    told = words[_form(fact)].format_map(parts)
    return told[:1].upper() + told[1:]


def _form(fact: Any) -> str:
    if isinstance(fact, ev.ClockEnded):
        return f"{fact.type}.{fact.verdict}"
    if isinstance(fact, ev.ClockResumed) and fact.due is None:
        return f"{fact.type}.undue"  # missed already, or without a deadline
    if isinstance(fact, ev.QuoteMade) and fact.amount is not None:
        return f"{fact.type}.priced"
    if isinstance(fact, ev.CommitmentKept) and fact.late:
        return f"{fact.type}.late"
    if isinstance(fact, ev.StatusUpdated) and fact.automatic:
        return f"{fact.type}.automatic"
    if isinstance(fact, ev.StatusUpdated) and fact.means is not Means.email:
        return f"{fact.type}.spoken"
    if isinstance(fact, ev.ProgressAsked) and fact.text:
        return f"{fact.type}.more"
    if isinstance(fact, ev.ManagerInvolved) and fact.clock:
        return f"{fact.type}.clock"
    if isinstance(fact, ev.DefectNews) and fact.rejected:
        return f"{fact.type}.rejected"
    if isinstance(fact, ev.ResolutionProposed) and fact.cause:
        return f"{fact.type}.cause"
    if isinstance(fact, ev.IntakeSupplied) and not fact.missing:
        return f"{fact.type}.whole"
    if isinstance(fact, ev.CallMade):
        return f"{fact.type}.{fact.outcome}"
    return str(fact.type)


def _word(name: str, value: Any, terms: Terms, language: str) -> str:
    if isinstance(value, datetime):
        return local(value, terms.zone)
    if value is None:
        return "–"
    if name in _MINUTES:
        return duration(int(value) * 60)
    if name == "kind" and value in terms.requests:
        return _title(terms.requests[value].title, language, value)
    if name == "late":
        return duration(int(value))
    if name in ("items", "missing"):
        titles = (_title(terms.intake[item].title if item in terms.intake else {}, language, item) for item in value)
        return ", ".join(titles) or {"fr": "rien"}.get(language, "nothing")
    if isinstance(value, Terms):
        return value.revision
    if name == "moved":
        return "; ".join(_moved(one, terms, language) for one in value)
    if name == "target":
        return promise(value.words, language)
    if isinstance(value, Level):
        return _title(terms.levels[value].title if value in terms.levels else {}, language, value)
    if name in ("severity", "before") and value in terms.severities:
        return _title(terms.severities[value].title, language, value)
    if name in _TRANSLATED:
        kind, dash, rest = str(value).partition("-")
        return {"fr": _FRENCH}.get(language, _ENGLISH).get(kind, kind) + dash + rest
    return str(value)


def _moved(one: ev.MovedTime, terms: Terms, language: str) -> str:
    clock = _word("clock", one.clock, terms, language)
    return f"{clock} {local(one.before, terms.zone)} → {local(one.after, terms.zone)}"


def _title(title: dict[str, str], language: str, otherwise: str) -> str:
    return title.get(language) or next(iter(title.values()), str(otherwise))
