"""A DICOM file without its patient: PS3.15's basic profile, and stricter where the profile keeps free text.

`deidentified` in this process, `deidentified_bounded` in a child for bytes that somebody sent.
"""

from radiology.inference.deidentify.bounded import deidentified_bounded
from radiology.inference.deidentify.cleaning import Rules, deidentified
from radiology.inference.deidentify.secrets import patient_key

__all__ = ["Rules", "deidentified", "deidentified_bounded", "patient_key"]
