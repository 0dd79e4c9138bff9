"""My mark on an item: status, rating, favourite, notes."""
