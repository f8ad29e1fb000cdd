"""What others made lies here unchanged, with its licence, and nothing else does."""

import hashlib
import json

import pytest

from tests.unit.static.places import STATIC, VENDOR

FILES = json.loads((VENDOR / "manifest.json").read_text())["files"]


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
def test_vendored_file_is_the_one_in_the_manifest(entry):
    content = (STATIC / entry["file"]).read_bytes()

    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert b"sourceMappingURL" not in content, "a map that is not shipped is a request that fails"


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
def test_vendored_file_has_its_licence_beside_it(entry):
    licence = (STATIC / entry["licence_file"]).read_text()

    assert len(licence) > 300
    assert entry["version"] and entry["source"]


def test_nothing_vendored_is_missing_from_the_manifest():
    known = {entry["file"] for entry in FILES} | {entry["licence_file"] for entry in FILES} | {"vendor/manifest.json"}

    present = {str(path.relative_to(STATIC)) for folder in ("vendor", "fonts") for path in (STATIC / folder).iterdir()}

    assert present <= known, present - known
