"""De-identifying in a child process, as opening is: the parser is the same."""

from dataclasses import asdict
from typing import Any, BinaryIO

from clinic.inference import child
from radiology.inference.deidentify.cleaning import Deidentified, Rules, deidentified
from radiology.inference.film import Unreadable
from radiology.inference.opening.bounded import in_child, refusing

WALL_S, CPU_S = 90.0, 20.0
MEMORY_BYTES = 432 * child.MIB


def deidentified_bounded(payload: child.Payload, rules: Rules) -> Deidentified:
    said = in_child(
        "radiology.inference.deidentify.bounded:clean_in_child", payload, wall_s=WALL_S, cpu_s=CPU_S,
        memory_bytes=MEMORY_BYTES,
        args={"key": rules.key.hex(), "keeps": rules.keeps_age_and_sex, "mask": [list(box) for box in rules.mask]},
    )  # fmt: skip
    try:
        return Deidentified(**{**said, "data": bytes(said["data"])})
    except (TypeError, KeyError, ValueError) as fault:
        raise Unreadable("broken") from fault


def clean_in_child(payload: BinaryIO, *, key: str, keeps: bool, mask: list[list[int]]) -> dict[str, Any]:
    boxes = tuple((top, left, bottom, right) for top, left, bottom, right in mask)
    with refusing():
        clean = deidentified(payload.read(), Rules(bytes.fromhex(key), keeps, boxes))
    return asdict(clean)
