"""One box: the own catalog, searched by an engine behind one small interface."""
