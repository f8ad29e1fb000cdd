from clinic.management.at_the_keyboard import FileCommand
from consult.consulting import command


class Command(FileCommand):
    command = command
