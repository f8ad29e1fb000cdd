"""The capability: pneumonia on chest films, and which engines come with the product."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from clinic import capabilities
from clinic.capabilities import Capability, ClassCard, Shipped
from radiology.inference.findings import BACTERIAL_PNEUMONIA, NORMAL, VIRAL_PNEUMONIA

NAME = "radiology.chest"
PAIR_SHA256 = "5cddcd86037a3ef99c2fcc262b439e76c4e9e25e70723285c4fa3d21f717543d"
AGES = (1, 5)  # years: of the children it learned from, where a manifest says nothing of ages


def ages_of(manifest: dict[str, Any] | None) -> tuple[int, int]:
    youngest, oldest = (manifest or {}).get("ages", AGES)
    return int(youngest), int(oldest)


CHEST = Capability(
    name=NAME,
    title=_("Chest film"),
    kind=NAME,
    loader="radiology.inference.engine:load",
    golden="radiology.inference.golden:differs",
    classes={
        NORMAL: ClassCard(_("No pneumonia signal"), risk=0.1),
        BACTERIAL_PNEUMONIA: ClassCard(_("Bacterial pattern"), risk=0.85),
        VIRAL_PNEUMONIA: ClassCard(_("Viral pattern"), risk=0.6),
    },
    shipped=(Shipped("radiology/weights/chest-1", PAIR_SHA256),),
    not_for=_("Learned from children of 1 to 5 years, one hospital. Not for adults, not for lateral films, and never a "
              "reason to leave a film unread."),
)  # fmt: skip
capabilities.register(CHEST)
