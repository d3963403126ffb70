from django.urls import path

from yiwang.foundation.files import views

urlpatterns = [
    path("files/<int:file_id>/", views.show, name="file"),
    path("desk/files/<int:file_id>/compare/", views.compare, name="file-compare"),
]
