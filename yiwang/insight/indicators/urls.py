"""Addresses of indicators."""

from django.urls import path

from yiwang.insight.indicators import views

urlpatterns = [
    path("desk/indicators/", views.indicator_list, name="indicators"),
    path("desk/indicators/<str:indicator_id>/", views.indicator, name="indicator"),
    path("desk/indicators/<str:indicator_id>/records/", views.records, name="indicator-records"),
    path("desk/boards/<slug:board_id>/", views.board, name="board"),
]
