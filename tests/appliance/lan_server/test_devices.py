"""What the server has heard of each device, for the pages."""

import threading

from appliance.journal.wire import Hello, Range, Wanting, Welcome
from appliance.lan_server.devices import Devices


def test_a_device_is_behind_by_what_it_has_and_the_server_lacks_and_the_other_way_round() -> None:
    table = Devices()
    hello = Hello("K7Q3", "1.2", {"K7Q3": (9, "aa"), "0THR": (2, "bb")})
    welcome = Welcome(
        "SRV1", "", "1.2", {"SRV1": (3, "cc"), "0THR": (7, "dd")}, (Range("K7Q3", 1, 9),)
    )
    table.heard("K7Q2", "192.0.2.9", 1000)
    table.greeted("K7Q2", hello, welcome)
    found = table.all()["K7Q2"]
    assert (found.origin, found.program, found.address) == ("K7Q3", "1.2", "192.0.2.9")
    assert (found.behind_up, found.behind_down, found.heard_at_ms) == (9, 8, 1000)
    table.sent("K7Q2", 5)
    table.wanted("K7Q2", Wanting({"SRV1": 3, "0THR": 6}), {"SRV1": 3, "0THR": 7})
    found = table.all()["K7Q2"]
    assert (found.behind_up, found.behind_down) == (4, 1)
    table.sent("K7Q2", 50)
    assert table.all()["K7Q2"].behind_up == 0


def test_many_questions_at_once_are_all_counted() -> None:
    table = Devices()

    def wait() -> None:
        for _ in range(200):
            table.waits("K7Q2", 1)
        for _ in range(199):
            table.waits("K7Q2", -1)

    threads = [threading.Thread(target=wait) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert table.all()["K7Q2"].waits == 8


def test_of_a_device_that_was_not_heard_nothing_is_known() -> None:
    assert Devices().all() == {}
