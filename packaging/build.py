"""Build what is handed out, and try it: ``python3 packaging/build.py``.

Into ``dist/`` go a wheel, ``chat-workbench/``, a folder that runs without Python, and the bill of materials of both.
Each is then used as a user would: the wheel installed into an empty environment, the folder with an
environment of its own, a real keyring and a real screen.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import environment
import system

DIST = environment.ROOT / "dist"
FROZEN = DIST / "chat-workbench" / ("workbench.exe" if sys.platform == "win32" else "workbench")
FIND_RESOURCE = "from workbench.core.resources import resource; print(resource('help'))"
WRITE_BILL = "import sys; sys.path.insert(0, 'packaging'); import sbom; sbom.write(sbom.Path(sys.argv[1]))"


def main() -> None:
    os.chdir(environment.ROOT)
    try:
        python = str(environment.prepare("package", "test"))
    except environment.Failed as problem:
        sys.exit(str(problem))
    missing = system.provide([*system.QT, *system.X11, *system.XVFB])
    if missing:
        sys.exit(f"Trying the build needs more of the system:\n{system.instructions(missing)}")
    shutil.rmtree(DIST, ignore_errors=True)
    build_wheel(python)
    build_folder(python)


def build_wheel(python: str) -> None:
    pip = [python, "-m", "pip", "-q", "--disable-pip-version-check"]
    run(*pip, "wheel", "--no-deps", "--wheel-dir", str(DIST), ".")
    (wheel,) = DIST.glob("*.whl")
    run(python, "-c", WRITE_BILL, str(DIST / "sbom.cdx.json"))
    with tempfile.TemporaryDirectory() as empty:
        run(*pip, "install", "--no-deps", "--target", f"{empty}/packages", str(wheel))
        found = tried([python, "-c", FIND_RESOURCE], empty, PYTHONPATH=f"{empty}/packages")
        if not found.startswith(f"{empty}/packages/workbench/_resources"):
            sys.exit(f"The wheel finds its resources in the wrong place: {found}")
        tried([python, "-m", "workbench", "--version"], empty, PYTHONPATH=f"{empty}/packages")
    print(f"{wheel.name}: {size(wheel)}; tried")


def build_folder(python: str) -> None:
    work = str(environment.ROOT / "build")
    options = ["--noconfirm", "--log-level", "WARN", "--distpath", str(DIST), "--workpath", work]
    run(python, "-m", "PyInstaller", *options, "packaging/workbench.spec")
    shutil.copy(DIST / "sbom.cdx.json", FROZEN.parent)
    with tempfile.TemporaryDirectory() as empty:
        for arguments in (
            ["--version"],
            ["doctor"],
            ["ask", "-m", "builtin/guide", "How do I add a provider?"],
        ):
            print(tried([str(FROZEN), *arguments], empty))
    # The same tests that use the window of a checkout from outside, now with the built program.
    env = {**os.environ, "WORKBENCH_TEST_PROGRAM": str(FROZEN), "WORKBENCH_TEST_REQUIRE": "keyring,xvfb"}
    run(python, "-m", "pytest", "-q", "tests/end_to_end/test_window.py", env=env)
    print(f"{FROZEN.parent.name}: {size(FROZEN.parent)}; tried")


def run(*command: str, env: dict[str, str] | None = None) -> None:
    code = subprocess.run(command, stdin=subprocess.DEVNULL, env=env).returncode
    if code:
        sys.exit(f"{' '.join(command[:4])} failed with exit code {code}.")


def tried(command: list[str], home: str, **more: str) -> str:
    """Returns what a command says where nothing of this is: no checkout, no variables, no display."""
    env = {"HOME": home, "PATH": os.defpath, "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8", **more}
    done = subprocess.run(
        command, cwd=home, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed with exit code {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def size(path: Path) -> str:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if not file.is_symlink()]
    return f"{sum(file.stat().st_size for file in files) / 1e6:.1f} MB"


if __name__ == "__main__":
    main()
