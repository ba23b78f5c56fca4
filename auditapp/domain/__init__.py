"""The rules of the product: pure functions and frozen values, without framework, clock, chance or database."""
