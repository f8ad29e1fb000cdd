"""Each code of opening and of the gatekeeper in words: what it is in short, why that matters, and what to do."""

from django.utils.translation import gettext_lazy as _

from clinic.sentences import Sentence

_SEND_AGAIN = _("Export it again from where it was taken, and add that file.")
_READ_ALONE = _("Read it without the engine.")

_SENTENCES = {
    # the file cannot be opened
    "not_an_image": Sentence(_("Not a picture"), _("The file is neither JPEG, PNG nor DICOM."), _SEND_AGAIN),
    "broken": Sentence(_("Damaged"), _("The file breaks off, or contradicts itself."), _SEND_AGAIN),
    "too_large": Sentence(_("Too large"), _("The picture has more pixels than can be shown."), _SEND_AGAIN),
    "cut_off": Sentence(_("Cut off"), _("The file ends before the picture does."), _SEND_AGAIN),
    "no_picture": Sentence(_("No picture inside"), _("The DICOM file holds no pixels: it may be a report or a list."),
                          _("Add the object of the same study that holds the picture.")),
    "no_transfer_syntax": Sentence(_("Damaged"), _("The file does not say how its picture is stored."), _SEND_AGAIN),
    "unsupported_pixels": Sentence(_("Not supported"), _("The picture is of a kind that is not read here."),
                                   _("Export it as JPEG, PNG or uncompressed DICOM.")),
    "unsupported_syntax": Sentence(_("Not supported"), _("The picture is stored in a way that is not read here."),
                              _("Export it as JPEG, PNG or uncompressed DICOM.")),
    "took_too_long": Sentence(_("Took too long"), _("It could not be opened in the time allowed."), _SEND_AGAIN),
    # the gatekeeper refuses
    "not_chest_film": Sentence(_("not a chest film"), _("This does not look like a frontal chest film."),
                               _("Check that the right file was added, or read it without the engine.")),
    "inverted": Sentence(_("inverted"), _("Dark and bright are turned round: bone is dark here."),
                         _("Turn them round and the engine is asked.")),
    "rotated": Sentence(_("rotated"), _("The film does not stand upright."),
                        _("Turn it upright and the engine is asked.")),
    "cropped": Sentence(_("cropped"), _("Part of the lungs lies outside the picture."),
                        _("Add the whole film, or read it without the engine.")),
    "blank": Sentence(_("blank"), _("There is next to nothing on this picture."), _SEND_AGAIN),
    "screenshot": Sentence(_("a screenshot"), _("This is a picture of a screen, not the film itself."), _SEND_AGAIN),
    "burned_in_text": Sentence(_("text in the picture"),
                               _("Words are burned into the picture: they may name the patient, and mislead engines."),
                               _("Look whether a name stands there, and say so below.")),
    "age_outside_card": Sentence(_("age outside the engine’s range"),
                                 _("The engine learned from children of other ages: what it says here means nothing."),
                                 _READ_ALONE),
    "too_small": Sentence(_("too small"), _("The picture has too few pixels."), _("Add the film in its full size.")),
    "too_few_grey_levels": Sentence(_("too few shades"), _("The picture has too few shades of grey."), _SEND_AGAIN),
    "lateral": Sentence(_("a lateral view"), _("The engine knows frontal films only."), _READ_ALONE),
    "not_supported_modality": Sentence(_("not a plain film"), _("The file says that this is no plain film."),
                                       _READ_ALONE),
    "wrong_body_part": Sentence(_("not the chest"), _("The file says that another part of the body is shown."),
                                _READ_ALONE),
}  # fmt: skip


def sentence(code: str) -> Sentence:
    """A code that has no words yet is shown as it is: the picture decides, not the word for it."""
    return _SENTENCES.get(code) or Sentence(code.replace("_", " "), code, _READ_ALONE)
