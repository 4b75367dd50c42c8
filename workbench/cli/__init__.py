"""The command line: the same store, providers and keyring as the window, and no Qt unless it opens one.

Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 the program or the disk failed, 2 wrong
usage, 3 the provider refused or failed, 4 not reached, 5 interrupted (what came was printed and kept), 130
stopped by the user.
"""
