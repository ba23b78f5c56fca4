"""The read side: one function per list or page, returning small frozen rows."""
