from clinic.management.at_the_keyboard import FileCommand
from coaching.analysing import command


class Command(FileCommand):
    command = command
