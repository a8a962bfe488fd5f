"""The network as a drawing, for a terminal or as SVG."""
