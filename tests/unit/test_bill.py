"""The bill of materials is the environment, and the environment is the locks."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement

from clinic.bill import LONGEST_NAME, bill, name_of

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-files.lock")
NOT_LOCKED = {"pip", "wheel"}  # what installs the rest
# Licences that ask something of whoever hands the product on, and how it is used: each by hand.
COPYLEFT = {
    "certifi": "MPL-2.0: a list of certificates, unchanged",
    "hypothesis": "MPL-2.0: tests only",
    "orjson": "MPL-2.0 AND (Apache-2.0 OR MIT): unchanged",
    "pathspec": "MPL-2.0: tests only",
    "tqdm": "MPL-2.0 AND MIT: unchanged",
    "psycopg": "LGPL-3.0: imported, unchanged",
    "psycopg-binary": "LGPL-3.0: imported, unchanged",
    "psycopg-pool": "LGPL-3.0: imported, unchanged",
    "pylibjpeg-libjpeg": "GPL-3.0: whoever hands the product on with it hands on a work under GPL-3.0; without it JPEG"
    " lossless and JPEG-LS inside DICOM do not open",
    "espeakng-loader": "carries eSpeak NG under GPL-3.0, loaded at run time; without it answers are not spoken",
}
UNDECLARED = {"espeakng-loader", "axe-playwright-python", "rechoir"}  # all three MIT by their repositories
_COPYLEFT = re.compile(r"GPL|MPL|Mozilla", re.IGNORECASE)


def locked() -> dict[str, str]:
    found: dict[str, str] = {}
    for lock in LOCKS:
        for line in (Path(settings.BASE_DIR) / lock).read_text().splitlines():
            if line and not line.startswith(("#", "-")):
                wanted = Requirement(line.partition(" --hash")[0])
                if wanted.marker is None or wanted.marker.evaluate():
                    found[wanted.name.lower().replace("_", "-").replace(".", "-")] = str(wanted.specifier)[2:]
    return found


def installed() -> dict[str, str]:
    every = {name_of(one): one.version.partition("+")[0] for one in metadata.distributions() if one.metadata["Name"]}
    return {name: version for name, version in every.items() if name not in NOT_LOCKED | {"rounds"}}


def licences() -> dict[str, str]:
    return {one["name"]: one["licenses"][0]["license"]["name"] for one in bill()["components"]}


def test_locks_when_compared_with_the_environment_then_the_same():
    assert installed() == locked()


def test_bill_when_compared_with_the_environment_then_each_package_stands_there_once():
    purls = [one["purl"] for one in bill()["components"]]

    assert len(purls) == len(set(purls))
    wanted = {f"pkg:pypi/{name_of(one)}@{one.version}" for one in metadata.distributions() if one.metadata["Name"]}
    assert {purl for purl in purls if purl.startswith("pkg:pypi/")} == {w for w in wanted if "/rounds@" not in w}
    assert {"cornerstone.min.js", "htmx.min.js", "bootstrap.min.css"} <= set(licences())


def test_bill_when_nothing_has_changed_then_its_number_is_the_same():
    assert bill()["serialNumber"] == bill()["serialNumber"]
    assert (bill()["bomFormat"], bill()["specVersion"]) == ("CycloneDX", "1.6")


@pytest.mark.parametrize("name", sorted(COPYLEFT))
def test_licence_when_it_asks_something_then_somebody_has_written_down_how_it_is_used(name: str):
    assert len(COPYLEFT[name]) > 15


def test_licences_when_listed_then_none_asks_something_that_nobody_has_looked_at():
    asking = {name for name, licence in licences().items() if _COPYLEFT.search(licence)}

    assert asking - {"fido2"} <= set(COPYLEFT), "say in COPYLEFT how it is used, or do without it"  # fido2: BSD
    assert {name for name, licence in licences().items() if licence == "not declared"} <= UNDECLARED
    assert all(len(licence) <= 3 * LONGEST_NAME for licence in licences().values())
