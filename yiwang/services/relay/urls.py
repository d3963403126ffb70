"""Addresses of relay, all on the desk."""

from django.urls import path

from yiwang.services.relay import views

urlpatterns = [
    path("desk/relay/", views.case_list, name="relay"),
    path("desk/relay/agreements/", views.agreement_list, name="relay-agreements"),
    path("desk/relay/agreements/<slug:code>/end/", views.end, name="relay-agreement-end"),
    path("desk/relay/new/", views.receive, name="relay-new"),
    path("desk/relay/<str:reference>/", views.one, name="relay-case"),
    path("desk/relay/<str:reference>/track/", views.track, name="relay-track"),
    path("desk/relay/<str:reference>/steps/<slug:step>/", views.step, name="relay-step"),
]
