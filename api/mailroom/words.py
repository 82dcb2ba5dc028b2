"""What the mailroom adds to people's words, in English and French; a client reads it on its ticket."""

from __future__ import annotations

from collections.abc import Sequence

_SAID = {
    "en": {
        "not_taken": "[Not taken from this mail: {files}]",
        "goes_on": "[The mail goes on; all of it is in {file}.]",
        "no_text": "[The mail has no text.]",
        "no_subject": "(no subject)",
        "returned": "The message “{template}” to {to} came back: {reason}. Correct the address in the directory, then "
        "send the message again.",
        "type_not_allowed": "files of this type are not taken",
        "type_mismatch": "its content is not what its name says",
        "attachment_empty": "empty",
        "attachment_too_large": "too large",
        "too_many_attachments": "too many files",
        "ticket_full": "the ticket carries too much already",
    },
    "fr": {
        "not_taken": "[Non repris de ce courriel : {files}]",
        "goes_on": "[Le courriel continue ; il est en entier dans {file}.]",
        "no_text": "[Le courriel est sans texte.]",
        "no_subject": "(sans objet)",
        "returned": "Le message « {template} » à {to} est revenu : {reason}. Corrigez l'adresse dans l'annuaire, puis "
        "renvoyez le message.",
        "type_not_allowed": "les fichiers de ce type ne sont pas acceptés",
        "type_mismatch": "son contenu n'est pas ce que dit son nom",
        "attachment_empty": "vide",
        "attachment_too_large": "trop volumineux",
        "too_many_attachments": "trop de fichiers",
        "ticket_full": "le ticket en porte déjà trop",
    },
}  # fmt: skip


def say(language: str, sentence: str, **values: str) -> str:
    """A sentence in that language, in English where we do not speak it."""
    return _SAID.get(language, _SAID["en"])[sentence].format(**values)


def not_taken(language: str, refused: Sequence[tuple[str, str]]) -> str:
    """The files that were left out, each with the reason; empty when there are none."""
    if not refused:
        return ""
    return say(language, "not_taken", files="; ".join(f"{name} ({say(language, why)})" for name, why in refused))
