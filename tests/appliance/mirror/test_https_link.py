"""The server over HTTPS: who is believed, and that no broken or hostile far end gives anything but a refusal."""

import gzip
import socket
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from appliance.clock import ScriptedClock
from appliance.journal.kinds import CategoryAdded
from appliance.journal.pairing_wire import Trouble
from appliance.journal.wire import Asking, Hello, Mark, Wanting, Welcome, pack, unpack
from appliance.mirror import https_link
from appliance.mirror.https_link import HttpsLink, trusting
from appliance.mirror.link import NotPaired, ServerAway
from appliance.store.shelf import Shelf
from tests.appliance.mirror.far_end import NOW, YEAR, Answer, Authority, far_end
from tests.appliance.trading import ROOMY, START_MS
from tests.ports import free_port

HELLO = Hello("K7Q2", "test", {})
WELCOME = Welcome("M0AX", "Corner", "test", {"M0AX": (3, "aa")})


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def asked() -> list[tuple[str, bytes]]:
    return []


def linked(authority: Authority, port: int) -> HttpsLink:
    return HttpsLink("127.0.0.1", port, trusting(authority.pem))


def always(status: int, body: bytes) -> Answer:
    return lambda _path, _body: (status, body)


def welcoming(asked: list[tuple[str, bytes]]) -> Answer:
    def answer(path: str, body: bytes) -> tuple[int, bytes]:
        asked.append((path, body))
        return 200, msgspec.json.encode(WELCOME)

    return answer


def test_messages_go_over_as_they_are_written_down(
    authority: Authority, asked: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    shelf = Shelf(tmp_path / "shop", limits=ROOMY)
    entries = shelf.book(ScriptedClock(START_MS)).record("", CategoryAdded("Drinks"))
    shelf.close()
    mark = Mark(shelf_origin := entries[0].origin, 1, entries[0].hash.hex())

    def answer(path: str, body: bytes) -> tuple[int, bytes]:
        asked.append((path, body))
        answers = {
            "/mirror/v1/hello": msgspec.json.encode(WELCOME),
            "/mirror/v1/up": msgspec.json.encode(mark),
            "/mirror/v1/down": pack(entries),
            "/mirror/v1/at": b'{"origin":"K7Q2","hashes":["aa",""]}',
        }
        return 200, answers[path]

    with far_end(authority, answer) as port:
        link = linked(authority, port)
        assert link.hello(HELLO) == WELCOME
        assert link.up(entries) == mark
        assert link.down(Wanting({shelf_origin: 0})) == entries
        assert link.at(Asking("K7Q2", (1, 2))).hashes == ("aa", "")
        link.close()
    assert msgspec.json.decode(asked[0][1], type=Hello) == HELLO
    assert unpack(asked[1][1]) == entries


def test_nothing_new_is_no_entries(authority: Authority) -> None:
    with far_end(authority, always(200, pack(()))) as port:
        assert linked(authority, port).down(Wanting({})) == ()
    with far_end(authority, always(200, b"")) as port:
        assert linked(authority, port).down(Wanting({})) == ()


@pytest.mark.parametrize(
    ("begin", "end"), [(NOW - 9 * YEAR, NOW - YEAR), (NOW + YEAR, NOW + 9 * YEAR)]
)
def test_a_clock_that_is_years_wrong_keeps_no_till_alone(
    tmp_path: Path, begin: object, end: object
) -> None:
    elsewhen = Authority(tmp_path, begin=begin, end=end)  # type: ignore[arg-type]
    with far_end(elsewhen, welcoming([])) as port:
        assert linked(elsewhen, port).hello(HELLO) == WELCOME


def test_somebody_else_at_the_address_hears_nothing(
    authority: Authority, asked: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other")
    with far_end(other, welcoming(asked)) as port, pytest.raises(ServerAway):
        linked(authority, port).hello(HELLO)
    assert asked == []


def test_a_device_with_a_certificate_of_the_shop_is_not_the_server(
    asked: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    till = Authority(tmp_path, name="K7Q2")
    with far_end(till, welcoming(asked)) as port, pytest.raises(ServerAway):
        linked(till, port).hello(HELLO)
    assert asked == []


@pytest.mark.parametrize(
    "answer",
    [
        always(200, b"rubbish"),
        always(200, b"{}"),
        always(200, b"\xff\xfe"),
        always(200, b'{"server": 7}'),
        always(500, b"<html>"),
        always(404, b""),
        always(302, b""),
        always(503, msgspec.json.encode(Trouble("server_busy", "Please try again."))),
    ],
)
def test_an_answer_that_is_none_is_as_if_the_server_were_away(
    authority: Authority, answer: Answer
) -> None:
    with far_end(authority, answer) as port, pytest.raises(ServerAway):
        linked(authority, port).hello(HELLO)


@pytest.mark.parametrize(
    "body",
    [b"rubbish", gzip.compress(b"no entry\n", mtime=0), gzip.compress(b"{}", mtime=0)],
    ids=["no gzip", "no entry", "no fields"],
)
def test_a_batch_that_is_none_is_as_if_the_server_were_away(
    authority: Authority, body: bytes
) -> None:
    with far_end(authority, always(200, body)) as port, pytest.raises(ServerAway):
        linked(authority, port).down(Wanting({}))


def test_an_answer_without_end_is_not_kept(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with far_end(authority, always(200, bytes(3 << 20))) as port:
        link = linked(authority, port)
        monkeypatch.setattr(link._transport, "_limit", 1 << 20)
        with pytest.raises(ServerAway) as away:
            link.down(Wanting({}))
    assert "1048576" in str(away.value.fields["why"])


def test_a_device_that_is_not_let_in_hears_that(authority: Authority) -> None:
    said = Trouble("not_paired", "No.", {"why": "the certificate was revoked"})
    with (
        far_end(authority, always(403, msgspec.json.encode(said))) as port,
        pytest.raises(NotPaired) as no,
    ):
        linked(authority, port).hello(HELLO)
    assert no.value.fields == {"why": "the certificate was revoked"}


def test_nobody_there_is_said_in_few_words(authority: Authority) -> None:
    with pytest.raises(ServerAway) as away:
        linked(authority, free_port()).hello(HELLO)
    assert away.value.fields == {"why": "Connection refused"}


@pytest.fixture
def silent() -> Iterator[int]:
    """Somebody who takes calls and says nothing."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        yield int(one.getsockname()[1])


def test_a_silent_far_end_is_not_waited_for_without_end(
    authority: Authority, silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(https_link, "CONNECT_S", 0.1)
    monkeypatch.setattr(https_link, "READ_S", 0.1)
    with pytest.raises(ServerAway):
        linked(authority, silent).hello(HELLO)


def test_no_proxy_of_the_environment_is_used(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with far_end(authority, welcoming([])) as port:
        assert linked(authority, port).hello(HELLO) == WELCOME


@pytest.mark.parametrize(
    "pem", ["", "rubbish", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_authority_is_told(pem: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        trusting(pem)
