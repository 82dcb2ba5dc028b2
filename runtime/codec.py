"""Seals what Temporal stores (AES-256-GCM): states, commands, results, failures. Decision 30 says why and how far."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticPayloadConverter, pydantic_data_converter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from runtime.key_ring import key_ring
from runtime.settings import Settings

ENCODING = b"binary/encrypted"
"""What the engine's own tools and other codecs call a sealed payload."""
CIPHER = b"AES-256-GCM"
NONCE = 12
"""Bytes, new for each payload."""


class PayloadSealed(RuntimeError):
    """What the engine holds cannot be opened: its key is not among ours, or it was changed."""


_MISSING = re.compile(r'sealed with the key "([^"]*)"')


def missing_key(words: str) -> str | None:
    """The key that somebody's PayloadSealed names as missing, in words that passed through the engine; None without."""
    found = _MISSING.search(words)
    return found[1] if found else None


class Codec(PayloadCodec):
    """Seals with the first of `keys`, opens with whichever a payload names. What is not sealed passes as it is.

    So a history from before the codec replays, and a key can be replaced while tickets are open: put the new one in
    front in every process, and take the old one out when no history that it sealed is left.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self._newest = next(iter(self._keys), None)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Each payload sealed; without a key, as it is."""
        return [*payloads] if self._newest is None else [self._seal(self._newest, payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Each payload opened. PayloadSealed names the key that is missing."""
        return [self._open(one) if one.metadata.get("encoding") == ENCODING else one for one in payloads]

    def _seal(self, name: str, payload: Payload) -> Payload:
        nonce = os.urandom(NONCE)
        sealed = nonce + self._keys[name].encrypt(nonce, payload.SerializeToString(), name.encode())
        metadata = {"encoding": ENCODING, "encryption-cipher": CIPHER, "encryption-key-id": name.encode()}
        return Payload(metadata=metadata, data=sealed)

    def _open(self, payload: Payload) -> Payload:
        name = payload.metadata.get("encryption-key-id", b"").decode("ascii", "replace")
        if name not in self._keys:
            known = ", ".join(self._keys) or "none"
            raise PayloadSealed(
                f'sealed with the key "{name}", which ESCALADE_CODEC_KEYS does not have (it has: {known}); put it back'
            )
        try:
            inner = self._keys[name].decrypt(payload.data[:NONCE], payload.data[NONCE:], name.encode())
        except (InvalidTag, ValueError):
            raise PayloadSealed(f'it does not open with the key "{name}": another key had that name') from None
        return Payload.FromString(inner)


_PARTS = tuple(PydanticPayloadConverter().converters.values())


class Payloads(CompositePayloadConverter):
    """The SDK's pydantic converter, its parts made once.

    The SDK makes a converter anew for each task of a workflow; making its serializers was 3 % of a worker's time.
    """

    def __init__(self) -> None:
        super().__init__(*_PARTS)


def converter(settings: Settings) -> DataConverter:
    """How every process turns data into payloads and back, as the settings want it."""
    keys = key_ring(settings.codec_keys.get_secret_value() if settings.codec_keys else "")
    sealing = dataclasses.replace(pydantic_data_converter, payload_converter_class=Payloads, payload_codec=Codec(keys))
    if not keys:
        return sealing
    # A failure's words can quote what somebody wrote.
    return dataclasses.replace(sealing, failure_converter_class=DefaultFailureConverterWithEncodedAttributes)
