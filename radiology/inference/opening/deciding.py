"""Which way a file is opened is decided by its content, with the same table that takes uploads."""

from clinic import formats
from radiology.inference.film import Film, Unreadable
from radiology.inference.opening import dicom, pictures

_WAYS = {"jpeg": pictures.jpeg, "png": pictures.png, "dicom": dicom.film}
_NO_PICTURES = (formats.Reason.UNKNOWN_TYPE, formats.Reason.MARKUP, formats.Reason.PLAYLIST, formats.Reason.MACROS)


def open_film(data: bytes) -> Film:
    """In this process. A parser may fail in ways that its documentation does not know: none of them gets out."""
    way = _WAYS.get(_recognised(data))
    if way is None:
        raise Unreadable("not_an_image")
    try:
        return way(data)
    except Unreadable:
        raise
    except MemoryError as fault:
        raise Unreadable("too_large") from fault
    except Exception as fault:
        raise Unreadable("broken", type(fault).__name__) from fault


def _recognised(data: bytes) -> str:
    try:
        return formats.recognise(data[: formats.HEAD_BYTES], tail=data[-formats.TAIL_BYTES :], size=len(data)).name
    except formats.Refused as refused:
        raise Unreadable("not_an_image" if refused.reason in _NO_PICTURES else refused.reason.value) from refused
