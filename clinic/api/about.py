"""What the description says before its first operation."""

from clinic.file_words import limit
from clinic.formats import Kind

ABOUT = f"""\
The same actions as the pages: cases, uploads, runs, results. Everything is of one site: that of the key, or the one a
person has chosen. What belongs to another site does not exist here (404).

**Signing in.** A program sends an API key, `Authorization: Bearer rk_…`, or a token got with one at `POST
/api/v1/tokens`, which lives 15 minutes, may be narrower, and dies with its key. A person's browser sends its session
cookie, and with every change the header `X-CSRFToken`.

**Refusals** are `application/problem+json` with a stable `code`, explained at `/api/problems/{{code}}`, and name the
fields that are wrong in `errors`. A name that is not listed is refused, in bodies and in queries.

**Lists** come in pages: send `next_cursor` of one as `cursor` for the next, until it is null. What is added meanwhile
neither shifts nor repeats anything.

**Once.** A `POST` that makes something takes an `Idempotency-Key`: cases, patients, notes, consents, files, upload
sessions, runs, API keys. Sent again with the same key and body it answers 200 with what the first made. Every other
`POST` refuses the header with `idempotency_key_not_taken`.

**How much.** 600 requests a minute for a key, and for a person who changes things; 6,000 for files and pieces of files;
30 tokens. Beyond it 429 with `Retry-After`. A person reading at her browser is never held back. An installation may
have set other numbers.

**Files** have at most {limit(Kind.IMAGE)} as a picture, {limit(Kind.DOCUMENT)} as a film, document, sound or table, and
{limit(Kind.ARCHIVE)} as an archive; an MB is 1,000,000 bytes. What they are is found in their content: a refusal says
what was found and what is taken.

**Older clients** find short addresses below `/api/classic/`, which lists them. What they send names no case: without
`case` each sending becomes a case of its own, of a patient without a name. They wait as long as `wait` says; what takes
longer is answered 202 with `look_at`. A number that nobody calibrated is null, and `warnings` say so.

**JSON** is at most 1 MiB (14 MiB where it carries a picture) and 40 levels deep, names each thing once, and holds
neither NUL, nor lone surrogates, nor numbers beyond 2^53 or the range of a double.
"""
