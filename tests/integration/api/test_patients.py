import pytest

from clinic.models import Patient
from tests.contract.asking import Api

pytestmark = pytest.mark.django_db


def test_create_read_and_change(api_a: Api) -> None:
    made = api_a.post("patients", {"name": "Dora Dogwood", "birth_date": "1950-02-03", "sex": "female"})
    assert made.status_code == 201
    address = f"patients/{made.json()['id']}"

    changed = api_a.patch(address, {"birth_date": "1951-02-03"})

    assert changed.json()["birth_date"] == "1951-02-03"
    assert changed.json()["name"] == "Dora Dogwood"
    assert api_a.patch(address, {"name": None}).json()["name"] is None
    assert api_a.get(address).json() == api_a.get(f"patients?number={made.json()['number']}").json()["results"][0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"birth_date": "2999-01-01"},
        {"birth_date": "03.02.1950"},
        {"birth_date": 1950},
        {"sex": "f"},
        {"name": "x" * 201},
        {"name": 5},
        {"number": 4},
        {"name": "  "},
    ],
)
def test_create_with_something_wrong_is_refused(api_a: Api, wrong: dict[str, object]) -> None:
    answer = api_a.post("patients", wrong)

    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == set(wrong)


def test_nobody_knows_more_than_a_number_of_the_unnamed(api_a: Api) -> None:
    told = api_a.post("patients", {}).json()

    assert (told["name"], told["birth_date"], told["sex"]) == (None, None, "unknown")


def test_list_shows_own_site_only(api_a: Api, api_b: Api, patient_a: Patient, patient_b: Patient) -> None:
    assert [patient["name"] for patient in api_a.get("patients").json()["results"]] == ["Ana Alder"]
    assert [patient["name"] for patient in api_b.get("patients").json()["results"]] == ["Ben Birch"]
