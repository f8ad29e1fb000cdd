from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import translation

from clinic.templatetags import figures

NOW = datetime(2026, 11, 20, 16, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "under 1 min"), (59, "under 1 min"), (60, "1 min"), (38 * 60, "38 min"), (3600, "1 h"), (6720, "1 h 52 min"),
     (86_400, "1 d"), (86_400 * 3 + 4 * 3600 + 120, "3 d 4 h")],
)  # fmt: skip
def test_waiting_shows_days_hours_and_minutes(seconds, shown):
    assert figures.waiting(seconds) == shown
    assert figures.waiting(timedelta(seconds=seconds)) == shown


@time_machine.travel(NOW, tick=False)
def test_waiting_since_a_moment_counts_to_now():
    assert figures.waiting(NOW - timedelta(minutes=112)) == "1 h 52 min"
    assert figures.waiting(None) == ""


@time_machine.travel(NOW, tick=False)
def test_due_says_which_side_of_now_it_is():
    assert figures.due(NOW + timedelta(minutes=8)) == "Due in 8 min"
    assert figures.due(NOW - timedelta(minutes=10)) == "Overdue 10 min"
    assert figures.due(None) == ""


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.011, "11 ms"), (4.12, "4.1 s"), (134, "2 min 14 s"), (6720, "1 h 52 min")]
)
def test_took_keeps_the_unit_that_says_most(seconds, shown):
    assert figures.took(seconds) == shown


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (412_000, "412 kB"), (1_400_000, "1.4 MB"), (999_600, "1 MB"),
     (52_428_800, "52 MB"), (3_000_000_000_000, "3000 GB"), (None, "")],
)  # fmt: skip
def test_file_size_is_decimal(size, shown):
    assert figures.file_size(size) == shown


def test_spaced_groups_by_three_in_every_language():
    with translation.override("es"):
        assert figures.spaced(48204) == "48\u202f204"
    assert figures.spaced(7) == "7"
    assert figures.spaced(None) == ""


def test_short_digest_keeps_both_ends():
    digest = "9c41" + "0" * 56 + "e07a"

    assert figures.short_digest(digest) == "9c41…e07a"
    assert figures.short_digest(bytes.fromhex(digest)) == "9c41…e07a"
    assert figures.short_digest("short") == "short"
    assert figures.short_digest(None) == ""


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Dr E. Okafor", "EO"), ("M. Ruiz", "MR"), ("Nurse Tola Adeyemi", "NA"), ("Cher", "C"), ("", "?"),
     ("e.okafor@northgate.example", "EO"), (None, "?")],
)  # fmt: skip
def test_initials_leave_the_title_out(name, letters):
    assert figures.initials(name) == letters


@pytest.mark.parametrize(
    ("value", "width"), [(0.81, "81%"), (0, "0%"), (1.7, "100%"), (-1, "0%"), (None, "0%"), (0.125, "12.5%")]
)
def test_share_is_a_number_svg_understands_in_every_language(value, width):
    with translation.override("es"):
        assert figures.share(value) == width


def test_percent_and_probability_keep_the_point():
    with translation.override("es"):
        assert figures.percent(33.3) == "33.3%"
        assert figures.probability(0.8149) == "0.81"
    assert figures.probability(None) == ""


def test_small_units_marks_units_of_numbers_only():
    assert figures.small_units("5 h 31 min") == "5 <small>h</small> 31 <small>min</small>"
    assert figures.small_units("17 %") == "17 <small>%</small>"
    assert figures.small_units("None") == "None"


def test_small_units_lets_no_markup_through():
    assert "<script" not in figures.small_units("1 <script>")
    assert "<script" not in figures.small_units("<script>")


@pytest.mark.parametrize(
    ("user_agent", "shown"),
    [("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
     ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0", "Edge, Windows"),
     ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36", "Chrome, Android"),
     ("", "Unknown browser"), (None, "Unknown browser")],
)  # fmt: skip
def test_browser_is_what_a_person_would_call_it(user_agent, shown):
    assert figures.browser(user_agent) == shown
