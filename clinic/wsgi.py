import os

from django.core.wsgi import get_wsgi_application

from clinic.patience import patient

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

application = patient(get_wsgi_application())

from clinic import metrics  # noqa: E402  (it needs the settings)

metrics.forget_the_dead()
