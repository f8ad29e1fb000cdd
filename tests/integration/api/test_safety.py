"""A program gets the safety wording with the answer, under its version."""

from clinic import safety
from tests.integration.reviewing import answered, urgency_capability


def test_result_when_a_program_reads_it_then_it_carries_the_wording_and_its_version(as_person, clinician_a, case_a):
    with urgency_capability():
        result = answered(clinician_a, case_a)

        told = as_person(clinician_a).get(f"/api/v1/runs/{result.run_id}/result").json()

    assert told["safety"] == safety.told()
    assert told["safety"]["version"] == safety.VERSION
