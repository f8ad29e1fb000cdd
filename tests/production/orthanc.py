"""A real Orthanc on loopback, from the system's packages, with a folder of its own that is removed afterwards."""

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = shutil.which("Orthanc", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
DICOMWEB = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
START_S = 60.0


@dataclass(frozen=True)
class Orthanc:
    dicom_port: int
    web: str  # address of its own API

    def ask(self, path: str, said: Any = None) -> Any:
        body = None if said is None else json.dumps(said).encode()
        request = urllib.request.Request(f"{self.web}{path}", data=body)  # noqa: S310 - on loopback
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
            return json.loads(answer.read() or b"null")

    def delete(self, path: str) -> None:
        request = urllib.request.Request(f"{self.web}{path}", method="DELETE")  # noqa: S310 - on loopback
        urllib.request.urlopen(request, timeout=60).close()  # noqa: S310


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@contextmanager
def running(folder: Path, *, our_title: str, our_port: int) -> Iterator[Orthanc]:
    dicom_port, web_port = free_port(), free_port()
    told = {
        "Name": "tests", "StorageDirectory": str(folder / "storage"), "IndexDirectory": str(folder / "index"),
        "HttpPort": web_port, "DicomPort": dicom_port, "DicomAet": "ORTHANC", "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False, "Plugins": [str(DICOMWEB)] if DICOMWEB.exists() else [],
        "DicomModalities": {"rounds": [our_title, "127.0.0.1", our_port]}, "DicomWeb": {"Root": "/dicom-web/"},
    }  # fmt: skip
    config = folder / "orthanc.json"
    config.write_text(json.dumps(told))
    with (folder / "orthanc.log").open("wb") as log:
        process = subprocess.Popen([str(PROGRAM), str(config)], stdout=log, stderr=log)
    try:
        there = Orthanc(dicom_port, f"http://127.0.0.1:{web_port}")
        _wait_for(there, process, folder)
        yield there
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(there: Orthanc, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError((folder / "orthanc.log").read_text()[-2000:])
        try:
            there.ask("/system")
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("Orthanc does not answer")
