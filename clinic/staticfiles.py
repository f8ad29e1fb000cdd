"""Static files under names that hold their hash, so that a browser keeps them for ever and never mixes two versions."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Our modules import each other by plain names; here those become hashed ones too.

    Django's own switch for this reads every script of every package and stops at the first import it cannot follow.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "js/*.js",
            (
                (r'(?P<matched>\bfrom "(?P<url>\./[^"]+)")', 'from "%(url)s"'),
                (r'(?P<matched>\bimport "(?P<url>\./[^"]+)")', 'import "%(url)s"'),
                (r'(?P<matched>\bimport\("(?P<url>\.{1,2}/[^"]+)"\))', 'import("%(url)s")'),
            ),
        ),
    )
