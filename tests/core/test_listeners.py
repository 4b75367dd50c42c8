"""Listeners: who is called, and until when."""

from __future__ import annotations

from workbench.core.listeners import Listeners


def test_listeners_are_called_in_order_until_they_stop() -> None:
    heard: list[str] = []
    listeners = Listeners[[int]]()
    assert not listeners
    stop_first = listeners.add(lambda number: heard.append(f"first {number}"))
    stop_second = listeners.add(lambda number: heard.append(f"second {number}"))
    listeners.tell(1)
    stop_first()
    stop_first()
    listeners.tell(2)
    assert heard == ["first 1", "second 1", "second 2"] and listeners
    stop_second()
    assert not listeners


def test_one_function_may_listen_twice_and_stops_one_at_a_time() -> None:
    heard: list[str] = []

    def listen() -> None:
        heard.append("x")

    listeners = Listeners[[]]()
    stop = listeners.add(listen)
    listeners.add(listen)
    listeners.tell()
    stop()
    listeners.tell()
    assert heard == ["x", "x", "x"]


def test_a_listener_may_stop_itself() -> None:
    heard: list[str] = []
    listeners = Listeners[[]]()

    def once() -> None:
        heard.append("x")
        stop()

    stop = listeners.add(once)
    listeners.add(lambda: heard.append("y"))
    listeners.tell()
    listeners.tell()
    assert heard == ["x", "y", "y"]
