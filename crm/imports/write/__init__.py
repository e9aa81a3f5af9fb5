"""Write what was planned: in the transaction of whoever calls, inside one batch."""
