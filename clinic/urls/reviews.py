from django.urls import path

from clinic.views import review_figures, review_settings, reviews

urlpatterns = [
    path("review/", reviews.review, name="review"),
    path("review/next/", reviews.review_next, name="review_next"),
    path("review/claim/", reviews.review_claim, name="review_claim"),
    path("review/figures/", review_figures.review_figures, name="review_figures"),
    path("review/settings/", review_settings.review_settings, name="review_settings"),
    path("review/limits/<str:capability>/", review_settings.review_limits, name="review_limits"),
    path("review/policy/<str:capability>/", review_settings.review_policy, name="review_policy"),
    path("review/<uuid:pk>/", reviews.review_item, name="review_item"),
    path("review/<uuid:pk>/lock/", reviews.review_renew, name="review_renew"),
    path("review/<uuid:pk>/release/", reviews.review_release, name="review_release"),
    path("review/<uuid:pk>/decide/", reviews.review_decide, name="review_decide"),
    path("review/<uuid:pk>/undo/", reviews.review_undo, name="review_undo"),
    path("runs/<uuid:pk>/review/", reviews.review_ask, name="review_ask"),
]
