"""`make bench`: brings up a private installation, fills it, measures, takes it down. `ONLY=audit` for one part."""

import argparse
import platform
from collections.abc import Callable

from benchmarks.installation import installation

CASES, ENTRIES = 10_000, 500


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("only", nargs="*", help="runs, uploads, pages, audit; without any, all of them")
    only = parser.parse_args().only
    with installation() as at:
        import django  # after the installation has named its home

        django.setup()
        from benchmarks import audit, data, pages, runs, uploads

        print(f"machine: {platform.machine()}, Python {platform.python_version()}; ready in {at.ready_s:.1f} s")
        person, site, long_case = data.load(CASES, ENTRIES)
        print(f"data: {CASES} cases of {data.PATIENTS} patients, one with {ENTRIES} entries")
        cookie = data.session_of(person, site)
        parts: dict[str, Callable[[], None]] = {
            "runs": lambda: runs.measure(person, site),
            "uploads": lambda: uploads.measure(at, cookie, long_case),
            "pages": lambda: pages.measure(at, cookie, long_case),
            "audit": lambda: audit.measure(person, site),
        }
        for name, measure in parts.items():
            if name in only or not only:
                measure()


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    main()
