"""What people type when they are asked for an address, and where that may lead."""

from ipaddress import IPv6Address
import re

from yarl import URL

DEFAULT_PORT = 8096
TLS_PORTS = (443, 8443, 8920)


def addresses_to_try(typed: str) -> tuple[str, ...]:
    """Return the addresses that may be meant, the most likely first; empty if it is none at all.

    With a scheme it is taken at its word. Without one, a bare host is most often Jellyfin's own port in the home
    network, else a proxy with TLS. What belongs to the web client and not to the server's address is cut off.
    """
    typed = typed.strip()
    scheme, separator, rest = typed.rpartition("://")
    if separator:
        candidates = [typed] if scheme.casefold() in ("http", "https") else []
    else:
        candidates = _with_scheme(_bracketed(rest))
    return tuple(address for candidate in candidates if (address := _cleaned(candidate)))


def _with_scheme(typed: str) -> list[str]:
    url = _parsed(f"http://{typed}")
    if url is None:
        return []
    port = url.explicit_port
    if port is None:
        return [str(url.with_port(DEFAULT_PORT)), f"https://{typed}", f"http://{typed}"]
    if port in TLS_PORTS:
        return [f"https://{typed}", f"http://{typed}"]
    return [f"http://{typed}", f"https://{typed}"]


def _bracketed(typed: str) -> str:
    """Return a bare IPv6 address as it has to be written in a URL, and anything else as it is."""
    try:
        IPv6Address(typed)
    except ValueError:
        return typed
    return f"[{typed}]"


def _cleaned(address: str) -> str | None:
    """Return scheme, host, port and base path; credentials, query and the path inside the web client are dropped."""
    url = _parsed(address)
    if url is None:
        return None
    path = url.path
    if re.search(r"/web(/|$)", path):
        path = f"{path}/".rpartition("/web/")[0]
    return str(url.origin().with_path(path.rstrip("/"))).rstrip("/")


def _parsed(address: str) -> URL | None:
    try:
        url = URL(address)
    except ValueError:
        return None
    return url if url.host and not re.search(r"\s", url.host) else None
