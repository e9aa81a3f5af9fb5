"""Pure readers: bytes in, frozen rows out. They know no database and no web; each refusal is a `ReadError`.

The way of a file: `charset` finds the encoding, `tables` makes headings and rows of CSV and XLSX, `headings` guesses
what each column means, and `people`, `organizations`, `interactions` or `followups` make typed rows by that mapping.
`vcards` and `posts` read formats that bring their own field names. A row never fails a file: what is wrong with it
stands in its `problems`, by column.
"""
