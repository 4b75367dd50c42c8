"""Set up Chat Workbench and open it: ``python3 packaging/run.py [arguments of workbench]``.

Needs Python 3.11.5 or newer and nothing else. Where there is no display, the window opens offscreen, has
one short conversation with the built-in guide, prints it and saves a picture, workbench-demo.png.
"""

import os
import sys

import environment
import system


def main() -> None:
    try:
        python = environment.prepare()
    except environment.Failed as problem:
        sys.exit(str(problem))
    missing = system.provide(system.for_window())
    if missing:
        sys.exit(f"Qt needs libraries of the system. Install them:\n{system.instructions(missing)}")
    env = environment.clean_environment()
    command = [str(python), "-m", "workbench", *sys.argv[1:]]
    if not system.has_display() and not sys.argv[1:]:
        print("There is no display: opening the window offscreen for one conversation.", flush=True)
        env["QT_QPA_PLATFORM"] = "offscreen"
        command[2] = "workbench.demo"
    if sys.platform == "win32":
        import subprocess

        sys.exit(subprocess.run(command, env=env).returncode)
    os.execve(command[0], command, env)


if __name__ == "__main__":
    main()
