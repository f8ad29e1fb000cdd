"""What the tests of bounded children run in them: one honest function and many that are not."""

import ctypes
import importlib
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

from clinic.inference.child import Refused


def echo(payload: BinaryIO, **args: Any) -> dict[str, Any]:
    return {"content": payload.read(), "args": args, "list": [1, {"deep": b"blob"}, None], "nothing": b""}


def first_bytes(payload: BinaryIO, *, count: int) -> bytes:
    payload.seek(0)
    return payload.read(count)


def arrays(payload: BinaryIO) -> dict[str, Any]:
    numpy: Any = importlib.import_module("numpy")
    grid = numpy.arange(12, dtype="float32").reshape(3, 4)
    return {"grid": grid, "columns": grid.T, "empty": grid[:0], "one": numpy.float64(1.5), "mask": grid > 5}


def objects(payload: BinaryIO) -> Any:
    numpy: Any = importlib.import_module("numpy")
    return numpy.array([object()])


def not_json(payload: BinaryIO) -> Any:
    return object()


def hog(payload: BinaryIO) -> int:
    return len(bytearray(4 * 1024**3))


def slow_hog(payload: BinaryIO) -> int:
    kept = []
    while True:
        kept.append(os.urandom(1024 * 1024))


def spin(payload: BinaryIO) -> None:
    while True:
        pass


def stubborn_spin(payload: BinaryIO) -> None:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while True:
        pass


def sleep(payload: BinaryIO, *, seconds: float) -> str:
    time.sleep(seconds)
    return "slept"


def fork_bomb(payload: BinaryIO) -> list[str]:
    """Each way to another process, and what came of it."""
    return [attempt(os.fork), attempt(lambda: subprocess.run(["/bin/true"], check=True)), attempt(start_thread)]


def start_thread() -> None:
    thread = threading.Thread(target=time.sleep, args=(0,))
    thread.start()
    thread.join()


def thread(payload: BinaryIO) -> str:
    return attempt(start_thread)


def large(payload: BinaryIO, *, size: int) -> bytes:
    return bytes(size)


def flood(payload: BinaryIO) -> None:
    """Past all that is offered: straight into the answer's handle."""
    while True:
        os.write(3, bytes(65536))


def lie(payload: BinaryIO) -> None:
    os.write(3, payload.read())
    os._exit(0)


def crash(payload: BinaryIO) -> None:
    ctypes.string_at(0)


def abort(payload: BinaryIO) -> None:
    os.abort()


def leave(payload: BinaryIO, *, code: int) -> None:
    os._exit(code)


def recurse(payload: BinaryIO) -> int:
    return recurse(payload) + 1


def secretive(payload: BinaryIO) -> None:
    raise ValueError("canary: the content of the file")


def print_much(payload: BinaryIO) -> str:
    print("canary" * 100_000)
    sys.stderr.write("canary" * 100_000)
    os.write(1, b"canary" * 100_000)
    return "fine"


def refuse(payload: BinaryIO, *, code: str) -> None:
    raise Refused(code)


def attempt(deed: Any) -> str:
    try:
        return f"did it: {deed()}"
    except OSError as fault:
        return type(fault).__name__
    except RuntimeError as fault:
        return type(fault).__name__


def reach_out(payload: BinaryIO, *, port: int, path: str) -> list[str]:
    def connect() -> None:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()

    def datagram() -> None:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port))

    def unix() -> None:
        socket.socket(socket.AF_UNIX).connect(path)

    return [attempt(connect), attempt(datagram), attempt(unix), attempt(lambda: socket.getaddrinfo("localhost", port))]


def look_around(payload: BinaryIO, *, secret_file: str, pid: int, inherited: int) -> dict[str, Any]:
    return {
        "environment": dict(os.environ),
        "handles": [handle for handle in range(64) if _is_open(handle)],
        "inherited": attempt(lambda: os.read(inherited, 10)),
        "here": attempt(lambda: list(Path().iterdir())),
        "secret": attempt(lambda: Path(secret_file).read_text()),
        "parent environment": attempt(lambda: Path(f"/proc/{pid}/environ").read_bytes()),
        "passwords": attempt(lambda: Path("/etc/passwd").read_text()),
        "home": attempt(lambda: list(Path("/root").iterdir())),
        "kill": attempt(lambda: os.kill(pid, 0)),
        "code": attempt(lambda: bool(Path(os.__file__).read_text())),
    }


def _is_open(handle: int) -> bool:
    try:
        os.fstat(handle)
    except OSError:
        return False
    return True


def write(payload: BinaryIO, *, place: str, size: int) -> str:
    return attempt(lambda: Path(place).write_bytes(bytes(size)))


def write_temporary(payload: BinaryIO, *, size: int) -> str:
    with tempfile.NamedTemporaryFile(delete=False) as out:
        out.write(bytes(size))
    return f"{Path.cwd()}/{Path(out.name).name}"


def raise_limits(payload: BinaryIO) -> list[str]:
    def lift(what: int) -> None:
        resource.setrlimit(what, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    return [attempt_value(lift, what) for what in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)]


def attempt_value(deed: Any, what: int) -> str:
    try:
        deed(what)
    except (OSError, ValueError) as fault:
        return type(fault).__name__
    return "did it"


def identity(payload: BinaryIO) -> dict[str, Any]:
    capabilities = ctypes.create_string_buffer(24)
    ctypes.CDLL(None).capget((0x20080522).to_bytes(4, "little") + bytes(4), capabilities)
    return {"leads its session": os.getsid(0) == os.getpid(), "capable": any(capabilities.raw), "pid": os.getpid()}


def modules(payload: BinaryIO) -> list[str]:
    return sorted(name for name in sys.modules if name.partition(".")[0] in ("django", "celery", "boto3"))


def decode(payload: BinaryIO) -> Any:
    from PIL import Image

    return Image.open(payload, formats=["PNG", "JPEG", "WEBP"]).convert("RGB").getpixel((0, 0))
