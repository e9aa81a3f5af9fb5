"""Readers: bytes in, frozen rows out. They don't use the database; a file that can't be read is a `ReadError`.

Steps: `charset` finds the encoding, `tables` makes headings and rows of CSV and XLSX, `headings` guesses
what each column means, and `people`, `organizations`, `interactions` or `followups` make typed rows by that mapping.
`vcards` and `posts` read formats that have their own field names. A row never fails a file: what is wrong with it
is in its `problems`, by column.
"""
