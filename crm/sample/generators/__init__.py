"""Random records in both scripts, as many as wanted, none of them real."""
