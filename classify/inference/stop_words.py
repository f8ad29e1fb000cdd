"""Words that say nothing about a specialty: of the language, and of every clinical text."""

LANGUAGE = frozenset({
    "a", "about", "above", "after", "again", "against", "all", "also", "am", "an", "and", "any", "are", "as",
    "at", "be", "because", "been", "before", "being", "below", "between", "both", "but", "by", "can", "cannot",
    "could", "did", "do", "does", "doing", "down", "during", "each", "few", "for", "from", "further", "had",
    "has", "have", "having", "he", "her", "here", "hers", "herself", "him", "himself", "his", "how", "i", "if",
    "in", "into", "is", "it", "its", "itself", "just", "me", "more", "most", "my", "myself", "nor", "now", "of",
    "off", "on", "once", "only", "or", "other", "our", "ours", "out", "over", "own", "same", "she", "should",
    "so", "some", "such", "than", "that", "the", "their", "theirs", "them", "themselves", "then", "there",
    "these", "they", "this", "those", "through", "to", "too", "under", "until", "up", "very", "was", "we", "were",
    "what", "when", "where", "which", "while", "who", "whom", "why", "will", "with", "would", "you", "your",
    "yours",
})  # fmt: skip
CLINICAL = frozenset({
    "conclusion", "conclusions", "date", "dr", "female", "given", "group", "groups", "history", "male", "man",
    "md", "mr", "mrs", "ms", "name", "noted", "objective", "old", "patient", "patients", "result", "results",
    "studies", "study", "woman", "year",
})  # fmt: skip
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
STOP_WORDS = LANGUAGE | CLINICAL | LETTERS
