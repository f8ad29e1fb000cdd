import io
import struct
import time
import zlib
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.data.data_manager import DATA_ROOT
from pydicom.encaps import generate_frames
from pydicom.uid import (
    MPEG2MPML,
    DeflatedExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    RLELossless,
)

from clinic.inference import child
from radiology.inference import dicom_parts
from radiology.inference.dicom_files import compressed, dataset_of, dicom_file, written
from radiology.inference.film import GENERATED_BY, Unreadable
from radiology.inference.framing import FRAME, frame_from_bytes
from radiology.inference.opening import bounded, codestream_sizes, frame_of, open_bounded, open_film
from tests.security.hostile import bombs

RAMP = np.linspace(0, 4095, 64 * 48).reshape(64, 48).astype(np.uint16)


@pytest.fixture(scope="module", autouse=True)
def no_nursery_left():
    yield
    child.close()


def picture_bytes(picture: Image.Image, format: str = "PNG", **more) -> bytes:
    stored = io.BytesIO()
    picture.save(stored, format, **more)
    return stored.getvalue()


def noise(rows: int = 300, columns: int = 260, seed: int = 1) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (rows, columns), dtype=np.uint8))


def code_of(data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        open_film(data)
    return refused.value.code


def table(first: int, bits: int, entries: list[int]) -> pydicom.Sequence:
    item = pydicom.Dataset()
    item.add_new("LUTDescriptor", "US", [len(entries), first, bits])
    item.add_new("LUTData", "US", entries)
    return pydicom.Sequence([item])


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_the_square_of_a_picture_is_the_one_training_made(kind, mode):
    data = picture_bytes(noise().convert(mode), kind)
    assert np.array_equal(frame_of(open_film(data)), frame_from_bytes(data))


def test_the_square_of_an_8_bit_dicom_is_that_of_the_same_picture():
    grey = np.asarray(noise())
    data = dicom_file(grey, more={"WindowCenter": "128", "WindowWidth": "256"})
    assert np.array_equal(frame_of(open_film(data)), frame_from_bytes(picture_bytes(Image.fromarray(grey))))


def test_a_16_bit_png_keeps_its_levels():
    film = open_film(picture_bytes(Image.fromarray(RAMP)))
    assert film.bits == 16
    assert np.array_equal(film.grey, RAMP)
    assert frame_of(film).shape == (FRAME, FRAME)


def test_a_picture_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    film = open_film(picture_bytes(noise(100, 200), "JPEG", exif=exif))
    assert film.shape == (200, 100)


def test_colour_is_measured_and_grey_is_none():
    red = Image.new("RGB", (50, 50), (250, 30, 30))
    assert open_film(picture_bytes(red)).facts["colourfulness"] == 220
    assert open_film(picture_bytes(noise().convert("RGB"))).facts["colourfulness"] == 0


def test_monochrome1_is_turned_so_that_bright_is_dense():
    window = {"WindowCenter": "1000", "WindowWidth": "500"}
    straight = open_film(dicom_file(RAMP, bits=12, more=window))
    turned = open_film(dicom_file(4095 - RAMP, bits=12, photometric="MONOCHROME1", more=window))
    assert np.array_equal(straight.grey, turned.grey)
    assert [straight.window, turned.window] == [(1000, 500), (3096, 500)]


def test_a_window_is_told_in_the_values_of_the_film():
    more = {"RescaleSlope": "2", "RescaleIntercept": "-1024", "WindowCenter": ["40", "1"], "WindowWidth": ["400", "2"]}
    assert open_film(dicom_file(RAMP, bits=12, more=more)).window == (532, 200)


def test_a_falling_rescale_turns_the_film():
    film = open_film(dicom_file(RAMP, bits=12, more={"RescaleSlope": "-1", "RescaleIntercept": "4095"}))
    assert np.array_equal(film.grey, 4095 - RAMP)


def test_signed_values_keep_their_order():
    signed = RAMP.astype(np.int16) - 2048
    film = open_film(dicom_file(signed, bits=12, more={"WindowCenter": "0", "WindowWidth": "100"}))
    assert np.array_equal(film.grey, RAMP)
    assert film.window == (2048, 100)


def test_an_overlay_in_the_upper_bits_is_not_in_the_film():
    dataset = dataset_of(RAMP | 0x8000, bits=12)
    dataset.add_new(0x60000102, "US", 15)
    assert np.array_equal(open_film(written(dataset)).grey, RAMP)


def test_tables_of_modality_and_interest_are_looked_up():
    more = {"ModalityLUTSequence": table(0, 12, list(range(4095, -1, -1)))}
    assert np.array_equal(open_film(dicom_file(RAMP, bits=12, more=more)).grey, 4095 - RAMP)
    rescale = {"RescaleSlope": "1", "RescaleIntercept": "-100"}
    film = open_film(dicom_file(RAMP, bits=12, more={"VOILUTSequence": table(1000, 8, [0, 255]), **rescale}))
    assert film.bits == 8
    assert np.array_equal(film.grey > 0, RAMP > 1100)


def test_palettes_become_grey():
    more = {
        f"{colour}PaletteColorLookupTable{part}": value
        for colour in ("Red", "Green", "Blue")
        for part, value in (("Descriptor", [256, 0, 8]), ("Data", bytes(range(255, -1, -1))))
    }
    grey = np.asarray(noise(40, 40))
    assert np.array_equal(open_film(dicom_file(grey, photometric="PALETTE COLOR", more=more)).grey, 255 - grey)


def test_rgb_becomes_grey_and_says_how_colourful_it_was():
    film = open_film(dicom_file(np.full((20, 20, 3), (200, 0, 0), np.uint8), photometric="RGB"))
    assert film.facts["colourfulness"] == 200
    assert set(np.unique(film.grey)) == {60}


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless])
def test_lossless_compression_gives_the_same_film(syntax):
    assert np.array_equal(open_film(compressed(dicom_file(RAMP, bits=12), syntax)).grey, RAMP)


