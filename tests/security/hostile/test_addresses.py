"""However an address is written, and whatever its name turns out to mean, nobody is asked but whom the installation
names."""

import ast
import asyncio
import ipaddress
import itertools
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpcore2
import httpx2
import pytest
from pynetdicom import AE

from clinic.environment import Environment
from clinic.inference.speech.configured import settings_from
from clinic.language.engines import engines_from
from clinic.outgoing import addresses, clients
from clinic.storage.errors import StorageDown
from clinic.storage.s3 import S3ObjectStore, s3_storage
from coaching.hume import Hume
from radiology.dicom.peers import NotAllowed, Peer, peer, web_address
from radiology.dicom.sending import NoAnswer, echo
from radiology.dicom.web_client import WebPeer
from tests.security.hostile import urls
from tests.security.hostile.measuring import say
from tests.security.hostile.test_disguises import calls, listener

ROOT = Path(__file__).resolve().parents[3]
PRODUCT = ("classify", "clinic", "coaching", "consult", "extraction", "radiology")
CLIENTS = {"httpx2", "httpx", "requests", "urllib.request", "http.client", "aiohttp", "urllib3", "smtplib", "ftplib"}
MAY_SPEAK = {
    "clinic/outgoing/clients.py": "the one way out", "clinic/language/asking.py": "names its failures",
    "clinic/inference/speech/remote.py": "names its failures", "coaching/hume.py": "names its failures",
    "clinic/embedded/readiness.py": "asks the house itself whether it is ready",
    "clinic/embedded/probe.py": "asks the web process beside it whether it serves",
    "clinic/alert_telling.py": "names its failures",
    "radiology/dicom/web_client.py": "speaks to listed servers only, each address checked",
}  # fmt: skip


def providers() -> Iterator[tuple[str, dict[str, str], Callable[[Environment], object]]]:
    """Each setting that holds an address, with what else makes it read, and who reads it."""
    for provider in ("ollama", "anthropic", "openai", "groq"):
        others = {"ROUNDS_LANGUAGE_ENGINES": f"{provider}/m", f"ROUNDS_{provider.upper()}_KEY": "key"}
        yield f"ROUNDS_{provider.upper()}_URL", others, lambda e: [each.url for each in engines_from(e)]
    for provider in ("groq", "openai"):
        others = {"ROUNDS_SPEECH_ENGINES": f"{provider}/m", f"ROUNDS_{provider.upper()}_KEY": "key"}
        yield f"ROUNDS_{provider.upper()}_URL", others, lambda e: [each.url for each in settings_from(e).remote]
    bedrock = {"ROUNDS_LANGUAGE_ENGINES": "bedrock/m"}
    yield "ROUNDS_BEDROCK_URL", bedrock, lambda e: [each.url for each in engines_from(e)]
    yield "ROUNDS_HUME_URL", {"ROUNDS_HUME_KEY": "key"}, lambda e: [h.url for h in [Hume.configured(e)] if h]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What names mean, and which addresses were connected to: none but this machine's can be, from here."""
    whole, seen, asked = socket.getaddrinfo, Counter[str](), itertools.count()

    def look(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        meant = urls.MEANS.get(name.lower())
        if name == urls.REBINDS:
            meant = ["93.184.216.34"] if next(asked) % 2 == 0 else ["127.0.0.1"]
        if meant is None:
            return whole(host, port, *more, **named)
        kind = socket.AF_INET6 if ":" in meant[0] else socket.AF_INET
        return [(kind, socket.SOCK_STREAM, 6, "", (address, port)) for address in meant]

    def connect(_self: object, host: str, *_more: Any, **_named: Any) -> Any:
        seen[host] += 1
        raise httpcore2.ConnectError("not from a test")

    monkeypatch.setattr(socket, "getaddrinfo", look)
    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", connect)
    return seen


def test_settings_take_no_address_that_two_programs_could_read_differently_or_a_key_in_the_clear(
    names: Counter[str],
) -> None:
    tried, taken = 0, Counter[str]()
    for (name, others, read), url in itertools.product(providers(), urls.of(8080)):
        environment = Environment({**others, name: url})
        read(environment)
        tried += 1
        if not environment.problems and url.strip():
            taken[url] += 1
    say(f"addresses in settings: {len(list(urls.of(1)))} forms x {len(list(providers()))} settings, {tried} tried, "
        f"{len(taken)} forms taken, to be looked up when asked")  # fmt: skip

    assert len(list(urls.of(1))) >= 150
    plain = {url for url in taken if "127.0.0.1" not in url and "[::1]" not in url}
    assert all(url.startswith("https://") for url in plain)
    odd = {odd.format(host="127.0.0.1", port=8080) for odd in urls.ODD} & set(taken)
    assert odd <= {
        "HTTP://127.0.0.1:8080/",
        " https://127.0.0.1:8080/",
    }  # white space around a setting is no part of it


@pytest.mark.long
def test_nobody_is_asked_at_an_address_that_is_not_named(names: Counter[str]) -> None:
    """Past the settings, too: a row, an argument or a mistake may hold any of them."""
    ends: Counter[str] = Counter()
    with listener() as server:
        port = server.getsockname()[1]
        for url in urls.of(port):
            to = addresses.Destination(url, is_local=False)
            for ask in (_asked, _asked_later):
                ends[ask(to)] += 1
        called = calls(server)
    say(f"addresses asked: {ends.total()} tried, {dict(ends)}, {called} connections to this machine, "
        f"connected to {dict(names)}")  # fmt: skip

    assert called == 0
    assert "answered" not in ends
    assert all(ipaddress.ip_address(address).is_global for address in names)


def _asked(to: addresses.Destination) -> str:
    try:
        with clients.client(to, read_s=1) as client:
            client.get(to.url)
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError):
        return "refused"
    return "answered"


