"""One request to other software: who is asked, how long we wait, and what counts as taken."""

import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from callbacks import receivers
from callbacks.receivers import ReceiverError, Terms
from office.settings import Settings

LOCALHOST = Path(__file__).with_name("localhost.pem")
"""A certificate for localhost, and for no address."""


def test_receiver_gets_what_was_sent_where_it_was_sent(receiver):
    receivers.post(f"{receiver.url}?key=a%20b", b'{"a": 1}', {"Ringtrue-Event": "opened"})
    (told,) = receiver.told
    assert (told.path, told.body, told.headers["Ringtrue-Event"]) == ("/hook?key=a%20b", b'{"a": 1}', "opened")
    assert told.headers["Host"] == receiver.url.split("/")[2]


def test_url_without_a_path_asks_for_the_top(receiver):
    receivers.post(receiver.url.removesuffix("/hook"), b"{}", {})
    assert receiver.told[0].path == "/"


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_answer_of_success_is_taken(receiver, status):
    receiver.answers = [status]
    receivers.post(receiver.url, b"{}", {})


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 410, 429, 500, 503])
def test_any_other_answer_is_not_and_no_redirect_is_followed(receiver, status):
    receiver.answers = [status]
    with pytest.raises(ReceiverError, match=f"127.0.0.1 answered {status}"):
        receivers.post(receiver.url, b"{}", {})
    assert len(receiver.told) == 1


def test_receiver_that_says_nothing_is_left_after_a_while(receiver):
    receiver.answers = [0]
    with pytest.raises(ReceiverError, match="TimeoutError"):
        receivers.post(receiver.url, b"{}", {}, Terms(answer=0.2))


def test_receiver_that_sends_a_byte_now_and_then_is_left_after_a_while_too(receiver):
    receiver.drips = True
    with pytest.raises(ReceiverError, match="cannot be told"):
        receivers.post(receiver.url, b"{}", {}, Terms(answer=5, longest=0.5))


def test_receiver_that_is_not_there_is_told_without_its_path():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/hook/secret"
    with pytest.raises(ReceiverError) as trouble:
        receivers.post(url, b"{}", {})
    assert str(trouble.value) == "127.0.0.1 cannot be told (ConnectionRefusedError)"


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0"])
def test_name_that_turns_out_to_lead_to_this_machine_is_not_asked(receiver, host):
    """The system reads them all as an address of this machine; it was not written as one."""
    with pytest.raises(ReceiverError, match="leads into a network that is not the open one"):
        receivers.post(receiver.url.replace("127.0.0.1", host), b"{}", {})
    assert receiver.told == []


@pytest.mark.parametrize("host", ["a..b", "a" * 64, "nowhere.invalid"])
def test_name_that_nobody_has_is_not_told(host):
    with pytest.raises(ReceiverError, match="cannot be told"):
        receivers.post(f"https://{host}/hook", b"{}", {})


@pytest.fixture
def behind_tls(open_receiver) -> Callable[[str], str]:
    """Puts a receiver behind the certificate; where it is then, under that name."""

    def make(host: str) -> str:
        receiver = open_receiver(certificate=LOCALHOST)
        return str(receiver.url.replace("http://127.0.0.1", f"https://{host}"))

    return make


TRUST = ssl.create_default_context(cafile=LOCALHOST)


def test_certificate_of_the_name_is_believed(behind_tls):
    receivers.post(behind_tls("localhost"), b"{}", {}, Terms(trust=TRUST))


def test_certificate_of_another_name_is_not_believed(behind_tls):
    with pytest.raises(ReceiverError, match="SSLCertVerificationError"):
        receivers.post(behind_tls("127.0.0.1"), b"{}", {}, Terms(trust=TRUST))


def test_certificate_that_nobody_vouches_for_is_not_believed(behind_tls):
    with pytest.raises(ReceiverError, match="SSLCertVerificationError"):
        receivers.post(behind_tls("localhost"), b"{}", {})


@pytest.fixture
def settings_of(tmp_path) -> Callable[..., Settings]:
    return lambda **more: Settings.read({"DATA_DIR": str(tmp_path), "SECRET_KEY": "tests-only-secret-key", **more})


def test_secret_is_the_one_that_was_set(settings_of):
    assert receivers.secret(settings_of(WEBHOOK_SECRET="a-secret-of-our-own")) == "a-secret-of-our-own"


def test_secret_not_set_follows_from_the_secret_key_and_does_not_tell_it(settings_of):
    secret = receivers.secret(settings_of())
    assert secret == receivers.secret(settings_of())
    assert len(secret) == 64
    assert secret != receivers.secret(settings_of(SECRET_KEY="another-secret-key"))
    assert "tests-only-secret-key" not in secret


def test_signature_is_as_the_readme_says():
    """Worked out with openssl: printf '1764000000.{"a": 1}' | openssl dgst -sha256 -hmac s3cret-s3cret-16"""
    signature = receivers.sign("s3cret-s3cret-16", 1764000000, b'{"a": 1}')
    assert signature == "v1=044f42d87598b05b832d5a9a983c772df87d887fd923419565c871d49327e34a"