def test_jpeg_inside_dicom_opens():
    smooth = Image.fromarray((RAMP // 16).astype(np.uint8))
    dataset = dataset_of(np.asarray(smooth))
    dataset.PixelData = pydicom.encaps.encapsulate([picture_bytes(smooth, "JPEG", quality=95)])
    film = open_film(written(dataset, JPEGBaseline8Bit))
    assert int(np.abs(film.grey.astype(int) - RAMP // 16).max()) < 8


@pytest.mark.parametrize(
    "name",
    [
        "SC_rgb_jpeg_gdcm.dcm",
        "JPEGLSNearLossless_08.dcm",
        "MR_small_jpeg_ls_lossless.dcm",
        "SC_rgb_rle_2frame.dcm",
        "JPEG2000.dcm",
        "JPGExtended.dcm",
        "image_dfl.dcm",
        "SC_rgb_dcmtk_+eb+cr.dcm",
        "MR_small_bigendian.dcm",
    ],
)
def test_what_comes_with_pydicom_opens(name):
    data = (Path(DATA_ROOT) / "test_files" / name).read_bytes()
    assert open_film(data).grey.any()


def deflated(more: bytes = b"", *, keep: int | None = None) -> bytes:
    plain = dicom_file(RAMP, bits=12)
    dataset = pydicom.dcmread(io.BytesIO(plain))
    stored = io.BytesIO()
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    dataset.save_as(stored, enforce_file_format=True)
    data = stored.getvalue()
    start = 144 + struct.unpack_from("<I", data, 140)[0]
    packer = zlib.compressobj(wbits=-15)
    inside = zlib.decompress(data[start:], -15) + more
    return (data[:start] + packer.compress(inside) + packer.flush())[:keep]


def test_a_deflated_file_opens():
    assert np.array_equal(open_film(deflated()).grey, RAMP)


def test_a_deflate_bomb_is_refused_before_it_is_read():
    bomb = deflated(struct.pack("<HH2sHI", 0x7FE1, 0x10, b"OB", 0, 80_000_000) + bytes(80_000_000))
    assert len(bomb) < 200_000
    assert code_of(bomb) == "too_large"


def test_deflated_data_that_ends_early_is_cut_off():
    whole = deflated()
    assert code_of(whole[:-40]) == "cut_off"


def test_more_pixels_than_any_detector_has_are_refused_unread():
    assert code_of(dicom_file(RAMP, more={"Rows": 60000, "Columns": 60000})) == "too_large"
    assert code_of(picture_bytes(Image.new("1", (10000, 4000)))) == "too_large"


def test_a_picture_bomb_is_refused():
    assert code_of(picture_bytes(Image.new("1", (14000, 14000)))) == "too_large"


def test_each_refusal_has_its_name():
    report = dataset_of(RAMP)
    del report.PixelData
    assert code_of(written(report)) == "no_picture"
    assert code_of(b"what the patient said") == "not_an_image"
    assert code_of(b"") == "empty_file"
    film_strip = dataset_of(RAMP)
    film_strip.PixelData = pydicom.encaps.encapsulate([b"moving pictures"])
    assert code_of(written(film_strip, MPEG2MPML)) == "unsupported_syntax"
    assert code_of(dicom_file(RAMP)[:-500]) == "broken"
    assert code_of(b"MZ" + bytes(126) + dicom_file(RAMP)[128:]) == "executable_refused"
    assert code_of(b"%PDF-1.7".ljust(128, b"\0") + dicom_file(RAMP)[128:]) == "polyglot_refused"
    assert code_of(picture_bytes(noise())[:2000]) == "cut_off"
    assert code_of(picture_bytes(noise(), "JPEG")[:2000]) == "broken"


def test_the_first_of_several_frames_is_the_film():
    dataset = dataset_of(RAMP, bits=12)
    dataset.NumberOfFrames = 2
    dataset.PixelData = RAMP.tobytes() + (4095 - RAMP).tobytes()
    film = open_film(written(dataset))
    assert film.facts["frames"] == 2
    assert np.array_equal(film.grey, RAMP)


def test_the_header_says_what_a_reader_needs_and_nobodys_name():
    more = {
        "PatientName": "Garc\u00eda^Ana", "PatientAge": "018M", "ImageLaterality": "R", "PixelSpacing": [0.14, 0.15],
        "BurnedInAnnotation": "NO", "ViewPosition": "LL",
    }  # fmt: skip
    film = open_film(dicom_file(RAMP, bits=12, more=more))
    said = film.header
    assert (said.source, said.modality, said.body_part, said.view) == ("dicom", "DX", "CHEST", "LATERAL")
    assert (said.age_years, said.laterality, said.pixel_spacing_mm) == (1.5, "R", (0.14, 0.15))
    assert said.has_burned_in_text is False
    assert said.is_generated
    assert "Garc" not in repr((said, film.facts))


def test_age_is_counted_from_the_birth_date_where_it_is_not_said():
    more = {"PatientBirthDate": "19800615", "StudyDate": "20240615"}
    assert open_film(dicom_file(RAMP, bits=12, more=more)).header.age_years == 44


def test_a_drawn_picture_says_so():
    from PIL.PngImagePlugin import PngInfo

    said = PngInfo()
    said.add_text("Software", GENERATED_BY)
    assert open_film(picture_bytes(noise(), pnginfo=said)).header.is_generated
    assert open_film(picture_bytes(noise(), "JPEG", comment=GENERATED_BY.encode())).header.is_generated
    assert not open_film(picture_bytes(noise())).header.is_generated


def test_in_the_bounded_child_the_film_is_the_same():
    data = dicom_file(RAMP, bits=12, more={"WindowCenter": "2048", "WindowWidth": "4096", "PixelSpacing": [0.1, 0.2]})
    inside, here = open_bounded(data), open_film(data)
    assert np.array_equal(inside.grey, here.grey)
    assert (inside.bits, inside.header, inside.window, inside.facts) == (
        here.bits,
        here.header,
        here.window,
        here.facts,
    )


def test_what_a_child_refuses_has_the_same_code_outside():
    with pytest.raises(Unreadable) as refused:
        open_bounded(b"no film")
    assert refused.value.code == "not_an_image"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (child.ChildTimeout(), "took_too_long"), (child.ChildOutOfMemory(), "too_large"),
        (child.ChildCrashed(11), "broken"), (child.ChildFailed("ValueError"), "broken"),
        (child.ChildUnavailable(), "child_unavailable"), (child.ChildOutputTooLarge(), "too_large"),
    ],
)  # fmt: skip
def test_every_end_of_a_child_is_one_code(monkeypatch, fault, code):
    def end(*_args, **_limits):
        raise fault

    monkeypatch.setattr(child, "run_bounded", end)
    with pytest.raises(Unreadable) as refused:
        open_bounded(b"any")
    assert refused.value.code == code


@pytest.mark.parametrize(
    "said", [None, {}, {"grey": np.zeros(3), "bits": 8}, {"grey": np.zeros((2, 2), np.uint16), "bits": 99}]
)
def test_what_a_child_says_must_have_the_shape_of_a_film(said):
    with pytest.raises(Unreadable):
        bounded._film(said)


@pytest.mark.parametrize(
    "bomb",
    [
        bombs.jpeg_of_many_scans, bombs.dicom_around_a_large_jpeg, bombs.dicom_around_a_large_jpeg_2000,
        bombs.dicom_with_many_items, bombs.dicom_with_many_elements,
    ],
)  # fmt: skip
def test_a_small_file_that_wants_much_is_refused_before_it_is_decoded(bomb):
    began = time.process_time()
    assert code_of(bomb()) == "too_large"
    assert time.process_time() - began < 4


def test_frames_of_a_deflated_file_are_taken_out_within_its_limit():
    with pytest.raises(Unreadable) as refused:
        dicom_parts.frames(bombs.dicom_deflated(), [1])
    assert refused.value.code == "too_large"


@pytest.mark.parametrize("syntax", [JPEG2000Lossless, RLELossless])
def test_a_codestream_tells_its_size(syntax):
    dataset = pydicom.dcmread(io.BytesIO(compressed(dicom_file(RAMP), syntax)))
    (frame,) = generate_frames(dataset.PixelData, number_of_frames=1)
    assert codestream_sizes.size_of(frame) == ((64, 48) if syntax == JPEG2000Lossless else None)


def test_a_jpeg_tells_its_size():
    assert codestream_sizes.size_of(picture_bytes(noise(30, 50), "JPEG")) == (30, 50)
    assert codestream_sizes.size_of(b"\xff\xd8\xff\xff\xff") is None
