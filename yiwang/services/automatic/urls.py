"""Addresses of automatic decisions: tables, audits, receipts."""

from django.urls import path

from yiwang.services.automatic import views

urlpatterns = [
    path("desk/tables/", views.tables, name="desk-tables"),
    path("desk/tables/<slug:code>/", views.table, name="desk-table"),
    path("desk/tables/<slug:code>/draft/", views.edit, name="desk-table-draft"),
    path("desk/tables/<slug:code>/<int:number>/", views.version, name="desk-table-version"),
    path("desk/tables/<slug:code>/<int:number>/try/", views.try_out, name="desk-table-try"),
    path("desk/tables/<slug:code>/<int:number>/publish/", views.publish, name="desk-table-publish"),
    path("desk/tables/<slug:code>/<int:number>/stop/", views.stop, name="desk-table-stop"),
    path("desk/defects/<int:defect_id>/close/", views.close_defect, name="desk-defect-close"),
    path("desk/audits/", views.audits, name="desk-audits"),
    path("desk/audits/<int:audit_id>/", views.audit, name="desk-audit"),
    path("receipts/<str:number>/", views.receipt, name="receipt"),
    path("receipts/<str:number>/file/", views.receipt_file, name="receipt-file"),
]
