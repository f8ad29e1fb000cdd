"""A spoken answer in a real house, its pieces sent as fast as it is said: when everything is there after its end.

    make bench-practice ARGS='--seconds 180 --rounds 1'

Then the same, shorter, with four language engines named that nobody runs; and a practice for the session only, after
which every file of the house is searched for its sound and its words.
"""

import argparse
from pathlib import Path
from typing import Any

from tests import scanning
from tests.browser.installation import House, house

WHO = "clinician@eastfield.example"
DEAD = "ollama/one, openai/two, groq/three, anthropic/four"
NOBODY = "http://127.0.0.1:9"  # the port that throws everything away; nobody listens
DEAD_SETTINGS = {
    "ROUNDS_LANGUAGE_ENGINES": DEAD, "ROUNDS_OLLAMA_URL": NOBODY, "ROUNDS_OPENAI_URL": NOBODY,
    "ROUNDS_GROQ_URL": NOBODY, "ROUNDS_ANTHROPIC_URL": NOBODY, "ROUNDS_OPENAI_KEY": "none", "ROUNDS_GROQ_KEY": "none",
    "ROUNDS_ANTHROPIC_KEY": "none", "ROUNDS_LANGUAGE_LOCAL_HOSTS": "127.0.0.1",
}  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seconds", type=float, default=180)
    asked.add_argument("--rounds", type=int, default=1)
    told = asked.parse_args()
    with house(ROUNDS_LANGUAGE_ENGINES="") as rules_only:
        for _round in range(told.rounds):
            _say("rules", rules_only.backstage.ask("practise", who=WHO, seconds=told.seconds))
        _session_only(rules_only)
    with house(**DEAD_SETTINGS) as dead:
        _say("four dead engines", dead.backstage.ask("practise", who=WHO, seconds=20))


def _say(name: str, found: dict[str, Any]) -> None:
    passed = ", ".join(found["passed"]) or "none"
    print(
        f"{name}: seconds={found['seconds']:.0f} words={found['words']} delivery_s={found['delivery_s']:.1f}"
        f" heard_s={found['heard_s']:.1f} feedback_after_words_s={found['feedback_s']:.1f} all_s={found['all_s']:.1f}"
        f" told_by={found['told_by']!r} passed={passed}"
    )


def _session_only(where: House) -> None:
    """What was planted is found first: else nothing found says nothing."""
    found = where.backstage.ask("practise", who=WHO, seconds=20, keeps="session")
    wanted = (bytes.fromhex(found["snippet"]), found["said"][:40].encode())
    planted = where.home / "planted.part"
    planted.write_bytes(b"\0".join((b"", *wanted)))
    control = [path == planted for path in scanning.in_files(where.home, wanted)]
    planted.unlink()
    sealed = _bytes_in(where.home)
    where.backstage.ask("close_practice", who=WHO, practice=found["practice"])
    left = scanning.in_files(where.home, wanted)
    print(
        f"session only: planted_and_found={control == [True]} searched_bytes={_bytes_in(where.home)}"
        f" gone_bytes={sealed - _bytes_in(where.home)} places_with_its_sound_or_words={len(left)}"
    )


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
