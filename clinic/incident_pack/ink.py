"""The colours of the house on paper: those of the light theme."""

from reportlab.lib.colors import HexColor

INK, INK_2, LINE, SUNKEN = HexColor(0x14202A), HexColor(0x57656F), HexColor(0xDBE2E6), HexColor(0xF6F8F9)
ACCENT, PENCIL = HexColor(0x0B6380), HexColor(0x9DABB5)
DANGER, WARN, OK = HexColor(0xB42318), HexColor(0x8F5600), HexColor(0x1C6E43)
