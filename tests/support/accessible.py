"""The running program as assistive technology sees it: over AT-SPI, from outside its process.

This holds the accessible names to what they are for, on a real window under a real X server::

    with desktop.start([sys.executable, "-m", "workbench"]) as window:
        window.find("Message").write("Hello")
        window.find("Send").press()
        window.find("Transcript").wait_for_text("Hello")
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from jeepney import DBusAddress, MessageType, Properties, message_bus, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.support.waiting import PATIENCE

ATSPI = "org.a11y.atspi."
ROOT = "/org/a11y/atspi/accessible/root"
REGISTRY = ATSPI + "Registry"
# The bits of a state set that tests ask for (AtspiStateType in at-spi2-core).
STATES = {"checked": 4, "enabled": 8, "expanded": 10, "focused": 12, "sensitive": 24, "showing": 25}
_DEVICES = DBusAddress("/org/a11y/atspi/registry/deviceeventcontroller", REGISTRY, ATSPI + "DeviceEventController")
CONTROL = 37  # the code of the left Control key in the key map that X servers start with
T = TypeVar("T")


class Gone(Exception):
    """The object is no longer there: the program removed it, or ended."""


class Desktop:
    """A private accessibility bus; `environment` is what `desktop.session_bus` yields."""

    stored: Callable[[], list[tuple[str, str]]]

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        session = open_dbus_connection(environment["DBUS_SESSION_BUS_ADDRESS"])
        with session:
            bus = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Status")
            # Programs build their accessible tree only when somebody says to be listening.
            _ask(session, Properties(bus).set("IsEnabled", "b", True))
            get = new_method_call(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus"), "GetAddress")
            (address,) = _ask(session, get)
        self.bus = open_dbus_connection(address)

    def close(self) -> None:
        self.bus.close()

    def start(self, command: list[str], log: Path, environment: Mapping[str, str] | None = None) -> Window:
        """Start a program whose window is to be used; what it says goes into the file `log`."""
        return Window(self, command, log, environment or {})

    def type_text(self, text: str) -> None:
        """Type as a keyboard would, into whatever has the focus."""
        self._key(0, text, 4)

    def press_key(self, keysym: int, control: bool = False) -> None:
        """Press and release one key, by its X11 keysym (0xff0d is Return), with the Control key or without."""
        if control:
            self._key(CONTROL, "", 0)
        self._key(keysym, "", 3)
        if control:
            self._key(CONTROL, "", 1)

    def click_at(self, x: int, y: int) -> None:
        """Click the first mouse button at that pixel of the screen."""
        _ask(self.bus, new_method_call(_DEVICES, "GenerateMouseEvent", "iis", (x, y, "b1c")))

    def _key(self, code: int, text: str, kind: int) -> None:
        _ask(self.bus, new_method_call(_DEVICES, "GenerateKeyboardEvent", "isu", (code, text, kind)))


@dataclass(frozen=True)
class Node:
    """One accessible object. Every property asks the program anew."""

    desktop: Desktop
    owner: str
    path: str

    @property
    def name(self) -> str:
        return str(self._property("Accessible", "Name"))

    @property
    def description(self) -> str:
        return str(self._property("Accessible", "Description"))

    @property
    def role(self) -> str:
        return str(self._call("Accessible", "GetRoleName")[0])

    @property
    def states(self) -> set[str]:
        low, high = self._call("Accessible", "GetState")[0]
        return {name for name, bit in STATES.items() if (low | high << 32) >> bit & 1}

    @property
    def children(self) -> list[Node]:
        pairs = self._call("Accessible", "GetChildren")[0]
        return [Node(self.desktop, owner, path) for owner, path in pairs]

    @property
    def text(self) -> str:
        """The text of this object and, if it has none, of those below it, in order."""
        if ATSPI + "Text" in self._call("Accessible", "GetInterfaces")[0]:
            return str(self._call("Text", "GetText", "ii", (0, -1))[0])
        return "\n".join(text for child in self.children if (text := child.text))

    @property
    def value(self) -> float:
        return float(self._property("Value", "CurrentValue"))

    def set_value(self, value: float) -> None:
        address = DBusAddress(self.path, self.owner, ATSPI + "Value")
        _ask(self.desktop.bus, Properties(address).set("CurrentValue", "d", value))

    def press(self) -> None:
        """Do the object's first action: press a button, toggle a box, open a menu."""
        self._call("Action", "DoAction", "i", (0,))

    def write(self, text: str) -> None:
        """Replace the text of an editable field."""
        self._call("EditableText", "SetTextContents", "s", (text,))

    def click(self) -> None:
        """Click with the mouse in the middle; this is also what gives a window the focus, as there is no
        window manager."""
        x, y, width, height = self._call("Component", "GetExtents", "u", (0,))[0]
        self.desktop.click_at(x + width // 2, y + height // 2)

    def find(self, name: str, role: str | None = None, timeout: float = PATIENCE) -> Node:
        """The first object below this one with that name, waiting until it shows."""

        def look() -> Node | None:
            found = (n for n in self.walk() if n.name == name and role in (None, n.role))
            return next((n for n in found if "showing" in n.states), None)

        return wait_for(look, f"{name!r} to show", timeout, lambda: self.outline())

    def wait_for_text(self, text: str, timeout: float = PATIENCE) -> None:
        wait_for(lambda: text in self.text, f"the text {text!r} in {self.name!r}", timeout, lambda: self.text)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()

    def outline(self) -> str:
        return "\n".join(f"{node.role}: {node.name}" for node in self.walk() if node.name)

    def _call(self, interface: str, method: str, signature: str = "", body: tuple[Any, ...] = ()) -> Any:
        address = DBusAddress(self.path, self.owner, ATSPI + interface)
        return _ask(self.desktop.bus, new_method_call(address, method, signature or None, body))

    def _property(self, interface: str, name: str) -> Any:
        address = DBusAddress(self.path, self.owner, ATSPI + interface)
        return _ask(self.desktop.bus, Properties(address).get(name))[0][1]


class Window:
    """A started program; a context manager that ends it. `find` looks through all of its windows."""

    def __init__(self, desktop: Desktop, command: list[str], log: Path, environment: Mapping[str, str]) -> None:
        self._desktop = desktop
        self.log = log
        env = {**desktop.environment, "QT_QPA_PLATFORM": "xcb", **environment}
        with log.open("ab") as output:
            self.process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def __enter__(self) -> Self:
        self.root: Node = wait_for(self._application, "the program to open a window", 30, self.log.read_text)
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End the program as a desktop does when the user logs out."""
        self.process.terminate()
        self.process.wait(10)

    def find(self, name: str, role: str | None = None, timeout: float = PATIENCE) -> Node:
        return self.root.find(name, role, timeout)

    def _application(self) -> Node | None:
        if self.process.poll() is not None:
            raise AssertionError(f"the program ended with {self.process.returncode}:\n{self.log.read_text()}")
        for node in Node(self._desktop, REGISTRY, ROOT).children:
            (pid,) = _ask(self._desktop.bus, message_bus.GetConnectionUnixProcessID(node.owner))
            if pid == self.process.pid and node.children:
                return node
        return None


def wait_for(look: Callable[[], T | None], what: str, timeout: float, instead: Callable[[], str] = lambda: "") -> T:
    """Ask until the answer is true; fails with what is there `instead` after `timeout` seconds."""
    end = time.monotonic() + timeout
    while True:
        try:
            if answer := look():
                return answer
        except Gone:
            pass  # the tree changed while it was walked
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout:g} s for {what}; there was:\n{instead()}")
        time.sleep(0.05)


def _ask(connection: DBusConnection, message: Any) -> Any:
    answer = connection.send_and_get_reply(message, timeout=10)
    if answer.header.message_type is MessageType.error:
        raise Gone(answer.body[0] if answer.body else answer.header)
    return answer.body
