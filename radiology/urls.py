from django.urls import URLPattern, URLResolver, include, path

from radiology.views import adding, figures, pictures, settings, worklist

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/dicomweb/", include("radiology.api.dicomweb.urls")),
    path("films/", worklist.films, name="films"),
    path("films/next/", worklist.film_next, name="film_next"),
    path("films/add/", adding.film_add, name="film_add"),
    path("films/add/<uuid:pk>/", adding.film_add_to, name="film_add_to"),
    path("films/settings/", settings.film_settings, name="film_settings"),
    path("films/figures/", figures.film_figures, name="film_figures"),
    path("films/learning/", figures.film_learning, name="film_learning"),
    path("films/learning/<uuid:pk>/picture.png", figures.film_learning_picture, name="film_learning_picture"),
    path("films/<uuid:pk>/", worklist.film, name="film"),
    path("films/<uuid:pk>/news/", worklist.film_news, name="film_news"),
    path("films/<uuid:pk>/take/", worklist.film_take, name="film_take"),
    path("films/<uuid:pk>/back/", worklist.film_give_back, name="film_give_back"),
    path("films/<uuid:pk>/seal/", worklist.film_seal, name="film_seal"),
    path("films/<uuid:pk>/conclude/", worklist.film_conclude, name="film_conclude"),
    path("films/<uuid:pk>/upright/", worklist.film_upright, name="film_upright"),
    path("films/<uuid:pk>/overrule/", worklist.film_overrule, name="film_overrule"),
    path("films/<uuid:pk>/text/", worklist.film_text, name="film_text"),
    path("films/<uuid:pk>/text.png", pictures.film_text_picture, name="film_text_picture"),
    path("films/<uuid:pk>/frame.json", pictures.film_frame, name="film_frame"),
    path("films/<uuid:pk>/pixels", pictures.film_pixels, name="film_pixels"),
    path("films/<uuid:pk>/preview.png", pictures.film_preview, name="film_preview"),
    path("films/<uuid:pk>/map.png", pictures.film_map, name="film_map"),
]
