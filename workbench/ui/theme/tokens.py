"""The tokens of the style: distances, radii and the palette."""

from __future__ import annotations

from workbench.core.palette import DARK, LIGHT, Palette

__all__ = ["COLUMN_PX", "CONTROL_PX", "DARK", "LIGHT", "LINE_HEIGHT", "RADIUS_CARD", "RADIUS_COMPOSER",
           "RADIUS_CONTROL", "SPACE", "TRANSCRIPT_PX", "Theme"]

Theme = Palette

SPACE = (4, 8, 12, 16, 24)
RADIUS_CONTROL, RADIUS_CARD, RADIUS_COMPOSER = 6, 8, 10
CONTROL_PX, TRANSCRIPT_PX, LINE_HEIGHT = 13, 14, 1.6
COLUMN_PX = 760
