from django.urls import path

from yiwang.foundation.calendar import views

urlpatterns = [
    path("desk/calendar/", views.year, name="calendar"),
    path("desk/calendar/enter/", views.enter, name="calendar-enter"),
    path("desk/calendar/<int:number>/", views.year, name="calendar-year"),
]
