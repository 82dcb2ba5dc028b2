"""What Temporal stores is sealed: by which key, what passes, and what a missing key says."""

from __future__ import annotations

import pytest
from temporalio.api.common.v1 import Payload

from runtime.codec import Codec, PayloadSealed, converter
from runtime.key_ring import key_ring
from runtime.settings import Settings, SettingsError

OLD, NEW = "11" * 32, "22" * 32
PAYLOAD = Payload(metadata={"encoding": b"json/plain"}, data=b'"The gates stay closed"')


async def test_what_is_sealed_shows_nothing_and_comes_back_as_it_was() -> None:
    codec = Codec(key_ring(f"a:{OLD}"))
    (sealed,) = await codec.encode([PAYLOAD])
    assert b"gates" not in sealed.SerializeToString()
    assert await codec.decode([sealed]) == [PAYLOAD]
    assert sealed != (await codec.encode([PAYLOAD]))[0]  # the same twice cannot be told from two


async def test_the_newest_key_seals_and_older_ones_open() -> None:
    (old,) = await Codec(key_ring(f"a:{OLD}")).encode([PAYLOAD])
    both = Codec(key_ring(f"b:{NEW}, a:{OLD}"))
    (new,) = await both.encode([PAYLOAD])
    assert new.metadata["encryption-key-id"] == b"b"
    assert await both.decode([old, new, PAYLOAD]) == [PAYLOAD] * 3


async def test_a_key_that_is_missing_is_named_and_one_that_was_exchanged_noticed() -> None:
    (old,) = await Codec(key_ring(f"a:{OLD}")).encode([PAYLOAD])
    with pytest.raises(PayloadSealed, match='the key "a", which ESCALADE_CODEC_KEYS does not have'):
        await Codec(key_ring(f"b:{NEW}")).decode([old])
    with pytest.raises(PayloadSealed, match="another key had that name"):
        await Codec(key_ring(f"a:{NEW}")).decode([old])
    old.data = old.data[:-1] + bytes([old.data[-1] ^ 1])  # never what it was
    with pytest.raises(PayloadSealed):
        await Codec(key_ring(f"a:{OLD}")).decode([old])


async def test_without_a_key_everything_passes_as_it_is() -> None:
    codec = converter(Settings()).payload_codec
    assert codec is not None
    assert await codec.encode([PAYLOAD]) == [PAYLOAD]


@pytest.mark.parametrize("text", ["a", "a:12", f"a:{OLD},a:{NEW}", f"ä:{OLD}", f"a:{OLD}:{NEW}"])
def test_keys_that_are_none_are_refused_without_being_repeated(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALADE_CODEC_KEYS", text)
    with pytest.raises(SettingsError, match="ESCALADE_CODEC_KEYS") as refused:
        Settings.load()
    assert OLD not in str(refused.value)
