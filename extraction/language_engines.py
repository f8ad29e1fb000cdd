"""The language models of this installation as prompts are tried with them. Opened by workers only."""

from dataclasses import dataclass, field

from django.conf import settings

from extraction.inference.language import LanguageReader, NoAnswer
from extraction.inference.schema import Extraction
from extraction.prompt_engines import NotOfTheSchema, PromptReader, SaysNothing, Used


def open_first(prompt: str) -> PromptReader:
    from clinic.language.asking import call  # brings the clients of all providers along
    from extraction.inference.engine import reader_of

    return Counting(reader_of(settings.LANGUAGE_ENGINES[0].name, prompt, call))


@dataclass
class Counting:
    """Adds up what all its calls took."""

    reader: LanguageReader
    taken: list[Used] = field(default_factory=list)

    @property
    def used(self) -> Used:
        return Used(sum(one.read_tokens for one in self.taken), sum(one.written_tokens for one in self.taken),
                    sum(one.dollars for one in self.taken))  # fmt: skip

    def read(self, text: str) -> Extraction:
        try:
            asked = self.reader.ask(text)
        except NoAnswer as why:
            usage = why.usage
            self.taken.append(Used(usage.read_tokens, usage.written_tokens, why.cost))
            raise (SaysNothing if why.is_empty else NotOfTheSchema)(why.failure) from None
        self.taken.append(Used(asked.usage.read_tokens, asked.usage.written_tokens, asked.cost))
        return asked.facts
