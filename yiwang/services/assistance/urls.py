"""Addresses of the hall: the counter's row and shift, appointments, the public board, terminals and the kiosk."""

from django.urls import path

from yiwang.services.assistance.views import applying, desk, kiosk, public, terminals

urlpatterns = [
    path("desk/queue/", desk.queue, name="queue"),
    path("desk/queue/deed/<slug:deed>/", desk.do, name="queue-deed"),
    path("desk/queue/shift/", desk.shift, name="queue-shift"),
    path("desk/terminals/", terminals.listing, name="terminals"),
    path("desk/terminals/<slug:code>/retire/", terminals.retire, name="terminal-retire"),
    path("terminals/<slug:code>/beat/", terminals.beat, name="terminal-beat"),
    path("queue/<slug:code>/", public.board, name="queue-board"),
    path("appointments/", public.appointments, name="appointments"),
    path("appointments/<slug:code>/", public.book, name="appointment-book"),
    path("appointments/<int:appointment_id>/cancel/", public.cancel, name="appointment-cancel"),
    path("kiosk/", kiosk.home, name="kiosk"),
    path("kiosk/open/", kiosk.open_terminal, name="kiosk-open"),
    path("kiosk/card/", kiosk.card, name="kiosk-card"),
    path("kiosk/leave/", kiosk.leave, name="kiosk-leave"),
    path("kiosk/ticket/", kiosk.ticket, name="kiosk-ticket"),
    path("kiosk/cases/", kiosk.cases, name="kiosk-cases"),
    path("kiosk/papers/", kiosk.papers, name="kiosk-papers"),
    path("kiosk/papers/letter/<int:letter_id>/", kiosk.letter, name="kiosk-letter"),
    path("kiosk/papers/certificate/<int:certificate_id>/", kiosk.certificate, name="kiosk-certificate"),
    path("kiosk/apply/", applying.items, name="kiosk-items"),
    path("kiosk/apply/<str:item_code>/", applying.apply, name="kiosk-apply"),
    path("kiosk/printer/", kiosk.printer, name="kiosk-printer"),
    path("kiosk/demo/", kiosk.demo, name="kiosk-demo"),
    path("kiosk/book/", kiosk.book, name="kiosk-book"),
]
