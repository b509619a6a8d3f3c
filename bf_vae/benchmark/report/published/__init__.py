"""Figures that others published, to stand beside ours: `paper.csv`, `anchors.csv`."""
