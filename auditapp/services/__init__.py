"""The use cases: one function each, `verb(session, what, *, by, at)`.

They check, change and record; they never commit, and know nothing of a request.
"""
