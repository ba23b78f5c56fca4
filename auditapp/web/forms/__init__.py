"""The forms: they check the shape of what was sent; the use cases check the rules."""
