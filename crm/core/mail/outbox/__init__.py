"""The outbox: every mail is a row before it is a mail.

A service or a job puts a mail in (`put_mail`) within its own transaction; the job `send_mail` claims what is due,
hands it over by SMTP and settles each row. Words: *claim* (a lease on a row), *marker* (the row says `sending`,
committed just before the final dot), *settle* (what the server answered), *ambiguous* (no answer after the dot),
*channel* (the one way out, which can be paused). Start with `models`, then `put`, `send`.
"""
