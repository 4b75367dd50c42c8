"""What the program and its tests need from the operating system, and how to get it.

Nothing here asks a question: packages are installed only where that needs no password, and are named
otherwise. Standard library only, as this runs before anything is installed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Need:
    """Something of the system, with the package that brings it on Debian, Fedora and Arch.

    `sign` shows that it is there: a shared library (lib….so.N, looked up by the loader), a program, or a
    glob below /usr.
    """

    sign: str
    apt: str
    dnf: str
    pacman: str

    def met(self) -> bool:
        if ".so." in self.sign:
            try:
                ctypes.CDLL(self.sign)
            except OSError:
                return False
            return True
        if "*" in self.sign:
            return next(Path("/usr").glob(self.sign), None) is not None
        return shutil.which(self.sign) is not None


# What the shared libraries of PySide6-Essentials are linked with (objdump -p) and do not bring along.
QT = (
    Need("libglib-2.0.so.0", "libglib2.0-0", "glib2", "glib2"),
    Need("libGL.so.1", "libgl1", "libglvnd-glx", "libglvnd"),
    Need("libEGL.so.1", "libegl1", "libglvnd-egl", "libglvnd"),
    Need("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", "dbus"),
    Need("libfontconfig.so.1", "libfontconfig1", "fontconfig", "fontconfig"),
    Need("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    Need("libgssapi_krb5.so.2", "libgssapi-krb5-2", "krb5-libs", "krb5"),
    Need("share/fonts/**/*.[to]tf", "fonts-dejavu-core", "dejavu-sans-fonts", "ttf-dejavu"),
)
X11 = (
    Need("libX11-xcb.so.1", "libx11-xcb1", "libX11-xcb", "libx11"),
    Need("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    Need("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    Need("libxcb-image.so.0", "libxcb-image0", "xcb-util-image", "xcb-util-image"),
    Need("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    Need("libxcb-randr.so.0", "libxcb-randr0", "libxcb", "libxcb"),
    Need("libxcb-render-util.so.0", "libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil"),
    Need("libxcb-shape.so.0", "libxcb-shape0", "libxcb", "libxcb"),
    Need("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb", "libxcb"),
    Need("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
)
WAYLAND = (
    Need("libwayland-client.so.0", "libwayland-client0", "libwayland-client", "wayland"),
    Need("libwayland-cursor.so.0", "libwayland-cursor0", "libwayland-cursor", "wayland"),
)
KEYRING = (
    Need("dbus-run-session", "dbus", "dbus-daemon", "dbus"),
    Need("gnome-keyring-daemon", "gnome-keyring", "gnome-keyring", "gnome-keyring"),
)
XVFB = (
    Need("Xvfb", "xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb"),
    Need("share/dbus-1/services/org.a11y.Bus.*", "at-spi2-core", "at-spi2-core", "at-spi2-core"),
    *KEYRING,
)
# Pictures of windows with Chinese, Japanese, Korean and emoji; checks of the files for desktops.
EXTRAS = (
    Need("share/fonts/**/*CJK*", "fonts-noto-cjk", "google-noto-sans-cjk-fonts", "noto-fonts-cjk"),
    Need(
        "share/fonts/**/*ColorEmoji*",
        "fonts-noto-color-emoji",
        "google-noto-color-emoji-fonts",
        "noto-fonts-emoji",
    ),
    Need("desktop-file-validate", "desktop-file-utils", "desktop-file-utils", "desktop-file-utils"),
    Need("appstreamcli", "appstream", "appstream", "appstream"),
)


def has_display() -> bool:
    """Returns whether a window can be shown to somebody."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def for_window() -> list[Need]:
    """Returns what Qt needs to open a window here: on the display, or offscreen where there is none."""
    needs = list(QT)
    if has_display():
        needs += X11
    if os.environ.get("WAYLAND_DISPLAY"):
        needs += WAYLAND
    return needs


def provide(needs: Iterable[Need]) -> list[Need]:
    """Installs what is missing, where that is possible without a question; returns what is still missing."""
    if not sys.platform.startswith("linux"):
        return []
    missing = [need for need in needs if not need.met()]
    if not missing:
        return []
    installer = _apt_get()
    if installer is None:
        return missing
    names = sorted({need.apt for need in missing})
    print(f"Installing system packages: {' '.join(names)}", flush=True)
    lock = ["-o", "DPkg::Lock::Timeout=120"]
    _quietly([*installer, "-qq", *lock, "update"])
    _quietly([*installer, "-qq", "-y", *lock, "--no-install-recommends", "install", *names])
    return [need for need in missing if not need.met()]


def instructions(missing: Iterable[Need]) -> str:
    """Returns the command that installs these, for this system, or for the three families if it is none of them."""
    missing = list(missing)
    commands = {
        "apt-get": "sudo apt-get install -y " + _names(need.apt for need in missing),
        "dnf": "sudo dnf install -y " + _names(need.dnf for need in missing),
        "pacman": "sudo pacman -S --needed " + _names(need.pacman for need in missing),
    }
    known = [command for program, command in commands.items() if shutil.which(program)]
    return "\n".join(f"    {command}" for command in known or commands.values())


def _names(packages: Iterable[str]) -> str:
    return " ".join(sorted(set(packages)))


def _apt_get() -> list[str] | None:
    """Returns how to run apt-get without being asked for a password; None when there is no way."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    sudo = shutil.which("sudo")
    if sudo and _quietly([sudo, "-n", "true"]):
        return [sudo, "-n", "apt-get"]
    return None


def _quietly(command: list[str]) -> bool:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode and "sudo" not in command[0]:
        print(done.stderr.strip(), file=sys.stderr)
    return done.returncode == 0
