import io

import numpy as np
import pydicom
import pytest
from pydicom import DataElement, Dataset
from pydicom.datadict import dictionary_VR
from pydicom.uid import DigitalXRayImageStorageForPresentation, ExplicitVRBigEndian, JPEG2000Lossless, RLELossless

from benchmarks.deidentify import Markers, jpeg2000_file, jpeg_file, plain_file
from clinic.inference import child
from radiology.inference.deidentify import Rules, deidentified, deidentified_bounded, patient_key
from radiology.inference.deidentify.profile import actions
from radiology.inference.dicom_files import compressed, dataset_of, dicom_file, written
from radiology.inference.film import GENERATED_BY, Unreadable
from radiology.inference.opening import open_film

SITE = b"of this test"
KEY = patient_key(SITE, "17")
RAMP = np.linspace(0, 4095, 40 * 32).reshape(40, 32).astype(np.uint16)
EXAMPLES = {
    "DA": "20200229", "DT": "20200229101112.123456", "TM": "101112", "AS": "044Y", "CS": "PRIVATE", "UI": "1.2.3.4.5.6",
    "AE": "STATION7", "OB": b"\1\2", "UN": b"\1\2", "UR": "http://a.invalid/b", "DS": "61.5", "IS": "3", "US": 3,
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def no_nursery_left():
    yield
    child.close()


def cleaned(data: bytes, **rules) -> pydicom.FileDataset:
    return pydicom.dcmread(io.BytesIO(deidentified(data, Rules(**{"key": KEY, **rules})).data))


def example(tag: int) -> DataElement:
    vr = dictionary_VR(tag)
    if vr == "SQ":
        item = Dataset()
        item.PatientComments, item.ReferencedSOPInstanceUID = "about her", "1.2.3.9"
        return DataElement(tag, vr, [item])
    return DataElement(tag, vr, EXAMPLES.get(vr, "free text"))


def test_every_row_of_the_profile_is_applied():
    dataset = dataset_of(RAMP, bits=12)
    for tag in actions():
        if tag >> 16 >= 8:  # commands are of messages: a file with one cannot be written
            dataset.add(example(tag))
    clean = cleaned(written(dataset))
    rows = {tag: action for tag, action in actions().items() if tag >> 16 >= 8}
    wrong = [f"{tag:08X} {action}" for tag, action in rows.items() if not _is_applied(clean, tag, action)]
    assert len(actions()) == 627
    assert wrong == []


def _is_applied(clean: Dataset, tag: int, action: str) -> bool:
    vr, was, now = dictionary_VR(tag), example(tag).value, clean.get(tag)
    keyword = pydicom.datadict.keyword_for_tag(tag)
    if keyword in ("PatientName", "PatientID"):
        return str(now.value).startswith("RND")
    if keyword == "StudyDescription" or keyword.startswith("Deidentification"):
        return now is None or "free" not in str(now.value)
    if action == "U":
        return bool(now.value != was if vr == "UI" else now.value[0].ReferencedSOPInstanceUID != "1.2.3.9")
    if vr in ("DA", "DT") and keyword != "PatientBirthDate":
        return bool(now.value != was[:8] and len(now.value) == 8)
    if action == "X":
        return now is None
    return now is None or not now.value or now.value in ("ANONYMIZED", "000000")


@pytest.mark.parametrize("implicit", [False, True])
def test_no_marker_survives(implicit):
    markers = Markers()
    data = plain_file(markers, implicit=implicit)
    assert len(markers.places) > 2000
    assert markers.found_in(deidentified(data, Rules(KEY)).data) == []


@pytest.mark.parametrize("build", [jpeg_file, jpeg2000_file])
def test_no_marker_survives_inside_compressed_pixels(build):
    markers = Markers()
    data = build(markers)
    clean = deidentified(data, Rules(KEY)).data
    assert markers.found_in(clean) == []
    assert np.array_equal(open_film(clean).grey, open_film(data).grey)


@pytest.mark.parametrize("syntax", [None, RLELossless, JPEG2000Lossless])
def test_not_one_pixel_changes(syntax):
    window = {"WindowCenter": "1000", "WindowWidth": "500"}
    data = dicom_file(RAMP, bits=12, photometric="MONOCHROME1", more=window)
    data = compressed(data, syntax) if syntax else data
    before, after = open_film(data), open_film(deidentified(data, Rules(KEY)).data)
    assert np.array_equal(before.grey, after.grey)
    assert before.window == after.window


def test_big_endian_pixels_are_the_same_in_little_endian():
    dataset = dataset_of(RAMP, bits=12)
    dataset.PixelData = RAMP.astype(">u2").tobytes()
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    stored = io.BytesIO()
    dataset.save_as(stored, enforce_file_format=True)
    assert np.array_equal(open_film(deidentified(stored.getvalue(), Rules(KEY)).data).grey, RAMP)


def test_tables_of_values_come_along():
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [4, 0, 16])
    item.add_new("LUTData", "OW", np.array([0, 9, 99, 999], "<u2").tobytes() + b"John Doe")
    data = dicom_file(RAMP, bits=12, more={"VOILUTSequence": [item]})
    clean = deidentified(data, Rules(KEY)).data
    assert np.array_equal(open_film(clean).grey, open_film(data).grey)
    assert b"John" not in clean


