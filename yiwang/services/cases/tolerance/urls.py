"""Addresses of promises: the public list, the applicant's to make good, the desk's to check."""

from django.urls import path

from yiwang.services.cases.tolerance import views

urlpatterns = [
    path("promises/", views.public_list, name="promises"),
    path("my/cases/<str:reference>/make-good/", views.make_good, name="make-good"),
    path("my/cases/<str:reference>/make-good/<slug:code>/", views.supply, name="make-good-supply"),
    path("desk/promises/", views.promises, name="desk-promises"),
    path("desk/promises/<int:promise_id>/check/", views.check, name="desk-promise-check"),
]
