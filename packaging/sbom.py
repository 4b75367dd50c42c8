"""Write the software bill of materials of a build: CycloneDX 1.6 in JSON, with versions, licences and hashes.

The components are the project's dependencies as they are installed, and theirs; the hashes are those of the lock.
"""

import json
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution, requires
from pathlib import Path

LOCK = Path(__file__).parent / "lock" / "run.txt"


def write(target: Path) -> None:
    """Writes the bill of what ``chat-workbench`` in this environment consists of."""
    root = distribution("chat-workbench")
    hashes = locked_hashes(LOCK.read_text("utf-8"))
    bill = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": _component(root, "application")},
        "components": [
            {**_component(found, "library"),
             "hashes": [{"alg": "SHA-256", "content": each} for each in hashes.get(normal(found.name), [])]}
            for found in closure("chat-workbench") if found.name != root.name
        ],
    }
    target.write_text(json.dumps(bill, indent=2, ensure_ascii=False) + "\n", "utf-8")


def closure(name: str) -> list[Distribution]:
    """Returns a distribution and everything that it needs here, by name."""
    found: dict[str, Distribution] = {}

    def add(name: str) -> None:
        if normal(name) in found:
            return
        try:
            found[normal(name)] = distribution(name)
        except PackageNotFoundError:  # for another system or another extra
            return
        for line in requires(name) or []:
            if "extra ==" not in line and (match := re.match(r"[\w.-]+", line)):
                add(match[0])

    add(name)
    return [found[key] for key in sorted(found)]


def locked_hashes(lock: str) -> dict[str, list[str]]:
    """Returns the SHA-256 hashes of each library in a lock."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in lock.splitlines():
        if match := re.match(r"([\w.-]+)(?:\[[^]]*\])?==", line):
            name = normal(match[1])
        found.setdefault(name, []).extend(re.findall(r"--hash=sha256:([0-9a-f]{64})", line))
    return found


def normal(name: str) -> str:
    """Returns the form in which names of distributions are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _component(found: Distribution, kind: str) -> dict[str, object]:
    about = found.metadata
    licence = about.get("License-Expression") or next(
        (line.split(" :: ")[-1] for line in about.get_all("Classifier") or () if line.startswith("License ::")),
        (about.get("License") or "").strip().splitlines()[0] if (about.get("License") or "").strip() else "unknown")
    told = {"expression": licence} if about.get("License-Expression") else {"license": {"name": licence}}
    return {"type": kind, "name": found.name, "version": found.version,
            "purl": f"pkg:pypi/{normal(found.name)}@{found.version}", "licenses": [told]}
