"""How much work a picture is, told from its bytes before a decoder gets them: some small ones are a great deal."""

MOST_SCANS = 100  # cameras make about ten, programs that shrink pictures a few more
_JPEG, _SCAN = b"\xff\xd8", b"\xff\xda"


def is_endless(data: bytes) -> bool:
    """A progressive JPEG goes over all of its pixels once for each of its scans, and a scan may be ten bytes."""
    return data.startswith(_JPEG) and data.count(_SCAN) > MOST_SCANS
