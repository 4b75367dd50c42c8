"""The system's proxy: what Windows and macOS have in their settings, where no environment variable names one.

httpx asks for the same settings, but takes the list of exceptions for variables alone, and a proxy for SOCKS that these
systems call version 4 for unusable, though it speaks version 5 as well.
"""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from urllib.parse import urlsplit

SYSTEMS = ("win32", "darwin")


def has_settings() -> bool:
    """Returns whether the system's settings decide: it has some, and no environment variable names a proxy."""
    from urllib.request import getproxies_environment

    return sys.platform in SYSTEMS and not getproxies_environment()


def proxy_for(url: str) -> str | None:
    """Returns the proxy that environment variables, else the system's settings, name for an address; None where there
    is none, and for hosts in the list of exceptions."""
    from urllib.request import getproxies, proxy_bypass

    parts, proxies = urlsplit(url), getproxies()
    address = proxies.get(parts.scheme) or proxies.get("socks") or proxies.get("all")
    if not address or proxy_bypass(parts.hostname or ""):
        return None
    return re.sub(r"^socks4?://", "socks5://", address if "://" in address else f"http://{address}")


def script_in_settings() -> str:
    """Returns the address of a script (PAC) that the system's settings leave the choice of a proxy to; "" where there
    is none. Such a script is a program in JavaScript, and nobody here runs it. Waits for up to 5 seconds."""
    with suppress(OSError):
        if sys.platform == "win32":
            import winreg

            place = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, place) as key:
                return str(winreg.QueryValueEx(key, "AutoConfigURL")[0])
        if sys.platform == "darwin":
            from workbench.core.processes import child_process  # requests need none

            return script_in(child_process.run(["/usr/sbin/scutil", "--proxy"], seconds=5).output)
    return ""


def script_in(said: str) -> str:
    """Returns the address of the script in what macOS's ``scutil --proxy`` says."""
    values = dict(re.findall(r"^\s*(\w+) : (.*?)\s*$", said, re.MULTILINE))
    return values.get("ProxyAutoConfigURLString", "") if values.get("ProxyAutoConfigEnable") == "1" else ""
