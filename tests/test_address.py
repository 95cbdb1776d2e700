"""What people type as an address."""

import pytest

from custom_components.jellyfin_subtitles.address import addresses_to_try


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("http://192.168.1.5:8096", "http://192.168.1.5:8096"),
        ("  https://jellyfin.example.com/ ", "https://jellyfin.example.com"),
        ("HTTPS://Jellyfin.Example.com", "https://jellyfin.example.com"),
        ("http://nas:8096/jellyfin/", "http://nas:8096/jellyfin"),
        ("http://nas:8096/web/index.html#!/home.html?a=b", "http://nas:8096"),
        ("http://nas:8096/web", "http://nas:8096"),
        ("https://example.com/jellyfin/web/#/details?id=1", "https://example.com/jellyfin"),
        ("https://example.com/web/web/", "https://example.com/web"),
        ("https://example.com/website", "https://example.com/website"),
        ("https://name:secret@example.com/?a=b#c", "https://example.com"),
        ("http://[fd00::1]:8096/", "http://[fd00::1]:8096"),
    ],
)
def test_an_address_with_a_scheme_is_taken_at_its_word(typed: str, address: str) -> None:
    assert addresses_to_try(typed) == (address,)


def test_a_bare_host_is_looked_for_at_the_usual_port_and_behind_a_proxy() -> None:
    assert addresses_to_try("nas") == ("http://nas:8096", "https://nas", "http://nas")


def test_a_base_path_is_kept_without_a_scheme() -> None:
    assert addresses_to_try("example.com/jellyfin/web/") == (
        "http://example.com:8096/jellyfin",
        "https://example.com/jellyfin",
        "http://example.com/jellyfin",
    )


def test_a_bare_ipv6_address_needs_no_brackets() -> None:
    assert addresses_to_try("fd00::1")[0] == "http://[fd00::1]:8096"


def test_a_host_with_a_port_is_tried_without_tls_first() -> None:
    assert addresses_to_try("nas:8097") == ("http://nas:8097", "https://nas:8097")


@pytest.mark.parametrize("port", [443, 8443, 8920])
def test_a_port_that_is_used_for_tls_is_tried_with_tls_first(port: int) -> None:
    assert addresses_to_try(f"nas:{port}")[0] == f"https://nas:{port}".removesuffix(":443")


@pytest.mark.parametrize(
    "typed", ["", "   ", "ftp://nas", "http://", "nas:port", "my server", "http://nas:99999", "[::"]
)
def test_what_is_no_address_leads_nowhere(typed: str) -> None:
    assert addresses_to_try(typed) == ()
