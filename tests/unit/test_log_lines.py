"""A log line holds fixed words and listed fields, whatever is passed to a logger, ours or a library's."""

import json
import logging

from clinic.logs import JsonLines

SECRET = "Mira Aldous"


def line(logger: str, message: str, *args: object, **extra: object) -> str:
    record = logging.getLogger(logger).makeRecord(
        logger, logging.WARNING, "/lib/driver.py", 7, message, args, None, "connect", extra
    )
    return JsonLines().format(record)


def test_line_when_a_library_gives_arguments_then_the_template_stands_without_them():
    told = line("driver", "cannot open %s", SECRET)

    assert json.loads(told)["event"] == "cannot open %s"
    assert SECRET not in told


def test_line_when_a_library_has_put_values_into_its_words_then_only_its_place_is_told():
    told = line("driver", f"cannot open {SECRET}")

    assert json.loads(told)["event"] == "driver.connect:7"
    assert SECRET not in told


def test_line_when_a_field_is_not_on_the_list_then_it_is_left_out():
    told = json.loads(line("rounds.work", "run_done", patient=SECRET, ms=3))

    assert (told["event"], told["ms"]) == ("run_done", 3)
    assert SECRET not in json.dumps(told)


def test_line_when_values_hold_line_ends_then_still_one_line():
    told = line("rounds.work", "run_done", reason='a\r\n{"event": "forged"}\u2028\x00')

    assert told.splitlines() == [told]
    assert json.loads(told)["event"] == "run_done"
