"""Lock what is installed: ``python3 packaging/lock.py``, after the dependencies in pyproject.toml have changed.

Writes ``packaging/lock/run.txt`` and ``all.txt`` (with what tests and builds need): each library at the version that
was tried, for every system and Python, with the hashes of its files. ``packaging/run.py`` and ``test.py`` install
nothing else. The resolver is uv, in an environment of its own.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import environment

LOCKS = environment.LOCKS
BUILD = "hatchling>=1.27,<2\neditables>=0.5,<1\n"
"""What builds the project itself, so that installing it fetches nothing that is not locked."""
_OPTIONS = ("--universal", "--python-version", "3.11.5", "--generate-hashes", "--no-annotate", "--no-header", "--quiet")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        run(sys.executable, "-m", "venv", f"{folder}/venv")
        run(str(python), "-m", "pip", "install", "--quiet", "uv>=0.9,<1")
        build = Path(folder) / "build.in"
        build.write_text(BUILD, "utf-8")
        project = str(environment.ROOT / "pyproject.toml")
        compile_ = (str(python), "-m", "uv", "pip", "compile", *_OPTIONS, project, str(build))
        run(*compile_, "--output-file", str(LOCKS / "run.txt"))
        run(*compile_, "--extra", "test", "--extra", "package", "--constraint", str(LOCKS / "run.txt"),
            "--output-file", str(LOCKS / "all.txt"))


def run(*command: str) -> None:
    code = subprocess.run(command, stdin=subprocess.DEVNULL, env=environment.clean_environment()).returncode
    if code:
        sys.exit(f"{' '.join(command[:6])} failed with exit code {code}.")


if __name__ == "__main__":
    main()
