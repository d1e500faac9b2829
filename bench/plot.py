"""Draws what scale.py measured: plot.py MEASURED.json > PICTURE.svg. One panel for each table, all scales logarithmic."""

import json
import math
import sys
from html import escape
from pathlib import Path

_WIDTH, _HEIGHT, _MARGIN, _GAP = 420, 260, 56, 40
_COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b")
_STYLE = "text{font:12px sans-serif;fill:#666}.title{font-weight:bold}.grid{stroke:#8884}.line{fill:none;stroke-width:2}"


def svg(measured):
    panels = [_panel(name, rows, index) for index, (name, rows) in enumerate(measured.items())]
    columns, lines = min(2, len(panels)), math.ceil(len(panels) / 2)
    size = f"{columns * (_WIDTH + _GAP)} {lines * (_HEIGHT + _GAP)}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}"><style>{_STYLE}</style>{"".join(panels)}</svg>\n'


def _panel(name, rows, index):
    """The first column is the horizontal axis, each other one a line."""
    x_name, *y_names = rows[0]
    across = _Scale([row[x_name] for row in rows], _MARGIN, _WIDTH - 8)
    up = _Scale([row[y] for row in rows for y in y_names], _HEIGHT - _MARGIN, 24 + 14 * len(y_names))
    parts = [f'<g transform="translate({index % 2 * (_WIDTH + _GAP)} {index // 2 * (_HEIGHT + _GAP)})">',
             f'<text class="title" x="{_MARGIN}" y="14">{escape(name)}</text>']
    for value in up.decades():
        parts.append(f'<path class="grid" d="M{_MARGIN} {up.at(value):.1f}H{_WIDTH - 8}"/>'
                     f'<text x="{_MARGIN - 6}" y="{up.at(value) + 4:.1f}" text-anchor="end">{value:g}</text>')
    for row in rows:
        parts.append(f'<text x="{across.at(row[x_name]):.1f}" y="{_HEIGHT - _MARGIN + 18}" text-anchor="middle">'
                     f"{_short(row[x_name])}</text>")
    parts.append(f'<text x="{_WIDTH / 2}" y="{_HEIGHT - _MARGIN + 36}" text-anchor="middle">{escape(x_name)}</text>')
    for i, (y, colour) in enumerate(zip(y_names, _COLOURS)):
        points = " ".join(f"{across.at(row[x_name]):.1f},{up.at(row[y]):.1f}" for row in rows)
        parts.append(f'<polyline class="line" stroke="{colour}" points="{points}"/>'
                     f'<text x="{_MARGIN}" y="{30 + 14 * i}" style="fill:{colour}">{escape(y)}</text>')
    return "".join([*parts, "</g>"])


def _short(value):
    """1024 as 1 Ki, 10000 as 10 k."""
    for unit, factor in (("Mi", 1 << 20), ("Ki", 1 << 10), ("k", 1000)):
        if value >= factor and value % factor == 0:
            return f"{value // factor} {unit}"
    return f"{value:g}"


class _Scale:
    """From values to places, by their logarithms; what is not above zero is drawn at the edge."""

    def __init__(self, values, start, end):
        positive = [value for value in values if value > 0] or [1]
        self._low, self._high = math.log10(min(positive)), math.log10(max(positive))
        if self._high - self._low < 0.3:
            self._low, self._high = self._low - 0.15, self._high + 0.15
        self._start, self._end = start, end

    def at(self, value):
        share = (math.log10(value) - self._low) / (self._high - self._low) if value > 0 else 0
        return self._start + share * (self._end - self._start)

    def decades(self):
        return [10.0 ** power for power in range(math.ceil(self._low), math.floor(self._high) + 1)]


if __name__ == "__main__":
    print(svg(json.loads(Path(sys.argv[1]).read_text())), end="")
