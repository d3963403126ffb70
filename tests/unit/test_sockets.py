"""The tests' own rule: nobody outside this machine is spoken to."""

from __future__ import annotations

import socket
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.plugins.sockets import SpeaksOutside, is_here


@pytest.mark.parametrize(
    "speak",
    [
        lambda: socket.create_connection(("192.0.2.1", 80), timeout=0.1),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53)),
        lambda: socket.getaddrinfo("gateway.invalid", 443),
        lambda: urllib.request.urlopen("http://gateway.invalid/", timeout=0.1),
        lambda: socket.socket(socket.AF_INET6).connect(("2001:db8::1", 80, 0, 0)),
    ],
)
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_another_machine_is_not_reached(speak):
    with pytest.raises(SpeaksOutside):
        speak()


def test_the_loopback_and_unix_sockets_are_open():
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/", timeout=5) as response:
            assert response.status == 204
        thread.join()
    one, two = socket.socketpair()
    with one, two:
        one.sendall(b"x")
        assert two.recv(1) == b"x"


def test_only_this_machine_counts_as_here():
    assert all(map(is_here, [None, "", "localhost", "127.0.0.1", "127.8.8.8", "::1", b"127.0.0.1", "0.0.0.0", "::"]))
    assert not any(map(is_here, ["10.0.0.1", "example.org", "169.254.169.254", "fe80::1%eth0", b"example.org"]))
