from django.urls import path

from yiwang.foundation.letters import views

urlpatterns = [
    path("letters/", views.look_up, name="letters"),
    path("letters/<str:code>/", views.check, name="letter-check"),
    path("my/letters/", views.mine, name="my-letters"),
    path("my/letters/<int:letter_id>/opened/", views.opened, name="letter-opened"),
    path("letter-files/<int:letter_id>/", views.file, name="letter-file"),
    path("letter-files/<int:letter_id>/slip/", views.slip, name="letter-slip"),
    path("desk/letters/", views.desk, name="desk-letters"),
    path("desk/letters/<int:letter_id>/", views.detail, name="desk-letter"),
    path("desk/letters/<int:letter_id>/retry/", views.retry, name="desk-letter-retry"),
    path("desk/letters/<int:letter_id>/gaps/", views.leave_gaps, name="desk-letter-gaps"),
    path("desk/letters/<int:letter_id>/warrant/", views.warrant, name="desk-letter-warrant"),
    path("desk/letters/<int:letter_id>/serve/", views.serve, name="desk-letter-serve"),
    path("desk/messages/", views.message_list, name="desk-messages"),
    path("desk/messages/<int:message_id>/resend/", views.resend, name="desk-message-resend"),
]
