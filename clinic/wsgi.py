import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

application = get_wsgi_application()

from clinic import metrics  # noqa: E402  (Django's settings come first)

metrics.forget_the_dead()
