"""Every address of the house. Each module's ``urls.py`` writes its paths in full; this page only gathers them."""

from django.urls import include, path

from yiwang.config.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("yiwang.foundation.identifiers.urls")),
    path("", include("yiwang.foundation.calendar.urls")),
    path("", include("yiwang.foundation.ledger.urls")),
    path("", include("yiwang.foundation.organs.urls")),
    path("", include("yiwang.foundation.people.urls")),
    path("", include("yiwang.foundation.seals.urls")),
    path("", include("yiwang.foundation.files.urls")),
    path("", include("yiwang.foundation.letters.urls")),
    path("", include("yiwang.matters.urls")),
    path("", include("yiwang.services.catalogue.urls")),
    path("", include("yiwang.services.certificates.urls")),
    path("", include("yiwang.services.cases.urls")),
    path("", include("yiwang.services.cases.tolerance.urls")),
    path("", include("yiwang.services.cases.held.urls")),
    path("", include("yiwang.services.cases.answering.urls")),
    path("", include("yiwang.services.automatic.urls")),
    path("", include("yiwang.services.themes.urls")),
    path("", include("yiwang.services.relay.urls")),
    path("", include("yiwang.services.ratings.urls")),
    path("", include("yiwang.services.readings.urls")),
    path("", include("yiwang.services.assistance.urls")),
    path("", include("yiwang.governance.supervision.urls")),
    path("", include("yiwang.governance.hotline.similar.urls")),
    path("", include("yiwang.governance.hotline.duty.urls")),
    path("", include("yiwang.governance.hotline.replies.urls")),
    path("", include("yiwang.governance.inspections.urls")),
    path("", include("yiwang.governance.hotline.urls")),
    path("", include("yiwang.governance.meetings.urls")),
    path("", include("yiwang.governance.petitions.urls")),
    path("", include("yiwang.insight.checker.urls")),
    path("", include("yiwang.insight.reports.urls")),
    path("", include("yiwang.insight.assessments.urls")),
    path("", include("yiwang.insight.indicators.urls")),
    path("", include("yiwang.insight.whatif.urls")),
    path("", include("yiwang.web.urls")),
]

handler400 = "yiwang.web.views.bad_request"
handler404 = "yiwang.web.views.not_found"
handler500 = "yiwang.web.views.broken"
