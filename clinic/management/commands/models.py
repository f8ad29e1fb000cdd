from clinic import speech_models
from clinic.management.at_the_keyboard import FileCommand


class Command(FileCommand):
    command = speech_models
