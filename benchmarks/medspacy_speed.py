"""Runs under another Python, one that has medspaCy: notes as a JSON list on standard input, notes a second out.

Sentences by PyRuSH, ten target rules and ConText: about the least that could take the place of the field rules.
"""

import json
import sys
import time

TARGETS = (
    "hypertension", "diabetes", "chest pain", "fever", "pneumonia", "cough", "asthma", "nausea", "headache", "edema",
)  # fmt: skip


def main() -> None:
    import medspacy  # type: ignore[import-not-found]
    from loguru import logger  # type: ignore[import-not-found]
    from medspacy.ner import TargetRule  # type: ignore[import-not-found]

    logger.remove()  # what it would write about each sentence is no part of the work
    reader = medspacy.load()
    reader.get_pipe("medspacy_target_matcher").add([TargetRule(target, "PROBLEM") for target in TARGETS])
    notes = json.load(sys.stdin)
    reader(notes[0])
    began = time.process_time()
    for note in notes:
        reader(note)
    print(len(notes) / (time.process_time() - began))


if __name__ == "__main__":
    main()
