"""The tokens of the style: distances, radii and the palette."""

from __future__ import annotations

from workbench.core.palette import DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST, Palette

__all__ = ["COLUMN_PX", "CONTROL_PX", "DARK", "DARK_CONTRAST", "LIGHT", "LIGHT_CONTRAST", "LINE_HEIGHT", "RADIUS_CARD",
           "RADIUS_COMPOSER", "RADIUS_CONTROL", "TRANSCRIPT_PX", "Theme"]

Theme = Palette

RADIUS_CONTROL, RADIUS_CARD, RADIUS_COMPOSER = 6, 8, 10
CONTROL_PX, TRANSCRIPT_PX, LINE_HEIGHT = 13, 14, 1.6
COLUMN_PX = 760
