"""The database: engines and types, one file per noun, and the read side in `queries/`."""
