"""PySide's optional features (``from __feature__ import snake_case``), of which this program uses none.

To know whether a module may switch with them, PySide reads the source text of each module that is imported, and
Python keeps it: 8 MB, and a tenth of the start.
"""

from __future__ import annotations

import sys


def ignore_features() -> None:
    """Spares modules that are imported from now on the look into their source. Call it when PySide is loaded; where
    PySide is made otherwise, all stays as it is."""
    support = sys.modules.get("shibokensupport.feature")
    names = vars(support) if support is not None else {}
    if "_mod_uses_pyside" in names:
        names["_mod_uses_pyside"] = lambda module: False
