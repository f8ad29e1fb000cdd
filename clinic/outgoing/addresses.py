"""Where this installation may ask over HTTP: an address that it names, in its usual writing, and what that turns out to
mean. Light: every process reads it; `clients` speaks.

A name that means this machine, its network or a cloud's own addresses is refused, unless the installation names it as
local (`ROUNDS_LANGUAGE_LOCAL_HOSTS`; this machine by its plain name always is).
"""

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from clinic.environment import Environment

LOCAL_HOSTS = "ROUNDS_LANGUAGE_LOCAL_HOSTS"
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?", re.IGNORECASE)
_ODD = re.compile(r"[\x00-\x20\x7f-\uffff\\^`{}|<>\"%]")
_MORE = re.compile(r"[@?#]")  # a user, a question, a fragment
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_NUMBERS_OF_OLD = re.compile(r"(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+))*\.?", re.IGNORECASE)
_ASSIGNED = (ipaddress.ip_network("192.0.0.0/24"),)  # among it a cloud's own: not all of Python's versions know
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))

IP = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotAllowed(OSError):
    """Nobody was asked. The words are ours: no address that came from elsewhere is in them."""


@dataclass(frozen=True)
class Destination:
    """Where something may be sent. `is_local`: the installation says that this host is its own."""

    url: str
    is_local: bool

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)


def destination(url: str, *, local_hosts: Iterable[str] = ()) -> Destination:
    host = (urlsplit(url).hostname or "") if is_plain(url) else ""
    return Destination(url, host in _THIS_MACHINE or host in {each.strip().lower() for each in local_hosts} - {""})


def from_environment(environment: Environment, name: str, default: str) -> str:
    """Out of a setting. An address that programs could read differently stops the start, and so does HTTP in clear."""
    url = environment.text(name, default).rstrip("/")
    if url and not is_plain(url):
        environment.problems.append(f"{name} is no plain address: https://host[:port][/path] is meant.")
    elif url.startswith("http://") and not destination(url, local_hosts=environment.listing(LOCAL_HOSTS)).is_local:
        environment.problems.append(f"{name} begins with http://: only for this machine and {LOCAL_HOSTS}.")
    return url


def store(environment: Environment, name: str) -> str:
    """The address of an object store, which is the installation's own: `http://` too, inside its network."""
    url = environment.text(name).rstrip("/")
    if url and not is_plain(url):
        environment.problems.append(f"{name} is no plain address: http(s)://host[:port] is meant.")
    return url


def is_plain(url: str) -> bool:
    """As everybody would read it: no user, no question, no fragment, a host in its usual writing."""
    try:
        parts = urlsplit(url)
        fits = parts.port is None or 0 < parts.port < 65536
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not url.startswith(f"{parts.scheme}://") or not fits:
        return False
    return not (_ODD.search(url) or _MORE.search(url)) and _is_plain_host(parts.hostname or "", parts.netloc)


def _is_plain_host(host: str, netloc: str) -> bool:
    """Numbers in any writing but the usual one are a name to some programs and an address to others."""
    try:
        return str(ipaddress.ip_address(host)) == host and ((":" in host) == netloc.startswith("["))
    except ValueError:
        return _NAME.fullmatch(host) is not None and not _NUMBERS_OF_OLD.fullmatch(host)


# --- addresses --------------------------------------------------------------------------------------------------------


def may_be_asked(address: IP, *, is_local: bool) -> bool:
    """What belongs to nobody, to everybody or to the machine's own cloud is never asked, named or not."""
    plain = _inner(address)
    if plain.is_link_local or plain.is_multicast or plain.is_unspecified:
        return False
    return is_local or (plain.is_global and not any(plain in network for network in _ASSIGNED))


def _inner(address: IP) -> IP:
    """Of an IPv6 address that only wraps another one, the other."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if any(address in network for network in _NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
    if wrapped is None and int(address) >> 32 == 0 and int(address) > 1:
        wrapped = ipaddress.IPv4Address(int(address))  # the oldest way to write one
    return wrapped or address


def checked(found: Iterable[Any], *, is_local: bool) -> str:
    """The first of what a name means, if all of it may be asked: a name that means two things is not trusted."""
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not all(may_be_asked(address, is_local=is_local) for address in addresses):
        raise NotAllowed("this address may not be asked from here")
    return str(addresses[0])


def pinned(host: str, port: int, *, is_local: bool) -> str:
    """What is to be connected to: looked up once, so that nothing can change its meaning in between."""
    return checked(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), is_local=is_local)


def demand_askable(host: str, port: int, *, is_local: bool) -> None:
    """For clients of others, which look up for themselves."""
    pinned(host, port, is_local=is_local)
