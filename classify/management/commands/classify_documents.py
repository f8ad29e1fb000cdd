from classify.reading import command
from clinic.management.at_the_keyboard import FileCommand


class Command(FileCommand):
    command = command
