"""Addresses of 面对面: batches, what is in one, an issue."""

from django.urls import path

from yiwang.governance.meetings import views

urlpatterns = [
    path("desk/meetings/", views.board, name="meetings"),
    path("desk/meetings/new/", views.new, name="meetings-new"),
    path("desk/meetings/issues/<str:reference>/", views.issue, name="issue"),
    path("desk/meetings/issues/<str:reference>/steps/<slug:step>/", views.step, name="issue-step"),
    path("desk/meetings/<str:code>/", views.batch, name="meetings-batch"),
    path("desk/meetings/<str:code>/issues/", views.hand_out, name="meetings-hand-out"),
]
