from django.urls import URLPattern, URLResolver, path

from clinic.views import emergencies

urlpatterns: list[URLPattern | URLResolver] = [
    path("emergency/", emergencies.emergency, name="emergency"),
    path("emergency/new/", emergencies.emergency_new, name="emergency_new"),
    path("emergency/reviews/", emergencies.emergency_reviews, name="emergency_reviews"),
    path("emergency/reviews/<uuid:pk>/", emergencies.emergency_review, name="emergency_review"),
    path("emergency/reviews/<uuid:pk>/stop/", emergencies.emergency_stop, name="emergency_stop"),
    path("emergency/<uuid:pk>/", emergencies.emergency_case, name="emergency_case"),
    path("emergency/<uuid:pk>/end/", emergencies.emergency_end, name="emergency_end"),
    path("emergency/<uuid:pk>/files/<uuid:upload>/", emergencies.emergency_file, name="emergency_file"),
]
