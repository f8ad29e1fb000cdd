from clinic.management.at_the_keyboard import FileCommand
from extraction.asserting import command


class Command(FileCommand):
    command = command
