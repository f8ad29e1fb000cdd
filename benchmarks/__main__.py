"""`make bench`: brings up a private installation, fills it, measures, takes it down."""

import platform

from benchmarks.installation import installation

CASES, ENTRIES = 10_000, 500


def main() -> None:
    with installation() as at:
        import django  # after the installation has named its home

        django.setup()
        from benchmarks import data, pages, runs, uploads

        print(f"machine: {platform.machine()}, Python {platform.python_version()}; ready in {at.ready_s:.1f} s")
        person, site, long_case = data.load(CASES, ENTRIES)
        print(f"data: {CASES} cases of {data.PATIENTS} patients, one with {ENTRIES} entries")
        cookie = data.session_of(person, site)
        runs.measure(person, site)
        uploads.measure(at, cookie, long_case)
        pages.measure(at, cookie, long_case)


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    main()
