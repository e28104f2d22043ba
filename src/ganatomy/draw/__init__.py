"""SVG: scales, colours, text, marks and figures, shared by all that draws."""
