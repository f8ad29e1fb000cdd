"""Files that run code where somebody opens them as a model: pickles in every wrapping, under every allowed name."""

import bz2
import gzip
import io
import lzma
import pickle  # noqa: TID251 - what must be refused is made with it
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator

MARK = "rounds-hostile-marker"
GLOBALS = (
    ("os", "system"), ("posix", "system"), ("subprocess", "call"), ("subprocess", "check_output"), ("os", "popen"),
    ("builtins", "exec"), ("builtins", "eval"), ("builtins", "__import__"), ("pty", "spawn"), ("runpy", "run_path"),
    ("importlib", "import_module"), ("shutil", "rmtree"), ("socket", "create_connection"), ("ctypes", "CDLL"),
    ("timeit", "timeit"), ("code", "interact"), ("pip._internal", "main"), ("webbrowser", "open"),
    ("operator", "attrgetter"), ("functools", "partial"), ("numpy.testing._private.utils", "runstring"),
    ("torch.serialization", "load"), ("asyncio.unix_events", "_UnixSubprocessTransport._start"), ("bdb", "Bdb.run"),
)  # fmt: skip


def stack_pickle(module: str, name: str) -> bytes:
    """Written by hand: no object of ours has to be there."""
    return f"c{module}\n{name}\n(S'touch {MARK}'\ntR.".encode()


def new_pickle(module: str, name: str) -> bytes:
    return b"\x80\x04" + _word(module) + _word(name) + b"\x93" + _word(f"touch {MARK}") + b"\x85R."


def _word(word: str) -> bytes:
    return b"\x8c" + bytes([len(word)]) + word.encode()


def _zipped(files: dict[str, bytes]) -> bytes:
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return told.getvalue()


def _tarred(data: bytes) -> bytes:
    told = io.BytesIO()
    with tarfile.open(fileobj=told, mode="w") as archive:
        member = tarfile.TarInfo("pickle")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return told.getvalue()


def _npy(data: bytes) -> bytes:
    head = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(117) + b"\n"
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(head)) + head + data


WRAPPINGS: dict[str, Callable[[bytes], bytes]] = {
    "bare": lambda data: data,
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "torch": lambda data: _zipped(
        {"archive/data.pkl": data, "archive/version": b"3\n", "archive/byteorder": b"little"}
    ),
    "torch old": lambda data: pickle.dumps(0x1950A86A20F9469CFC6C) + pickle.dumps(1001) + data,
    "torch tar": _tarred,
    "npy": _npy,
    "npz": lambda data: _zipped({"arr_0.npy": _npy(data)}),
    "keras": lambda data: _zipped({"config.json": b'{"class_name": "Lambda"}', "model.weights.h5": data}),
    "skops": lambda data: _zipped({"schema.json": b'{"__class__": "Pipeline"}', "1.npy": _npy(data)}),
    "behind json": lambda data: b'{"weights": 1}\n' + data,
    "before json": lambda data: data + b'\n{"weights": 1}',
    "short header": lambda data: struct.pack("<Q", 2) + b"{}" + data,
    "long header": lambda data: struct.pack("<Q", 2**63) + b"{" + data,
    "deep json": lambda data: b'{"a":' * 200_000 + data,
    "program": lambda data: b"\x7fELF" + data,
}


def of() -> Iterator[tuple[str, bytes]]:
    for module, name in GLOBALS:
        for written in (stack_pickle, new_pickle):
            for wrapping, wrap in WRAPPINGS.items():
                yield wrapping, wrap(written(module, name))
