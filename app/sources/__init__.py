"""Outside catalogs: one file per source, each turning its answers into candidates."""
