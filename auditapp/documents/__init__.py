"""Paper, charts and spreadsheets: values in, bytes out, and back; no database, no request."""
