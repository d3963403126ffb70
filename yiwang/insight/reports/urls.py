"""Addresses of reports: published ones on the portal, the others on the desk."""

from django.urls import path

from yiwang.insight.reports.views import drafting, figures, files, opening, public, returns, snapshots

urlpatterns = [
    path("reports/", public.reports, name="reports-published"),
    path("reports/<str:reference>/", public.report, name="report-published"),
    path("reports/<str:reference>/files/<slug:kind>/", public.file, name="report-published-file"),
    path("desk/annual/", opening.editions, name="reports"),
    path("desk/annual/open/", opening.open_report, name="report-open"),
    path("desk/annual/templates/<int:template_id>/", opening.template, name="report-template"),
    path("desk/annual/templates/<int:template_id>/change/", opening.change_template, name="report-template-change"),
    path("desk/annual/templates/<int:template_id>/layout/", opening.layout, name="report-layout"),
    path("desk/annual/batches/", snapshots.batches, name="report-batches"),
    path("desk/annual/batches/take/", snapshots.take_in, name="report-batch-take"),
    path("desk/annual/batches/<int:snapshot_id>/", snapshots.batch, name="report-batch"),
    path("desk/annual/batches/<int:snapshot_id>/compare/", snapshots.compare, name="report-batch-compare"),
    path("desk/annual/returns/<str:reference>/", returns.task, name="report-return"),
    path("desk/annual/returns/<str:reference>/fill/", returns.fill, name="report-return-fill"),
    path("desk/annual/returns/<str:reference>/steps/<slug:step>/", returns.step, name="report-return-step"),
    path("desk/annual/<str:reference>/", drafting.report, name="report"),
    path("desk/annual/<str:reference>/front/", drafting.front, name="report-front"),
    path("desk/annual/<str:reference>/sections/<slug:code>/", drafting.section, name="report-section"),
    path("desk/annual/<str:reference>/steps/<slug:step>/", drafting.step, name="report-step"),
    path("desk/annual/<str:reference>/do/<slug:deed>/", drafting.work, name="report-work"),
    path("desk/annual/<str:reference>/figures/", figures.register, name="report-figures"),
    path("desk/annual/<str:reference>/figures/bind/", figures.bind, name="report-figure-bind"),
    path("desk/annual/<str:reference>/figures/<str:name>/", drafting.card, name="report-card"),
    path("desk/annual/<str:reference>/figures/<str:name>/change/", figures.change, name="report-figure-change"),
    path("desk/annual/<str:reference>/figures/<str:name>/records/", figures.records, name="report-records"),
    path("desk/annual/<str:reference>/files/<slug:kind>/", files.file, name="report-file"),
    path("desk/annual/<str:reference>/differences/", files.differences, name="report-differences"),
]
