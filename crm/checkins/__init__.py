"""Monthly check-ins: an email asks a China rep how things are going; the answer becomes an interaction."""
