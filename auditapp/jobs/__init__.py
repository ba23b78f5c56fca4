"""The schedule: a table of jobs, what is due by a moment, and the process that asks.

- `table`: the jobs, a line each, in the order in which they are done.
- `tick`: does once all that is due by a moment, whatever was done before and whoever else is doing it.
- `post`: sends what waits in the outbox.
- `office`: what a job is given to work with.
- `scheduler`: the process that asks every few seconds, while it leads.
"""
