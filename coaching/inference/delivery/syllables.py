"""When each syllable is loudest: peaks of the loudness between 280 and 2,600 Hz that stand out and carry voice.

After de Jong and Wempe (2009): a nucleus is a peak of loudness, voiced, with a dip on both sides.
"""

import numpy as np
from scipy.signal import find_peaks

from coaching.inference.delivery.frames import STEP_S, Frames, smooth
from coaching.inference.delivery.pauses import Speaking
from coaching.inference.delivery.pitch import Pitch

_WIDTH = 7
_DIP_DB = 2.0
_UNDER_SPEECH_DB = 24.0
_APART_S = 0.08
_REACH = 2


def syllables_of(frames: Frames, speaking: Speaking, pitch: Pitch) -> tuple[float, ...]:
    curve = smooth(frames.sonorant, _WIDTH)
    floor = float(np.percentile(curve[speaking.is_on], 90)) - _UNDER_SPEECH_DB
    clipped = np.maximum(np.where(speaking.is_on, curve, floor), floor)
    peaks, _ = find_peaks(clipped, prominence=_DIP_DB, distance=round(_APART_S / STEP_S), plateau_size=(None, None))
    voiced = smooth(pitch.is_voiced.astype(np.float32), 2 * _REACH + 1) > 0.5
    return tuple(round((float(at) + 0.5) * STEP_S, 3) for at in peaks if voiced[at] and curve[at] > floor)
