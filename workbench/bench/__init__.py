"""The benchmarks behind ``workbench bench``: each measures in a fresh process and returns plain figures."""