def _asked_later(to: addresses.Destination) -> str:
    async def ask() -> None:
        async with clients.client_later(to, read_s=1) as client:
            await client.get(to.url)

    if any(name in to.url for name in (urls.REBINDS, urls.PUBLIC)):
        return "not tried"  # would connect to the harmless address for real
    try:
        asyncio.run(ask())
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError):
        return "refused"
    return "answered"


def test_name_that_changes_its_meaning_is_looked_up_once_for_each_connection(names: Counter[str]) -> None:
    """What was checked is what is connected to: there is no second look in between."""
    to = addresses.destination(f"https://{urls.REBINDS}:8443")
    for _ in range(2):
        _asked(to)
    assert dict(names) == {"93.184.216.34": 1}


def test_machine_that_is_named_is_asked_and_leads_nowhere_else() -> None:
    with listener() as server:
        port = server.getsockname()[1]
        for url in (f"http://127.0.0.1:{port}", f"http://localhost:{port}"):
            with clients.client(addresses.destination(url), read_s=0.1) as client:
                with pytest.raises(httpx2.HTTPError):
                    client.get(url)
                with pytest.raises(httpx2.ConnectError):
                    client.get(f"http://127.0.0.2:{port}")
        assert calls(server) == 2


def test_redirect_is_an_answer_like_others(monkeypatch: pytest.MonkeyPatch) -> None:
    with clients.client(addresses.destination("https://public.example")) as client:
        assert client.follow_redirects is False and client.trust_env is False


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "224.0.0.1", "0.0.0.0", "::ffff:169.254.169.254"])
def test_what_nobody_means_is_not_asked_though_it_is_named(address: str) -> None:
    assert not addresses.may_be_asked(ipaddress.ip_address(address), is_local=True)
    assert addresses.may_be_asked(ipaddress.ip_address("10.0.0.7"), is_local=True)


def test_dicomweb_servers_that_are_not_listed_or_lie_in_the_cloud_are_not_asked(names: Counter[str]) -> None:
    refused = 0
    for url in urls.of(8080):
        with pytest.raises((NotAllowed, ValueError)):
            web_address(["https://pacs.example/dicom"], url)
        refused += 1
    peer = WebPeer(["http://169.254.169.254/dicom"], "http://169.254.169.254/dicom")
    with pytest.raises(OSError, match="may not be asked"):
        peer.studies()
    say(f"addresses of DICOMweb servers: {refused} refused")


def test_dicom_peers_are_looked_up_once_and_never_lie_in_the_cloud(
    names: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def associate(_self: object, host: str, *_more: Any, **_named: Any) -> Any:
        asked.append(host)
        return SimpleNamespace(is_established=False)

    monkeypatch.setattr(AE, "associate", associate)
    with pytest.raises(NoAnswer):
        echo(Peer("PACS", urls.REBINDS, 104), title="ROUNDS")
    for host in ("169.254.169.254", "0.0.0.0", "fe80::1", "::ffff:169.254.169.254"):
        with pytest.raises(NotAllowed):
            echo(Peer("PACS", host, 104), title="ROUNDS")
    for written in ("0x7f000001:104", "2130706433:104", "a@b:104", "pacs/x:104", ":104", "pacs:0", "pacs:70000"):
        with pytest.raises(NotAllowed):
            peer([f"PACS={written}"], "PACS")

    assert asked == ["93.184.216.34"]
    assert peer(["PACS=pacs.example:104"], "PACS").host == "pacs.example"
    assert peer(["PACS=[::1]:104"], "PACS").host == "::1"


def test_store_is_asked_at_its_own_address_only_and_never_in_the_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: dict[str, Any] = {"bucket_name": "files", "access_key": "a", "secret_key": "b", "region_name": "eu-central-1"}
    with listener() as server:
        here = f"http://127.0.0.1:{server.getsockname()[1]}"
        monkeypatch.setenv("HTTP_PROXY", here)
        for endpoint in ("http://169.254.169.254", "http://[fe80::1]", "http://0.0.0.0"):
            store = S3ObjectStore(s3_storage(endpoint_url=endpoint, **keys, attempts=1))
            with pytest.raises(StorageDown):
                store.check()
        named = s3_storage(endpoint_url="http://127.0.0.1:9000", **keys)
        amazon = s3_storage(endpoint_url=None, **keys)
        for storage, led in (
            (named, here),
            (named, "http://127.0.0.1:9001"),
            (named, "http://127.0.0.1.evil.example"),
            (amazon, here),
            (amazon, "https://amazonaws.com.evil.example"),
            (amazon, "https://evil"),
        ):
            with pytest.raises(OSError, match="another address"):
                storage._demand_it_is_the_store(SimpleNamespace(url=f"{led}/files/x"))
        named._demand_it_is_the_store(SimpleNamespace(url="http://127.0.0.1:9000/files/x"))
        assert calls(server) == 0


def test_product_has_one_way_out() -> None:
    """Whoever imports a client of HTTP is on the list; each on it uses the one way or says why not."""
    found = set()
    for path in (each for place in PRODUCT for each in sorted((ROOT / place).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text())):
            named = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            named += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if CLIENTS.intersection(named) or any(name.partition(".")[0] in CLIENTS for name in named):
                found.add(str(path.relative_to(ROOT)))
    assert found == set(MAY_SPEAK)
    assert not [path for path in MAY_SPEAK if "httpx2.Client(" in (ROOT / path).read_text()
                and path != "clinic/outgoing/clients.py"]  # fmt: skip
