"""Addresses of the desk's inbox and of the generic page of a matter."""

from django.urls import path

from yiwang.matters import views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/inbox/", views.inbox, name="inbox"),
    path("desk/inbox/count/", views.count, name="inbox-count"),
    path("desk/matters/<str:reference>/", views.matter, name="matter"),
    path("desk/matters/<str:reference>/steps/<slug:step>/", views.take, name="matter-step"),
    path("desk/matters/<str:reference>/jobs/<int:job_id>/retry/", views.retry, name="matter-retry"),
    path("desk/matters/<str:reference>/moves/", views.moves, name="matter-moves"),
    path("desk/matters/<str:reference>/<slug:deed>/", views.seat, name="matter-seat"),
]
