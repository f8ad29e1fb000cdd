import json

from clinic.engines import manifests
from extraction import fields, shipping
from extraction.inference import engine, rules


def test_the_shipped_folder_is_of_the_rules_as_they_are():
    """After a change of rules or lists: `python -m extraction.shipping`, and its digest into `extraction/fields.py`."""
    told = json.loads((shipping.FOLDER / engine.RULES).read_text())
    assert told["digest"] == rules.digest()
    assert manifests.read(shipping.FOLDER).digest == fields.RULES_SHA256


def test_shipping_again_changes_nothing(tmp_path):
    metrics = json.loads((shipping.FOLDER / manifests.CARD).read_text())["metrics"]
    assert shipping.ship(tmp_path, metrics) == fields.RULES_SHA256
