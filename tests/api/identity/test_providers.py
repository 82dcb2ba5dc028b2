"""What the settings say of providers, and what groups mean: understood, or refused with the place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.identity.grants import BadGrant, Grant, granted, parse
from api.identity.providers import providers
from domain.words import ContactRole, Level, Role
from runtime.settings import Settings, SettingsError


@pytest.mark.parametrize(
    ("meaning", "grant"),
    [
        ("client:ACME", Grant(Role.client, organisation="ACME")),
        ("client:ACME:key_user", Grant(Role.client, organisation="ACME", contact=ContactRole.key_user)),
        ("client:a:b", Grant(Role.client, organisation="a:b")),
        ("support:level1", Grant(Role.level1)),
        ("support:consultant", Grant(Role.consultant)),
        ("support:consultant/logistics", Grant(Role.consultant, group="logistics")),
        ("support:rnd", Grant(Role.rnd)),
        ("managers", Grant(Role.manager)),
        ("operations", Grant(Role.operations)),
    ],
)
def test_a_meaning_is_a_grant(meaning: str, grant: Grant) -> None:
    assert parse(meaning) == grant


@pytest.mark.parametrize(
    "meaning", ["", "client", "client:", "support:", "support:level1/x", "support:consultant/", "x"]
)
def test_what_means_nothing_is_refused_with_what_there_is(meaning: str) -> None:
    with pytest.raises(BadGrant, match="support:level1"):
        parse(meaning)


def test_the_strongest_of_several_comes_first_and_strangers_count_for_nothing() -> None:
    groups = ("everybody", "client:acme", "operations", "support:level1", "managers", "support:consultant/x")
    roles = [one.role for one in granted(groups, {})]
    assert roles == [Role.manager, Role.consultant, Role.level1, Role.operations, Role.client]
    assert granted(("managers", "A"), {"A": "client:acme"}) == (Grant(Role.client, organisation="acme"),)
    assert granted(("client:a", "client:a:key_user"), {})[0].contact is ContactRole.key_user
    assert Grant(Role.consultant).level is Level.consulting


@given(st.lists(st.text(max_size=40), max_size=20))
def test_whatever_a_provider_calls_its_groups_nothing_breaks(groups: list[str]) -> None:
    assert all(one.role in Role for one in granted(groups, {}))


def test_one_provider_by_settings() -> None:
    made = providers(
        Settings(
            oidc_issuer="https://id.example", oidc_client_id="escalade", oidc_client_secret="s",
            oidc_groups="Support = L1=support:level1, Leads=managers",
        )
    )["sso"]  # fmt: skip
    assert made.groups == {"Support = L1": "support:level1", "Leads": "managers"}
    assert providers(Settings()) == {}


def test_several_in_a_file_with_secrets_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAFF_SECRET", "from elsewhere")
    file = tmp_path / "providers.yaml"
    file.write_text(
        "providers:\n  staff: {issuer: 'https://a.example', client_id: x, client_secret_env: STAFF_SECRET}\n"
        "  clients: {issuer: 'https://b.example', client_id: y, label: Clients}\n"
    )
    made = providers(Settings(oidc_file=file))
    assert list(made) == ["staff", "clients"]
    assert made["staff"].client_secret is not None
    assert made["staff"].client_secret.get_secret_value() == "from elsewhere"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[", "not valid YAML"),
        ("providers: &a {b: *a}", "anchor or alias"),
        ("a: 1", "wants one key"),
        ("providers: {a: 1}", "a: wants issuer"),
        ("providers: {a: {issuer: 'https://x.example'}}", "client_id"),
        ("providers: {a: {issuer: 'http://x.example', client_id: c}}", "must be https"),
        ("providers: {A B: {issuer: 'https://x.example', client_id: c}}", "name"),
        ("providers: {a: {issuer: 'https://x.example', client_id: c, groups: {g: boss}}}", "means nothing here"),
        ("providers: {a: {issuer: 'https://x.example', client_id: c, client_secret_env: NOT_SET}}", "NOT_SET"),
        ("providers: {a: {issuer: 'https://x.example', client_id: c, client_secret: hush, more: 1}}", "more"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_without_a_secret(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "providers.yaml"
    file.write_text(content)
    with pytest.raises(SettingsError) as refused:
        providers(Settings(oidc_file=file))
    assert said in str(refused.value)
    assert "hush" not in str(refused.value)


def test_a_provider_without_our_client_id_or_with_an_unreadable_mapping_is_refused() -> None:
    with pytest.raises(SettingsError, match="ESCALADE_OIDC_CLIENT_ID"):
        providers(Settings(oidc_issuer="https://id.example"))
    with pytest.raises(SettingsError, match="ESCALADE_OIDC_GROUPS"):
        providers(Settings(oidc_issuer="https://id.example", oidc_client_id="x", oidc_groups="managers"))
