"""Boxes of a film become black in a new file; all else of the picture stays as it was."""

import io

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.uid import JPEG2000Lossless

from radiology.inference.dicom_files import compressed, dicom_file
from radiology.inference.film import Unreadable
from radiology.inference.masking import masked

RAMP = np.linspace(100, 4095, 40 * 32).reshape(40, 32).astype(np.uint16)
_UIDS = {"StudyInstanceUID": "1.2.3", "SeriesInstanceUID": "1.2.3.1", "SOPInstanceUID": "1.2.3.4"}
BOX = (0.1, 0.25, 0.2, 0.5)  # rows 4 to 8, columns 8 to 16


def dicom(syntax: str = "", **more) -> bytes:
    file = dicom_file(RAMP, bits=12, more={**_UIDS, **more})
    return compressed(file, syntax) if syntax else file


@pytest.mark.parametrize("syntax", ["", JPEG2000Lossless])
def test_dicom_when_masked_then_only_its_box_is_black_and_it_is_another_object_of_the_same_study(syntax):
    told = pydicom.dcmread(io.BytesIO(masked(dicom(syntax), [BOX])))

    wanted = RAMP.copy()
    wanted[4:8, 8:16] = RAMP.min()
    assert np.array_equal(told.pixel_array, wanted)
    assert (told.StudyInstanceUID, told.BurnedInAnnotation) == ("1.2.3", "NO")
    assert told.SOPInstanceUID not in ("1.2.3.4", "")
    assert told.DeidentificationMethodCodeSequence[-1].CodeValue == "113101"


def test_dicom_when_masked_again_in_the_same_places_then_the_bytes_are_the_same():
    assert masked(dicom(), [BOX]) == masked(dicom(), [BOX])


@pytest.mark.parametrize("mode", ["L", "RGB", "I;16"])
def test_picture_when_masked_then_only_its_box_is_black(mode):
    came = Image.fromarray(RAMP if mode == "I;16" else (RAMP >> 4).astype(np.uint8))
    came = came if mode == "I;16" else came.convert(mode)
    stored = io.BytesIO()
    came.save(stored, "PNG")

    told = np.asarray(Image.open(io.BytesIO(masked(stored.getvalue(), [BOX]))))

    wanted = np.asarray(came).copy()
    wanted[4:8, 8:16] = 0
    assert np.array_equal(told, wanted)


def test_jpeg_when_it_lies_on_its_side_then_the_box_is_where_people_saw_it():
    came = Image.fromarray((RAMP >> 4).astype(np.uint8))
    turned = came.getexif()
    turned[0x0112] = 6
    stored = io.BytesIO()
    came.save(stored, "JPEG", quality=95, exif=turned)

    told = np.asarray(Image.open(io.BytesIO(masked(stored.getvalue(), [BOX]))))

    assert told.shape == (32, 40)
    assert told[4:6, 11:19].max() == 0


def test_film_when_no_place_is_named_then_it_is_not_made_anew():
    with pytest.raises(Unreadable):
        masked(dicom(), [])
