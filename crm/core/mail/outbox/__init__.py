"""The outbox: every email is a row before it is sent.

A service or a job stores an email (`put_mail`) in its own transaction. The job `send_mail` claims what is due, delivers
it by SMTP and settles each row. Terms: *claim* (a lease on a row), *marker* (the row is set to `sending`, committed
just before the final dot), *settle* (store the server's reply), *ambiguous* (no reply after the dot), *channel*
(whether email is sent at all; it can be paused). Start with `models`, then `put`, `send`.
"""
