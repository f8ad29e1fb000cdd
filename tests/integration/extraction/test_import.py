"""Documents of this machine come into a case by a command, once each."""

import pytest
from django.core.management import CommandError, call_command

from extraction.models import FactSheet
from tests import make
from tests.integration.extraction.finding import LETTER

pytestmark = pytest.mark.django_db(transaction=False)


def test_folder_is_taken_in_once_and_what_is_no_document_is_named(clinician_a, own_store, tmp_path, capsys):
    case = make.case(clinician_a)
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "letter.txt").write_text(LETTER)
    (folder / "note.txt").write_text(f"{LETTER} Once more.")
    arguments = (case.reference, str(folder), "--site", clinician_a.site.name)

    call_command("extraction_import", *arguments)
    call_command("extraction_import", *arguments)
    (folder / "program.exe").write_bytes(b"MZ\x90\x00" + bytes(200))
    with pytest.raises(CommandError, match="1 files were not taken"):
        call_command("extraction_import", *arguments)

    said = capsys.readouterr()
    assert "2 documents taken in" in said.out and "2 here before" in said.out and "program.exe" in said.err
    with clinician_a.at_work():
        assert FactSheet.objects.count() == 2
