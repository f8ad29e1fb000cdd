"""What happens in the child: FFmpeg looks into bytes of which nobody knows where they come from.

The container is chosen by our own recogniser and forced, so that no list of other files, stream address or picture can
pretend to be sound; only codecs of speech are opened; nothing but the open file is ever read.
"""

import os
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Any, cast

import av
import numpy as np
from av.container import InputContainer

from clinic import formats
from clinic.inference.child import Refused
from clinic.inference.speech.sound import FULL_SCALE, RATE, Samples

_DEMUXERS = {
    "wav": "wav", "mp3": "mp3", "mp4": "mp4", "ogg": "ogg", "webm": "matroska", "flac": "flac",
}  # fmt: skip
_CODECS = frozenset(
    {
        "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_u8", "pcm_f32le", "pcm_alaw", "pcm_mulaw", "mp3", "mp3float", "aac",
        "alac", "opus", "libopus", "vorbis", "libvorbis", "flac",
    }
)  # fmt: skip
_RATES, _MOST_CHANNELS = range(6_000, 192_001), 8
_OPTIONS = {"probesize": "1048576", "protocol_whitelist": "", "enable_drefs": "0", "use_absolute_path": "0"}
_FRAMES_LOOKED_AT = 100  # from the place before that a container can jump to
_CUT_SHORT_S, _CUT_SHORT_SHARE = 1.0, 0.05  # so much less than announced is a loss, not a rounding

FAULTS = (av.FFmpegError, ValueError, EOFError, OSError)


def listen_in_child(payload: Any, *, longest_s: float, start_s: float, window_s: float, is_first: bool) -> Any:
    """The samples from `start_s` on, `window_s` of them. The first time the whole is gone through, so that a recording
    that is too long, silent or broken is refused before any of it is used."""
    if is_first and _goes_beyond(payload, longest_s):
        raise Refused("too_long")
    with closing(_opened(payload)) as container:
        facts = _facts(container)
        window, measures = _gone_through(container, longest_s, start_s, window_s, goes_on=is_first)
    return facts | measures | {"samples": window}


def _goes_beyond(payload: Any, longest_s: float) -> bool:
    """Where a header announces too much, one look behind the most that is taken spares going through all of it: hours
    of silence are a few bytes. A header that lies is found out there too, for then nothing comes."""
    with closing(_opened(payload)) as container:
        if _announced_s(container) <= longest_s or not container.streams.audio:
            return False
        _facts(container)
        try:
            container.seek(round(longest_s * av.time_base))
            return any((frame.time or 0) >= longest_s for frame in islice(container.decode(audio=0), _FRAMES_LOOKED_AT))
        except FAULTS:
            return False


def _opened(payload: Any) -> InputContainer:
    head, tail, size = _ends(payload)
    try:
        found = formats.recognise(head, tail=tail, size=size)
    except formats.Refused as why:
        raise Refused(_code(why)) from why
    if found.name not in _DEMUXERS:
        raise Refused("not_a_sound")
    try:
        container = av.open(payload, "r", format=_DEMUXERS[found.name], metadata_errors="replace", options=_OPTIONS)
        return cast(InputContainer, container)
    except FAULTS as fault:
        raise Refused("damaged") from fault


def _ends(payload: Any) -> tuple[bytes, bytes, int]:
    size = payload.seek(0, os.SEEK_END)
    payload.seek(0)
    head = payload.read(formats.HEAD_BYTES)
    payload.seek(max(0, size - formats.TAIL_BYTES))
    tail = payload.read(formats.TAIL_BYTES)
    payload.seek(0)
    return head, tail, size


def _code(why: formats.Refused) -> str:
    codes = {formats.Reason.EMPTY_FILE: "empty", formats.Reason.TOO_LARGE: "too_large"}
    return codes.get(why.reason, "not_a_sound")


def _facts(container: InputContainer) -> dict[str, Any]:
    streams = container.streams.audio
    if not streams:
        raise Refused("no_sound_in_it")
    codec = streams[0].codec_context
    if codec.name not in _CODECS:
        raise Refused("codec_not_taken")
    if codec.sample_rate not in _RATES or not 1 <= codec.channels <= _MOST_CHANNELS:
        raise Refused("codec_not_taken")
    codec.thread_count = 1
    return {"container": container.format.name, "codec": codec.name}


def _gone_through(
    container: InputContainer, longest_s: float, start_s: float, window_s: float, *, goes_on: bool
) -> tuple[Samples, dict[str, Any]]:
    start, end, longest = round(start_s * RATE), round((start_s + window_s) * RATE), round(longest_s * RATE)
    kept: list[Samples] = []
    heard, peak, is_broken = 0, 0, False
    try:
        for piece in pieces(container):
            wanted = piece[max(0, start - heard) : max(0, end - heard)]
            if wanted.size:  # an empty part would hold on to the whole of it
                kept.append(wanted)
            heard += len(piece)
            peak = max(peak, int(np.abs(piece.astype(np.int32)).max(initial=0)))
            if heard > longest:
                raise Refused("too_long")
            if heard >= end and not goes_on:
                break
    except FAULTS:
        is_broken = True  # what came before is kept, and the loss told
    announced = _announced_s(container)
    missing = announced - heard / RATE
    is_cut_short = is_broken or missing > max(_CUT_SHORT_S, _CUT_SHORT_SHARE * announced)
    measures = {"seconds": heard / RATE, "peak": peak / FULL_SCALE, "is_cut_short": is_cut_short}
    return np.concatenate([np.zeros(0, np.int16), *kept]), measures


def _announced_s(container: InputContainer) -> float:
    """What the header says. One that says nothing, or that was never filled in, announces nothing."""
    return (container.duration or 0) / av.time_base if container.format.name != "mp3" else 0.0


def pieces(container: InputContainer) -> Iterator[Samples]:
    """Little by little: the whole is never held."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    for frame in container.decode(audio=0):
        for done in resampler.resample(frame):
            yield done.to_ndarray()[0]
    for done in resampler.resample(None):
        yield done.to_ndarray()[0]
