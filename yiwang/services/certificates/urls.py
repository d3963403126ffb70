"""Addresses of certificates: the public register and verification, one's own, and the desk's."""

from django.urls import path

from yiwang.services.certificates import recording, showing_views, views

urlpatterns = [
    path("certificates/", views.register, name="certificates"),
    path("certificates/verify/", views.verify, name="certificate-verify"),
    path("certificates/status-list/", views.status_list, name="certificate-status-list"),
    path("certificates/trust/", views.trust, name="certificate-trust"),
    path("me/certificates/", views.mine, name="my-certificates"),
    path("me/certificates/<int:certificate_id>/show/", showing_views.show, name="certificate-show"),
    path("me/certificates/<int:certificate_id>/<slug:kind>/", views.file, name="certificate-file"),
    path("me/showing/asked/<int:asking_id>/", showing_views.answer, name="certificate-answer"),
    path("me/showing/<str:handle>/", showing_views.showing, name="certificate-showing"),
    path("me/showing/<str:handle>/put-away/", showing_views.put_away, name="certificate-put-away"),
    path("desk/certificates/cases/<str:reference>/", showing_views.of_case, name="case-certificates"),
    path("desk/certificates/cases/<str:reference>/scan/", showing_views.scan, name="certificate-scan"),
    path(
        "desk/certificates/cases/<str:reference>/asked/<int:asking_id>/", showing_views.asked, name="certificate-asked"
    ),
    path("desk/certificates/cases/<str:reference>/fetch/", showing_views.fetch, name="certificate-fetch"),
    path("desk/certificates/cases/<str:reference>/<int:use_id>/", showing_views.use, name="certificate-use"),
    path("desk/certificates/", views.desk_list, name="desk-certificates"),
    path("desk/certificates/coverage/", views.coverage, name="certificate-coverage"),
    path("desk/certificates/intake/", views.intake, name="certificate-intake"),
    path("desk/certificates/record/", recording.record, name="certificate-record"),
    path("desk/certificates/<int:certificate_id>/", views.desk_one, name="desk-certificate"),
    path("desk/certificates/<int:certificate_id>/propose/", views.propose, name="desk-certificate-propose"),
    path("desk/certificates/<int:certificate_id>/stand/", views.stand, name="desk-certificate-stand"),
]
