from clinic import transcribing
from clinic.management.at_the_keyboard import FileCommand


class Command(FileCommand):
    command = transcribing
