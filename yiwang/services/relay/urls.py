"""Addresses of relay: the desk's, and the one page an applicant opens with a code."""

from django.urls import path

from yiwang.services.relay import agreement_views, inbound, views

urlpatterns = [
    path("desk/relay/", views.case_list, name="relay"),
    path("desk/relay/mine/", views.mine, name="relay-mine"),
    path("progress/relay/", views.progress, name="relay-progress"),
    path("desk/relay/inbound/", inbound.arrived, name="relay-inbound"),
    path("desk/relay/inbound/<int:inbound_id>/", inbound.one, name="relay-inbound-one"),
    path("desk/relay/agreements/new/", agreement_views.new, name="relay-agreement-new"),
    path("desk/relay/agreements/", agreement_views.agreement_list, name="relay-agreements"),
    path("desk/relay/agreements/<slug:code>/end/", agreement_views.end, name="relay-agreement-end"),
    path("desk/relay/new/", views.receive, name="relay-new"),
    path("desk/relay/<str:reference>/", views.one, name="relay-case"),
    path("desk/relay/<str:reference>/track/", views.track, name="relay-track"),
    path("desk/relay/<str:reference>/steps/<slug:step>/", views.step, name="relay-step"),
]
