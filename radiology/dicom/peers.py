"""Who may be talked to: machines and servers that the settings name, nobody else."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from clinic.outgoing.addresses import is_plain

_TITLE = re.compile(r"[A-Za-z0-9_.\- ]{1,16}")


class NotAllowed(Exception):
    """Not on the list, or the list does not say it in a way that can be read."""


@dataclass(frozen=True)
class Peer:
    title: str
    host: str
    port: int


def application_title(said: str) -> str:
    title = said.strip()
    if not _TITLE.fullmatch(title):
        raise NotAllowed(f"{said!r} is no application title: 1 to 16 letters, digits, spaces or _ . -")
    return title


def peer(listed: Iterable[str], title: str) -> Peer:
    """Of `ROUNDS_DICOM_PEERS`: TITLE=host:port, each."""
    for entry in listed:
        name, _, address = entry.partition("=")
        if name.strip() == title:
            host, _, port = address.strip().rpartition(":")
            if "/" not in host and port.isdigit() and is_plain(f"http://{host}:{port}"):
                return Peer(application_title(name), host.strip("[]"), int(port))
            raise NotAllowed(f"the peer {title} needs an address as host:port, in its usual writing")
    raise NotAllowed(f"{title} is not among the peers of this installation (ROUNDS_DICOM_PEERS)")


def web_address(listed: Iterable[str], address: str) -> str:
    """Of `ROUNDS_DICOMWEB_PEERS`: the address itself must be listed, without user, question or fragment."""
    wanted = address.rstrip("/")
    parts = urlsplit(wanted)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise NotAllowed("a DICOMweb address is http(s)://host[:port]/path")
    if wanted not in {entry.rstrip("/") for entry in listed}:
        raise NotAllowed("this DICOMweb address is not on the list of this installation (ROUNDS_DICOMWEB_PEERS)")
    return wanted
