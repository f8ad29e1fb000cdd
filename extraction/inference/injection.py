"""Signs that a text speaks to a machine instead of to a reader.

They change nothing that is read out of it. They are told to whoever checks: a document that gives orders was tampered
with, or copied from somewhere strange.
"""

import re

ORDERS, HIDDEN = "instructions_in_text", "hidden_characters"

SIGNS = frozenset({ORDERS, HIDDEN})

_TO_A_MACHINE = re.compile(
    r"""
      (?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+)*(?:previous|prior|above|earlier|preceding|system)
    | (?:ignora|olvida|descarta)\s+(?:todas?\s+|las?\s+|los\s+)*(?:instrucciones|anteriores|previas)
    | \b(?:system|developer|assistant)\s*(?:prompt|message|instruction)s?\b
    | ^\s*(?:system|assistant|user|human|ai)\s*:\s
    | <\|?\s*(?:im_start|im_end|system|assistant|endoftext|tool_call|function)\b
    | \[/?INST\]
    | \byou\s+are\s+(?:now\s+)?(?:an?\s+)?(?:ai|assistant|language\s+model|chatbot|helpful)\b
    | \b(?:as\s+an?|note\s+to|dear|attention)\s+(?:the\s+)?(?:ai|language\s+model|llm|assistant|model)\b
    | \b(?:mark|report|record|label|set|output)\s+(?:it|this|that|everything|all\s+\w+|the\s+\w+)\s+as\s+
      (?:normal|negative|benign|safe|confirmed|approved|accepted)\b
    | \b(?:call|invoke|use|run|execute)\s+the\s+(?:tool|function|command|plugin|api)\b
    | \b(?:send|post|upload|forward|exfiltrate)\b[^.\n]{0,60}\b(?:https?://|webhook|endpoint|url)
    | "(?:tool_calls?|function_call|tool_use)"\s*:
    | \b(?:do\s+not|don't|never)\s+(?:tell|inform|mention|reveal|flag)\b[^.\n]{0,40}\b(?:user|clinician|reviewer|anyone)
    | !\[[^\]]*\]\(https?://
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
# Characters that show nothing and can hold words: zero width, direction marks, Unicode tags.
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
_SOME = 3  # a lone joiner comes from word processors


def signs(text: str) -> tuple[str, ...]:
    found = (ORDERS if _TO_A_MACHINE.search(text) else "", HIDDEN if len(_UNSEEN.findall(text)) >= _SOME else "")
    return tuple(one for one in found if one)
