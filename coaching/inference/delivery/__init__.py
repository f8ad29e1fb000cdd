"""How something was said: nine measures with a definition each, none of them about feelings.

    sounding = sound(samples)              # while the words are still being found
    delivery = deliver(sounding, answer)   # with the words: all nine

Each measure points at moments of the recording; `definitions("en")` says what each is, how it errs and how well it was
found in recordings whose truth is known.
"""

from coaching.inference.delivery.defining import Accuracy, Definition, definitions
from coaching.inference.delivery.delivering import deliver
from coaching.inference.delivery.sounding import sound

__all__ = ["Accuracy", "Definition", "definitions", "deliver", "sound"]