def test_one_patient_keeps_one_name_one_set_of_uids_and_one_distance_in_time():
    def film(day: str, instance: str) -> bytes:
        more = {"StudyInstanceUID": "1.2.3", "SOPInstanceUID": instance, "StudyDate": day, "PatientID": "4711"}
        return dicom_file(RAMP, bits=12, more=more)

    first, second = cleaned(film("20240101", "1.2.3.1")), cleaned(film("20240131", "1.2.3.2"))
    assert first.StudyInstanceUID == second.StudyInstanceUID != "1.2.3"
    assert first.SOPInstanceUID != second.SOPInstanceUID
    assert first.SOPInstanceUID.startswith("2.25.")
    assert first.PatientID == second.PatientID == first.PatientName
    days = [pydicom.valuerep.DA(one.StudyDate) for one in (first, second)]
    assert (days[1] - days[0]).days == 30
    assert first.StudyDate != "20240101"


def test_two_patients_share_nothing():
    data = dicom_file(RAMP, bits=12, more={"StudyInstanceUID": "1.2.3", "StudyDate": "20240101"})
    one, other = cleaned(data), cleaned(data, key=patient_key(SITE, "18"))
    assert one.StudyInstanceUID != other.StudyInstanceUID
    assert one.PatientID != other.PatientID
    assert one.StudyDate != other.StudyDate


def test_the_file_says_what_was_done_to_it():
    clean = cleaned(dicom_file(RAMP, bits=12), keeps_age_and_sex=True, mask=((0, 0, 4, 4),))
    assert clean.PatientIdentityRemoved == "YES"
    codes = [item.CodeValue for item in clean.DeidentificationMethodCodeSequence]
    assert codes == ["113100", "113105", "113107", "113108", "113101"]
    assert clean.preamble == bytes(128)
    assert clean.file_meta.MediaStorageSOPInstanceUID == clean.SOPInstanceUID
    assert clean.SOPClassUID == DigitalXRayImageStorageForPresentation


def test_descriptions_keep_the_words_that_describe_a_film():
    more = {"StudyDescription": "Chest PA+Lat, Mrs Smith room 12", "BodyPartExamined": "CHEST", "ViewPosition": "SMITH"}
    clean = cleaned(dicom_file(RAMP, bits=12, more=more))
    assert clean.StudyDescription == "CHEST PA LAT"
    assert clean.BodyPartExamined == "CHEST"
    assert "ViewPosition" not in clean


def test_a_code_keeps_the_meaning_of_the_dictionary_not_of_the_file():
    known, unknown = Dataset(), Dataset()
    known.CodeValue, known.CodingSchemeDesignator, known.CodeMeaning = "399348003", "SCT", "of Mrs Smith"
    unknown.CodeValue, unknown.CodingSchemeDesignator, unknown.CodeMeaning = "SMITH", "SCT", "Mrs Smith"
    clean = cleaned(dicom_file(RAMP, bits=12, more={"ViewCodeSequence": [known, unknown]}))
    assert [item.CodeMeaning for item in clean.ViewCodeSequence] == ["Antero-posterior projection (qualifier value)"]


def test_age_and_sex_stay_only_where_they_are_asked_for():
    data = dicom_file(RAMP, bits=12, more={"PatientAge": "044Y", "PatientSex": "F"})
    assert "PatientAge" not in cleaned(data)
    kept = cleaned(data, keeps_age_and_sex=True)
    assert (kept.PatientAge, kept.PatientSex) == ("044Y", "F")
    assert cleaned(dicom_file(RAMP, more={"PatientAge": "097Y"}), keeps_age_and_sex=True).PatientAge == "090Y"
    dates = {"PatientBirthDate": "20220301", "StudyDate": "20230901"}
    assert cleaned(dicom_file(RAMP, more=dates), keeps_age_and_sex=True).PatientAge == "018M"


def test_a_mask_blackens_its_box_and_nothing_else():
    for photometric, black in (("MONOCHROME2", 0), ("MONOCHROME1", 4095)):
        clean = cleaned(dicom_file(RAMP, bits=12, photometric=photometric), mask=((2, 3, 10, 20),))
        shown = clean.pixel_array
        assert (shown[2:10, 3:20] == black).all()
        shown = shown.copy()
        shown[2:10, 3:20] = RAMP[2:10, 3:20]
        assert np.array_equal(shown, RAMP)
        assert clean.BurnedInAnnotation == "NO"


def test_a_film_that_we_drew_stays_known_as_such():
    assert cleaned(dicom_file(RAMP)).Manufacturer == GENERATED_BY
    assert "Manufacturer" not in cleaned(dicom_file(RAMP, more={"Manufacturer": "Dr Smith's"}))


def test_in_the_bounded_child_the_bytes_are_the_same():
    data = dicom_file(RAMP, bits=12)
    rules = Rules(KEY, keeps_age_and_sex=True, mask=((0, 0, 2, 2),))
    assert deidentified_bounded(data, rules) == deidentified(data, rules)
    with pytest.raises(Unreadable) as refused:
        deidentified_bounded(b"no dicom", rules)
    assert refused.value.code == "not_an_image"
