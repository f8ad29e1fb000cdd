from django.urls import URLPattern, URLResolver, path

from clinic.views import cosigning, evidence, exports, report_signed, reports

urlpatterns: list[URLPattern | URLResolver] = [
    path("uploads/<uuid:pk>/evidence/", evidence.evidence, name="evidence"),
    path("cases/<uuid:pk>/report/", reports.report_draft, name="report_draft"),
    path("cases/<uuid:pk>/report/sentences/", reports.report_write, name="report_write"),
    path("cases/<uuid:pk>/report/sentences/taken/", reports.report_take, name="report_take"),
    path("cases/<uuid:pk>/report/sentences/<uuid:sentence>/", reports.report_sentence, name="report_sentence"),
    path("cases/<uuid:pk>/report/sentences/<uuid:sentence>/source/", reports.report_point, name="report_point"),
    path("cases/<uuid:pk>/report/amendment/", reports.report_amend, name="report_amend"),
    path("cases/<uuid:pk>/report/discard/", reports.report_discard, name="report_discard"),
    path("cases/<uuid:pk>/report/sign/", report_signed.report_sign, name="report_sign"),
    path("cases/<uuid:pk>/report/versions/", report_signed.report_versions, name="report_versions"),
    path("cases/<uuid:pk>/export/", exports.case_export, name="case_export"),
    path("cases/reports/<uuid:pk>/", report_signed.report, name="report"),
    path("cases/reports/<uuid:pk>/cosign/", cosigning.report_cosign_ask, name="report_cosign_ask"),
    path("cases/reports/cosignatures/<uuid:pk>/", cosigning.cosign, name="cosign"),
    path("cases/reports/<uuid:pk>/verify/", report_signed.report_verify, name="report_verify"),
    path("cases/reports/<uuid:pk>/pdf/", report_signed.report_pdf, name="report_pdf"),
]
